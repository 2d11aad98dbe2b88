import { z } from 'zod';
import type { DeadLetterControl } from '../dead-letter-control.ts';
import type { RedeliveryControl, RedeliveryRef } from '../redelivery-control.ts';
import type { Database } from '../store/database.ts';
import { DeadLetter, Delivery, DeliveryAttempt } from '../store/entities/delivery.ts';
import { WebhookEndpoint } from '../store/entities/webhook-endpoint.ts';
import { findKeptDelivery } from '../store/kept-delivery.ts';
import { type AuditDeps, auditFirst } from './audit.ts';
import { ApiError, notFound } from './problem.ts';
import { type Call, type Route, route } from './route.ts';
import { commonReplies, idParams } from './schemas.ts';

export interface RedeliverDeps extends AuditDeps {
  database: Database;
  /** For a dead letter, of which a redelivery is a retry. */
  control: DeadLetterControl;
  redelivery: RedeliveryControl;
}

const takenSchema = z.object({ id: z.string(), status: z.literal('accepted') }).meta({ id: 'Redelivery' });

/** `POST /v1/deliveries/{id}/redeliver`: a delivery that has ended, sent once more because a person wants it. */
export function redeliverRoutes(deps: RedeliverDeps): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/deliveries/{id}/redeliver',
      scope: 'deliveries:write',
      operationId: 'redeliver',
      audit: 'delivery.redelivered',
      summary: 'Send a delivery once more',
      description:
        'The stored body with the same `webhook-id` and a fresh timestamp and signature: one attempt, whatever the state ' +
        "of the rule. A success makes the delivery `succeeded`; a failure leaves it as it was. The endpoint's health is " +
        'not affected. On a dead letter it is `retry`.',
      tag: 'Deliveries',
      params: idParams,
      replies: { 202: { description: 'Under way', schema: takenSchema }, ...commonReplies(404, 409) },
      async handle({ caller, requestId, params }) {
        const delivery =
          (await deps.database
            .inNamespace(caller.namespace)
            .findOne(Delivery, { id: params.id }, { exclude: ['body'] })) ??
          (await findKeptDelivery(deps.database.sql, caller.namespace, params.id));
        if (!delivery) throw notFound('delivery');
        if (delivery.status === 'pending' || delivery.status === 'retrying') throw inProgress();
        await requireEndpointOn(caller.namespace, delivery.endpoint_id);
        const tell = () => auditRedelivery(delivery, { caller, requestId });
        if (delivery.status === 'dead_lettered') await retryDeadLetter(caller.namespace, params.id, tell);
        else {
          const answered = (runId: string) => hasAnswered(caller.namespace, params.id, runId);
          // Nothing is written of a request that is refused; two at once are the exception, for `start` alone decides.
          if (!(await deps.redelivery.isFree(params.id, answered))) throw inProgress();
          await tell();
          if (!(await deps.redelivery.start(delivery, answered))) throw inProgress();
        }
        return { status: 202, body: { id: params.id, status: 'accepted' } };
      },
    }),
  ];

  async function auditRedelivery(delivery: RedeliveryRef, by: Pick<Call, 'caller' | 'requestId'>): Promise<void> {
    const { id, status, event_id, event_type, rule_id, endpoint_id } = delivery;
    const what = {
      action: 'delivery.redelivered',
      target: { type: 'delivery', id, name: null },
      before: { status, event_id, event_type, rule_id, endpoint_id },
      asked: { as: status === 'dead_lettered' ? 'retry' : 'redelivery' },
    } as const;
    await auditFirst(deps.database, by, what, deps);
  }

  async function requireEndpointOn(namespace: string, id: string): Promise<void> {
    const endpoint = await deps.database.inNamespace(namespace).findOne(WebhookEndpoint, { id });
    if (!endpoint) throw new ApiError(409, 'endpoint_deleted', 'Its endpoint is deleted: there is nowhere to send it.');
    if (endpoint.is_active && endpoint.health !== 'disabled') return;
    throw new ApiError(
      409,
      'endpoint_disabled',
      'Its endpoint is off. PATCH it with `is_active: true`, then redeliver.',
    );
  }

  async function retryDeadLetter(namespace: string, id: string, tell: () => Promise<void>): Promise<void> {
    const letter = await deps.database
      .inNamespace(namespace)
      .findOne(DeadLetter, { delivery_id: id }, { exclude: ['delivery'] });
    // Between a look at the one and at the other somebody may have decided about it.
    if (!letter || letter.closed_at) throw inProgress();
    if (letter.status === 'in_round' && (await deps.control.isRunning(id))) throw inProgress();
    await tell();
    await deps.control.decide('retry', letter);
  }

  async function hasAnswered(namespace: string, id: string, runId: string): Promise<boolean> {
    const ofRun = { delivery_id: id, workflow_run_id: runId };
    const latest = await deps.database
      .inNamespace(namespace)
      .findOne(DeliveryAttempt, ofRun, { orderBy: { number: 'desc' }, exclude: ['response_excerpt'] });
    return latest?.outcome != null && latest.outcome !== 'interrupted';
  }
}

const inProgress = () =>
  new ApiError(409, 'in_progress', 'It is being sent already. Look at its attempts, and ask again when it has ended.');
