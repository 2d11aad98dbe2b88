import { createAddressPolicy } from '../domain/address-ranges.ts';
import { alertRuleCheckRoutes } from './alert-rule-checks.ts';
import { type AlertRuleTestDeps, alertRuleTestRoutes } from './alert-rule-tests.ts';
import { type AlertRuleDeps, alertRuleRoutes } from './alert-rules.ts';
import { alertRoutes } from './alerts.ts';
import { type ApiKeyDeps, apiKeyRoutes } from './api-keys.ts';
import { auditLogRoutes } from './audit-log.ts';
import { type DeadLetterBulkDeps, deadLetterBulkRoutes } from './dead-letter-bulk.ts';
import { deadLetterBulkProgressRoutes } from './dead-letter-bulk-progress.ts';
import { type DeadLetterDeps, deadLetterRoutes } from './dead-letters.ts';
import { deliveryRoutes } from './deliveries.ts';
import { documentRoutes } from './documents.ts';
import { type EventIntakeDeps, eventIntakeRoutes } from './event-intake.ts';
import { eventTypeRoutes } from './event-types.ts';
import { eventRoutes } from './events.ts';
import { type HealthDeps, healthRoutes } from './health.ts';
import { metricsRoutes } from './metrics.ts';
import { createOpenApi } from './openapi.ts';
import { type RedeliverDeps, redeliverRoutes } from './redeliver.ts';
import type { Route } from './route.ts';
import { type SessionDeps, sessionRoutes } from './session.ts';
import { silenceRoutes } from './silences.ts';
import { type StatsDeps, statsRoutes } from './stats.ts';
import { type StreamDeps, streamRoutes } from './stream.ts';
import { type TemporalSourceDeps, temporalSourceRoutes } from './temporal-sources.ts';
import { type WebhookActionDeps, webhookActionRoutes } from './webhook-actions.ts';
import { type WebhookDeps, webhookRoutes } from './webhooks.ts';

/** What the resources depend on, all together. */
export type ApiParts = WebhookDeps &
  WebhookActionDeps &
  AlertRuleDeps &
  AlertRuleTestDeps &
  EventIntakeDeps &
  DeadLetterDeps &
  RedeliverDeps &
  DeadLetterBulkDeps &
  ApiKeyDeps &
  TemporalSourceDeps &
  SessionDeps &
  StatsDeps &
  StreamDeps & { probes: HealthDeps; metricsPage: () => Promise<string> };

/** Every route of the public API, in the order in which its description lists them. */
export function createApiRoutes(parts: ApiParts): Route[] {
  const routes = [
    ...webhookRoutes(parts),
    ...webhookActionRoutes(parts),
    // Before those of a rule by its id: `presets` is none.
    ...alertRuleCheckRoutes(parts),
    ...alertRuleTestRoutes(parts),
    ...alertRuleRoutes(parts),
    ...alertRoutes(parts),
    ...silenceRoutes(parts),
    ...eventIntakeRoutes(parts),
    ...eventRoutes(parts),
    ...eventTypeRoutes(),
    ...deliveryRoutes(parts),
    ...redeliverRoutes(parts),
    // Before those of a dead letter by its id: `bulk` is none.
    ...deadLetterBulkProgressRoutes(parts),
    ...deadLetterRoutes(parts),
    ...deadLetterBulkRoutes(parts),
    ...statsRoutes(parts),
    ...streamRoutes(parts),
    ...temporalSourceRoutes(parts),
    ...apiKeyRoutes(parts),
    ...sessionRoutes(parts),
    ...auditLogRoutes(parts),
    ...healthRoutes(parts.probes),
    ...metricsRoutes(parts),
  ];
  return [...routes, ...documentRoutes(routes)];
}

/** The API's description without a running service. */
export const describeApi = (): Record<string, unknown> => createOpenApi(routesAlone());

/** The routes without a running service, to be looked at: no schema depends on what the handlers depend on. */
export function routesAlone(): Route[] {
  const urlPolicy = { allowHttp: false, addressPolicy: createAddressPolicy({ allowedSubnets: [] }) };
  return createApiRoutes({ urlPolicy, probes: {} } as unknown as ApiParts);
}
