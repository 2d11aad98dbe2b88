import { channels } from '../src/channels/index.ts';
import type { Alert } from '../src/domain/alert-body.ts';
import type { IdFactory } from '../src/domain/ids.ts';
import type { CandidateRule } from '../src/store/candidate-rule.ts';
import type { DeliveryRow } from '../src/store/delivery-rows.ts';
import type { RetryLayers } from '../src/store/entities/delivery.ts';

export interface AlertContext {
  namespace: string;
  /** The events row's id; "" where no event caused it. */
  eventRef: string;
  publicUrl: string | undefined;
  newId: IdFactory;
  /** The latest delivery of the same incident, where there is one: those made now sort behind it. */
  after?: string | undefined;
}

/**
 * One delivery of an alert for each endpoint of its rule; those that cannot be sent to are kept as skipped, with the
 * reason.
 *
 * @param held why the alert is not to be told at all, if so: then each is kept as suppressed
 */
export function deliveriesOf(alert: Alert, rule: CandidateRule, context: AlertContext, held?: string): DeliveryRow[] {
  const { event } = alert;
  let first: string | undefined;
  return rule.webhook_endpoint_ids.map((endpointId) => {
    const id = context.newId('dlv', context.after);
    const endpoint = rule.endpoints?.[endpointId];
    const isAbout = event.about?.endpoint_id === endpointId;
    const gone = isAbout ? 'about_itself' : whyNotTo(endpoint);
    const render = () => channels[endpoint?.kind ?? 'http'].renderMessage(alert, { ...context, deliveryId: id });
    // All are about as long as the first. They are made when they are written, a chunk at a time: a thousand endpoints
    // and a large event would be more than a process has.
    const own = first === undefined ? render() : undefined;
    first ??= own as string;
    const { length } = first;
    return {
      id,
      event_ref: context.eventRef,
      event_id: event.id,
      event_source: event.source,
      event_type: event.type,
      alert_id: alert.id,
      // A stateless rule's alerts have nothing to do with each other.
      message_key: alert.state && alert.dedupKey,
      rule_id: rule.id,
      rule_name: rule.name,
      rule_revision: rule.revision,
      endpoint_id: endpointId,
      endpoint_name: endpoint?.name ?? endpointId,
      status: gone !== null ? 'skipped' : held === undefined ? 'pending' : 'suppressed',
      reason: gone ?? held ?? null,
      characters: length,
      get body() {
        return own ?? render();
      },
      retry_layers: layersOf(endpoint?.retry_policy ?? null, rule.retry_policy),
    };
  });
}

function whyNotTo(endpoint: { is_active: boolean } | undefined): string | null {
  if (endpoint === undefined) return 'endpoint_deleted';
  return endpoint.is_active ? null : 'endpoint_switched_off';
}

/** Most have neither, and null is cheaper to write than a pair of nulls. */
const layersOf = (...layers: RetryLayers): RetryLayers | null => (layers.some(Boolean) ? layers : null);
