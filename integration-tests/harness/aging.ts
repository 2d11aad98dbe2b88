import type pg from 'pg';
import { idTimeBound } from '../../src/domain/ids.ts';
import type { RetentionProgress } from '../../workflows/contract.ts';
import { unique } from './scenario.ts';
import type { TestService } from './service.ts';

/* Of what is removed by its age: a test cannot wait for months. */

export const DAY_MS = 86_400_000;

/** Runs retention once, by itself. @returns how many rows of each kind it has removed */
export async function retain({ temporal }: TestService, input: object = {}): Promise<RetentionProgress['removed']> {
  return await temporal.workflow.execute('retentionWorkflow', {
    taskQueue: 'exosphere-alerts',
    workflowId: unique('retention-test'),
    args: [input],
  });
}

const TIMES: Record<string, string[]> = {
  events: ['received_at', 'time', 'created_at'],
  event_keys: ['created_at'],
  deliveries: ['created_at', 'updated_at', 'completed_at'],
  delivery_attempts: ['started_at', 'deadline_at'],
  dead_letters: ['parked_at', 'closed_at', 'created_at'],
};

/**
 * Makes what an event led to so many days older, as if it had been sent then: times, and the ids, which hold the time.
 *
 * @returns the delivery's id now
 */
export async function age(db: pg.Client, deliveryId: string, days: number): Promise<string> {
  const aged = (id: string) =>
    idTimeBound(id.split('_')[0] as string, Date.now() - days * DAY_MS).slice(0, -16) + id.slice(-16);
  const { rows } = await db.query('select event_ref from deliveries where id = $1', [deliveryId]);
  const eventRef = rows[0].event_ref as string;
  const [newId, newRef] = [aged(deliveryId), aged(eventRef)];
  const where: Record<string, [string, string]> = {
    events: ['id', eventRef],
    event_keys: ['event_ref', eventRef],
    deliveries: ['id', deliveryId],
    delivery_attempts: ['delivery_id', deliveryId],
    dead_letters: ['delivery_id', deliveryId],
  };
  for (const [table, columns] of Object.entries(TIMES)) {
    const [column, value] = where[table] as [string, string];
    const sets = columns.map((name) => `${name} = ${name} - interval '${days} days'`).join(', ');
    await db.query(`update ${table} set ${sets} where ${column} = $1`, [value]);
  }
  await db.query('update events set id = $2 where id = $1', [eventRef, newRef]);
  await db.query('update event_keys set event_ref = $2 where event_ref = $1', [eventRef, newRef]);
  await db.query('update deliveries set id = $2, event_ref = $3 where id = $1', [deliveryId, newId, newRef]);
  await db.query('update delivery_attempts set delivery_id = $2 where delivery_id = $1', [deliveryId, newId]);
  await db.query(
    `update dead_letters set delivery_id = $2, delivery = delivery || jsonb_build_object('id', $2::text, 'event_ref', $3::text)
     where delivery_id = $1`,
    [deliveryId, newId, newRef],
  );
  return newId;
}
