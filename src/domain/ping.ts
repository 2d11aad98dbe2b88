import { type Alert, notifyAlert } from './alert-body.ts';

/** The type of a test-send; nobody else may send events of it. */
export const PING_TYPE = 'webhook.ping';

/** In place of a rule, of which a test-send has none: no rule can have this id, for it is of the year 1970. */
const PING_RULE = { id: `ar_${'0'.repeat(26)}`, name: 'Test', revision: 1, severity: 'info' } as const;

/** Which endpoint is tested, by whom, and the ids of what is sent. */
export interface PingOf {
  namespace: string;
  endpoint: { id: string; name: string };
  askedBy: string;
  alertId: string;
  eventId: string;
  /** RFC 3339. */
  at: string;
}

/** The alert of a test-send: an alert as any other, so that a receiver's own handling of alerts is what is tested. */
export function pingAlert({ namespace, endpoint, askedBy, alertId, eventId, at }: PingOf): Alert {
  const data = { endpoint_id: endpoint.id, endpoint_name: endpoint.name, asked_by: askedBy };
  const source = `/namespaces/${namespace}`;
  const subject = `webhooks/${endpoint.id}`;
  const event = { id: eventId, source, type: PING_TYPE, subject, time: at, data, extensions: {} };
  return { ...notifyAlert(alertId, PING_RULE, event, at), summary: `Test of ${endpoint.name}: no action is needed` };
}
