import { type Ask, decideGate, type GateState, type Verdict, type WaitsFor } from '../domain/gate.ts';
import type { Sql } from './sql.ts';

/** A delivery that wants to pass its endpoint's gate. */
export interface GateRequest extends Ask {
  namespace: string;
  endpointId: string;
  /** When it was to be sent, as it was read: if that has changed meanwhile, nothing is written of it. */
  seenAt: Date | null;
  /** Whether its endpoint's row is there. */
  hasState: boolean;
}

/**
 * What came of it. `busy`: somebody holds the endpoint's row, or the delivery has changed; nothing was written.
 * Nothing is used up but a token, or the turn to probe, and both come back by time.
 */
export type GateAnswer = Verdict | { kind: 'busy' };

/** The statements of the gate before endpoints with a rate limit or an open circuit. */
export type GateLog = ReturnType<typeof createGateLog>;

interface StateRow {
  endpoint_id: string;
  circuit_until: Date | null;
  circuit_openings: number;
  circuit_probe: string | null;
  rate_tokens: number | null;
  rate_at: Date | null;
  rate_queue_until: Date | null;
}

/** What is to be written of a delivery: when it comes back, or that its round is over. */
interface Move extends Pick<GateRequest, 'namespace' | 'id' | 'seenAt'> {
  until?: Date;
  waitsFor?: WaitsFor;
  shiftMs?: number;
  exhausted?: string;
}

/**
 * @param sql the hot path's way into PostgreSQL
 * @param now the clock, in ms
 * @param random from 0 to below 1
 * @param worker whose rows they are
 */
export function createGateLog(sql: Sql, now: () => number, random: () => number, worker: string) {
  return {
    /**
     * Lets deliveries through or puts them off, across all workers: whoever decides about an endpoint holds its row.
     * Nobody waits for a row.
     *
     * @param requests no delivery twice
     * @returns one for each, in their order
     */
    async pass(requests: GateRequest[]): Promise<GateAnswer[]> {
      const endpoints = new Map<string, GateRequest[]>();
      for (const request of requests) {
        const list = endpoints.get(request.endpointId) ?? [];
        endpoints.set(request.endpointId, [...list, request]);
      }
      await makeRows(
        [...endpoints.values()].map(([first]) => first as GateRequest).filter(({ hasState }) => !hasState),
      );
      const answers = await sql.transaction(async ({ query }) => {
        const held = await query<StateRow>({
          name: 'hold-endpoint-states',
          text: HOLD,
          values: [[...endpoints.keys()]],
        });
        const states: (StateRow & { exhausted: number })[] = [];
        const verdicts = new Map<string, Verdict>();
        for (const row of held.rows) {
          const asks = endpoints.get(row.endpoint_id) as GateRequest[];
          const decided = decideGate(stateOf(row), asks, now(), random);
          const exhausted = [...decided.verdicts.values()].filter(({ kind }) => kind === 'give_up').length;
          states.push({ ...rowOf(row.endpoint_id, decided.state), exhausted });
          for (const [id, verdict] of decided.verdicts) verdicts.set(id, verdict);
        }
        const moved = requests.flatMap((request) => moveOf(request, verdicts.get(request.id)));
        const values = [JSON.stringify(states), JSON.stringify(moved), new Date(now())];
        const { rows } = await query<{ id: string }>({ name: 'write-gate', text: WRITE, values });
        const written = new Set(rows.map(({ id }) => id));
        for (const { id } of moved) if (!written.has(id)) verdicts.delete(id);
        return verdicts;
      });
      return requests.map(({ id }) => answers.get(id) ?? { kind: 'busy' });
    },
  };

  /** Of its own: a row that is not committed is one that others would have to wait for. */
  async function makeRows(requests: GateRequest[]): Promise<void> {
    if (requests.length === 0) return;
    const values = [
      requests.map((one) => one.endpointId),
      requests.map((one) => one.namespace),
      new Date(now()),
      worker,
    ];
    await sql.query({ name: 'make-endpoint-states', text: MAKE, values });
  }

  function moveOf({ namespace, id, seenAt }: GateRequest, verdict: Verdict | undefined): Move[] {
    if (verdict?.kind === 'give_up') return [{ namespace, id, seenAt, exhausted: 'maximum_elapsed' }];
    if (verdict?.kind !== 'put_off') return [];
    const { until, waitsFor } = verdict;
    // The wait for our own limit is not the receiver's time, and must not end the round.
    const shiftMs = waitsFor === 'rate_limit' ? Math.max(0, until - now()) : 0;
    return [{ namespace, id, seenAt, until: new Date(until), waitsFor, shiftMs }];
  }
}

