import type { components } from '@exosphere/alerts/openapi';

export type AuditEntry = components['schemas']['AuditEntry'];
export type AuditAction = AuditEntry['action'];
export type AuditTarget = AuditEntry['target']['type'];

/** What was done, in words that follow its target's name. By type none can be forgotten. */
const ACTION_WORDS: Record<AuditAction, string> = {
  'webhook.created': 'Webhook made',
  'webhook.updated': 'Webhook changed',
  'webhook.deleted': 'Webhook deleted',
  'webhook.secret_rotated': 'Webhook secret rotated',
  'webhook.tested': 'Webhook tested',
  'webhook.disabled': 'Webhook disabled',
  'alert_rule.created': 'Rule made',
  'alert_rule.updated': 'Rule changed',
  'alert_rule.deleted': 'Rule deleted',
  'alert_rule.degraded': 'Rule degraded',
  'silence.created': 'Silence made',
  'silence.updated': 'Silence changed',
  'silence.deleted': 'Silence deleted',
  'delivery.redelivered': 'Delivery sent again',
  'dead_letter.retried': 'Dead letter retried',
  'dead_letter.discarded': 'Dead letter discarded',
  'dead_letters.retried': 'Dead letters retried',
  'dead_letters.discarded': 'Dead letters discarded',
  'dead_letters.cancelled': 'Bulk operation cancelled',
  'api_key.created': 'API key made',
  'api_key.revoked': 'API key revoked',
  'temporal_source.created': 'Temporal source made',
  'temporal_source.deleted': 'Temporal source deleted',
};

const TARGET_WORDS: Record<AuditTarget, string> = {
  webhook: 'Webhook',
  alert_rule: 'Rule',
  silence: 'Silence',
  delivery: 'Delivery',
  dead_letter: 'Dead letter',
  dead_letters: 'Many dead letters',
  api_key: 'API key',
  temporal_source: 'Temporal source',
};

export const ACTIONS = Object.keys(ACTION_WORDS) as AuditAction[];
export const TARGETS = Object.keys(TARGET_WORDS) as AuditTarget[];

export const actionLabel = (action: AuditAction): string => ACTION_WORDS[action] ?? action;
export const targetLabel = (target: AuditTarget): string => TARGET_WORDS[target] ?? target;
