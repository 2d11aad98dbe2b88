import type { components } from '@exosphere/alerts/openapi';
import type { AlertRule, Delivery, Webhook } from '../../api/queries.ts';

type Event = components['schemas']['Event'];
type Preset = components['schemas']['AlertRulePreset'];

/** What is there of the way from nothing to an alert that has arrived: of each the newest, as the API lists it. */
export interface FirstSteps {
  endpoint: Webhook | undefined;
  rule: AlertRule | undefined;
  event: Event | undefined;
  delivery: Delivery | undefined;
}

const PING = 'webhook.ping';

/** A test-send shows that an endpoint is reached, and not that any rule leads there. */
const isOfRule = ({ event_type }: Delivery) => event_type !== PING;

/** Whether nothing has arrived that a rule has sent: then the first steps are ahead. @param arrived newest first */
export const isFirstRun = (arrived: Delivery[]): boolean => !arrived.some(isOfRule);

/** @param lists newest first */
export function firstStepsOf(lists: {
  endpoints: Webhook[];
  rules: AlertRule[];
  events: Event[];
  deliveries: Delivery[];
}): FirstSteps {
  return {
    endpoint: lists.endpoints[0],
    rule: lists.rules[0],
    // What the service itself tells of, such as a dead letter, is no first event.
    event: lists.events.find(({ accepted_by }) => accepted_by !== 'service'),
    delivery: lists.deliveries.find(isOfRule),
  };
}

/** The first step that is ahead, from 0; 4: all are done. */
export function stepOf({ endpoint, rule, event, delivery }: FirstSteps): number {
  if (delivery?.status === 'succeeded') return 4;
  if (delivery !== undefined) return 3;
  const ahead = [endpoint, rule, event].indexOf(undefined);
  return ahead === -1 ? 3 : ahead;
}

/** Presets that one event of the sender's own makes fire. */
export const simplePresets = (presets: Preset[]): Preset[] =>
  presets.filter(({ rule }) => rule.trigger === undefined && /^workflow\./.test(String(rule.event_type)));

/** Of which type the sample has to be that a rule meets it; a failed run where the rule watches several. */
export function sampleTypeOf(rule: Pick<AlertRule, 'event_types'> | undefined): string {
  const [type = ''] = rule?.event_types ?? [];
  const isSendable = /^(workflow|state|graph|trigger|custom)\.[A-Za-z0-9._-]+$/.test(type);
  return isSendable && type !== 'workflow.duration_exceeded' ? type : 'workflow.failed';
}