function stateOf(row: StateRow): GateState {
  return {
    circuitUntil: row.circuit_until?.getTime() ?? null,
    circuitOpenings: row.circuit_openings,
    circuitProbe: row.circuit_probe,
    tokens: row.rate_tokens,
    tokensAt: row.rate_at?.getTime() ?? null,
    queueUntil: row.rate_queue_until?.getTime() ?? null,
  };
}

function rowOf(endpoint_id: string, state: GateState): StateRow {
  const date = (ms: number | null) => (ms === null ? null : new Date(ms));
  return {
    endpoint_id,
    circuit_until: date(state.circuitUntil),
    circuit_openings: state.circuitOpenings,
    circuit_probe: state.circuitProbe,
    rate_tokens: state.tokens,
    rate_at: date(state.tokensAt),
    rate_queue_until: date(state.queueUntil),
  };
}

/** The last error of a delivery that was never tried. */
const UNREACHED = 'not sent: the endpoint answers nothing, and its circuit was open until the time was over';

const MAKE = `
  insert into endpoint_states (endpoint_id, namespace, created_by, created_at, updated_at)
  select id, namespace, $4, $3, $3 from unnest($1::text[], $2::text[]) as a (id, namespace)
  where not exists (select 1 from endpoint_states where endpoint_id = a.id) order by id
  on conflict (endpoint_id) do nothing`;

const HOLD = `
  select endpoint_id, circuit_until, circuit_openings, circuit_probe, rate_tokens, rate_at, rate_queue_until
  from endpoint_states where endpoint_id = any($1::text[]) order by endpoint_id for update skip locked`;

const WRITE = `
  with s as (
    select * from json_to_recordset($1::json) as s (endpoint_id text, circuit_until timestamptz, circuit_probe text,
      rate_tokens double precision, rate_at timestamptz, rate_queue_until timestamptz, exhausted int)
  ), written as (
    update endpoint_states e set circuit_until = s.circuit_until, circuit_probe = s.circuit_probe,
      rate_tokens = s.rate_tokens, rate_at = s.rate_at, rate_queue_until = s.rate_queue_until,
      consecutive_exhausted = e.consecutive_exhausted + s.exhausted,
      -- The verdict on the endpoint takes this for the time of its latest failure.
      updated_at = case when s.exhausted > 0 then $3 else e.updated_at end
    from s where e.endpoint_id = s.endpoint_id
  )
  update deliveries d set status = case when m.exhausted is null then d.status else 'retrying' end,
    exhausted_reason = m.exhausted, next_attempt_at = m.until, waits_for = m."waitsFor",
    round_started_at = d.round_started_at + coalesce(m."shiftMs", 0) * interval '1 millisecond',
    last_error = case when m.exhausted is null then d.last_error else coalesce(d.last_error, '${UNREACHED}') end,
    updated_at = $3
  from json_to_recordset($2::json) as m (namespace text, id text, "seenAt" timestamptz, until timestamptz,
    "waitsFor" text, "shiftMs" double precision, exhausted text)
  where d.namespace = m.namespace and d.id = m.id and d.status in ('pending', 'retrying') and d.exhausted_reason is null
    and d.next_attempt_at is not distinct from m."seenAt"
    and not exists (select 1 from delivery_attempts a where a.delivery_id = d.id and a.outcome is null)
  returning d.id`;
