import { type Alert, alertLinks } from '../../domain/alert-body.ts';
import { stringifyLossless } from '../../domain/lossless-json.ts';
import type { MessageContext, RenderMessage } from '../channel.ts';
import { asRecord, type Facts, factsOf } from '../facts.ts';
import { linksOf } from '../links.ts';
import { cut, oneLine, textOf } from '../text.ts';
import { withKeyMasked } from './target.ts';

/** integration-tests/data/schemas/pagerduty-v2-enqueue.schema.json; `field` is ours. */
const LIMITS = { summary: 1_024, field: 1_000, error: 10_000 };
/** PagerDuty's 512 KB, with room for the key. */
const MOST_BYTES = 512 * 1_024 - 1_024;

/**
 * An event of the Events API v2. Its `dedup_key` is the alert's: a `resolve` closes what the `trigger` with the same key
 * has opened.
 */
export const renderMessage: RenderMessage = (alert, context) => {
  const facts = factsOf(alert, context);
  if (facts.status === 'resolved') {
    return withKeyMasked(JSON.stringify({ event_action: 'resolve', dedup_key: alert.dedupKey }));
  }
  const message = trigger(alert, facts, context, alert.event.data);
  return fits(message) ? message : trigger(alert, facts, context, 'left out: too large for PagerDuty');
};

const fits = (message: string): boolean => new TextEncoder().encode(message).length <= MOST_BYTES;

function trigger(
  alert: Alert,
  facts: Facts,
  { namespace, deliveryId, publicUrl }: MessageContext,
  eventData: unknown,
): string {
  const { event, rule } = alert;
  const [own] = linksOf(alertLinks(deliveryId, publicUrl));
  const component = cut(oneLine(textOf(asRecord(event.data).graph_name)), LIMITS.field);
  const message = {
    event_action: 'trigger',
    dedup_key: alert.dedupKey,
    client: 'Exosphere Alerts',
    ...(own === undefined ? {} : { client_url: own.href }),
    links: facts.links,
    payload: {
      summary: cut(facts.summary, LIMITS.summary),
      source: cut(oneLine(event.source), LIMITS.field) || `/namespaces/${namespace}`,
      severity: rule.severity,
      timestamp: alert.state?.startedAt ?? event.time,
      ...(component === '' ? {} : { component }),
      group: namespace,
      class: event.type,
      custom_details: {
        ...Object.fromEntries(facts.rows.map(({ name, value }) => [name, cut(value, LIMITS.field)])),
        ...(facts.error === '' ? {} : { Error: cut(facts.error, LIMITS.error) }),
        Alert: alert.id,
        event: { id: event.id, data: eventData },
      },
    },
  };
  return withKeyMasked(stringifyLossless(message));
}
