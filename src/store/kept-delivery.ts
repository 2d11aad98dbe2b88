import type { Delivery } from './entities/delivery.ts';
import type { Sql } from './sql.ts';

/** A delivery that retention has removed, as the dead letter that still waits has it; its attempts are gone. */
export async function findKeptDelivery(sql: Sql, namespace: string, id: string): Promise<Delivery | undefined> {
  const { rows } = await sql.of(namespace).query<Delivery>({
    name: 'kept-delivery',
    text: `select kept.* from dead_letters l cross join lateral jsonb_populate_record(null::deliveries, l.delivery) kept
           where l.namespace = $1 and l.delivery_id = $2 and l.closed_at is null`,
    values: [namespace, id],
  });
  return rows[0];
}
