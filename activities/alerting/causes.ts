import { asList } from '../../src/domain/alerting/trigger-parts.ts';
import type { Trigger } from '../../src/domain/alerting/trigger-schema.ts';
import type { AcceptedEvent } from '../../src/domain/event.ts';

/** Type of the event in messages of what no event caused: a receiver must not take it for one that came. */
const ABSENT = 'alert_rule.absent';

/**
 * What stands for the event in a message where there is none: an absence, or one that retention has removed.
 *
 * @param alertId its id, so that two alerts do not look like one event
 * @param at epoch milliseconds
 */
export function standIn(
  rule: { id: string; trigger: Trigger },
  alertId: string,
  keyText: string,
  at: number,
): AcceptedEvent {
  const missing = rule.trigger.kind === 'absence' ? { missing: asList(rule.trigger.of) } : {};
  return {
    id: alertId,
    source: `/exosphere/alert-rules/${rule.id}`,
    type: ABSENT,
    subject: null,
    time: new Date(at).toISOString(),
    data: { ...missing, ...(keyText === '' ? {} : { key: keyText }) },
    extensions: {},
  };
}
