/** What the audit log has entries about: the target's type, a dot, what was done to it. */
export const auditActions = [
  'webhook.created',
  'webhook.updated',
  'webhook.deleted',
  'webhook.secret_rotated',
  'webhook.tested',
  'webhook.disabled',
  'alert_rule.created',
  'alert_rule.updated',
  'alert_rule.deleted',
  'alert_rule.degraded',
  'silence.created',
  'silence.updated',
  'silence.deleted',
  'delivery.redelivered',
  'dead_letter.retried',
  'dead_letter.discarded',
  'dead_letters.retried',
  'dead_letters.discarded',
  'dead_letters.cancelled',
  'api_key.created',
  'api_key.revoked',
  'temporal_source.created',
  'temporal_source.deleted',
] as const;

export type AuditAction = (typeof auditActions)[number];

/** What was done to what; `dead_letters` are those that a bulk operation is about. */
export const auditTargets = [
  'webhook',
  'alert_rule',
  'silence',
  'delivery',
  'dead_letter',
  'dead_letters',
  'api_key',
  'temporal_source',
] as const;

export type AuditTarget = (typeof auditTargets)[number];

/** In place of a key: what the service has done of its own accord. */
export const BY_SERVICE = 'service';
