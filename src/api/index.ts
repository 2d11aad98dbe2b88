import { type AlertRuleDeps, alertRuleRoutes } from './alert-rules.ts';
import { type DeadLetterDeps, deadLetterRoutes } from './dead-letters.ts';
import { deliveryRoutes } from './deliveries.ts';
import { documentRoutes } from './documents.ts';
import { type EventIntakeDeps, eventIntakeRoutes } from './event-intake.ts';
import { eventRoutes } from './events.ts';
import type { Route } from './route.ts';
import { type WebhookDeps, webhookRoutes } from './webhooks.ts';

/** What the resources depend on, all together. */
export type ApiParts = WebhookDeps & AlertRuleDeps & EventIntakeDeps & DeadLetterDeps;

/**
 * Every route of the public API, in the order in which its description lists them.
 *
 * @param probes the health routes, which belong to the description too
 */
export function createApiRoutes(parts: ApiParts, probes: Route[]): Route[] {
  const routes = [
    ...webhookRoutes(parts),
    ...alertRuleRoutes(parts),
    ...eventIntakeRoutes(parts),
    ...eventRoutes(parts),
    ...deliveryRoutes(parts),
    ...deadLetterRoutes(parts),
    ...probes,
  ];
  return [...routes, ...documentRoutes(routes)];
}
