import { type AcceptedEvent, reservedTypes, serviceSource } from '../src/domain/event.ts';
import { parseLossless } from '../src/domain/lossless-json.ts';
import type { ServiceEventLog, ServiceEventRow } from '../src/store/service-event-log.ts';

/**
 * The service's own events among values that somebody has started a workflow with: those that its outbox holds, and as it
 * holds them. Whoever has access to Temporal can name a reserved type; nobody but the service can write the outbox.
 *
 * @returns the events by their values; any other value is not in it
 */
export type OwnEvents = (namespace: string, values: unknown[]) => Promise<Map<unknown, AcceptedEvent>>;

/** @param serviceEvents the outbox; it is asked only where a value has a reserved type */
export function createOwnEvents(serviceEvents: Pick<ServiceEventLog, 'find'>): OwnEvents {
  return async (namespace, values) => {
    const claims = values.filter(claimsToBeOwn);
    if (claims.length === 0) return new Map();
    const ids = claims.map(({ id }) => id).filter((id) => !id.includes('\0'));
    const rows = new Map((await serviceEvents.find(namespace, ids)).map((row) => [row.id, row]));
    return new Map(
      claims.flatMap((claim) => {
        const row = rows.get(claim.id);
        return row === undefined ? [] : [[claim, eventOf(row)] as const];
      }),
    );
  };
}

interface Claim {
  id: string;
  type: string;
  source: string;
}

function claimsToBeOwn(value: unknown): value is Claim {
  const { id, type, source } = (value ?? {}) as Partial<Claim>;
  return typeof id === 'string' && source === serviceSource && (reservedTypes as readonly unknown[]).includes(type);
}

/** The row decides, whatever the workflow's input says. */
function eventOf(row: ServiceEventRow): AcceptedEvent {
  return {
    id: row.id,
    source: serviceSource,
    type: row.type,
    subject: row.subject,
    time: row.created_at.toISOString(),
    data: parseLossless(row.data),
    extensions: {},
    about: { endpoint_id: row.about_endpoint_id, rule_id: row.about_rule_id },
  };
}
