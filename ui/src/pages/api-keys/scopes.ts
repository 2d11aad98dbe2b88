import type { Scope } from './queries.ts';

/** What each scope allows, in the words of who gives it. */
export const SCOPES: { value: Scope; allows: string }[] = [
  { value: 'events:write', allows: 'Send events: what a platform or a program needs' },
  { value: 'webhooks:read', allows: 'See webhooks and their health' },
  { value: 'webhooks:write', allows: 'Make, change, test and delete webhooks; see them too' },
  { value: 'rules:read', allows: 'See rules, alerts and silences' },
  { value: 'rules:write', allows: 'Make, change and delete rules and silences; see them too' },
  { value: 'deliveries:read', allows: 'See events, deliveries, dead letters and statistics' },
  { value: 'deliveries:write', allows: 'Redeliver, retry and discard; see them too' },
  { value: 'admin', allows: 'Everything, API keys and the audit log too' },
];
