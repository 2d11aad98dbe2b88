import type { Client } from '@temporalio/client';
import { createEmitter, type Emitter, type Transport } from '../src/emit/emitter.ts';
import type { Entry } from '../src/emit/entry.ts';
import type { Verdict } from '../src/emit/request.ts';
import { ExosphereAlertsError } from '../src/error.ts';
import { newEventId } from '../src/event-id.ts';
import { type EmitOptions, readEmitOptions } from '../src/options.ts';
import { type CloudEvent, serialise, toCloudEvent, toNewEvent } from './cloud-event.ts';
import { checkNamespace } from './names.ts';
import { clientFor, codeOf, messageOf, type StartDeps, startEvents } from './start-events.ts';
import { ulid } from './ulid.ts';

/** As those of `ExosphereAlerts`, but for the way to the service. */
export interface TemporalEmitterOptions extends EmitOptions {
  /** Your own client of the Temporal that Exosphere Alerts runs on: its connection is used, and its namespace. */
  client: Client;
  /** Namespace of Exosphere Alerts that the events belong to. */
  namespace: string;
  /** Temporal namespace of Exosphere Alerts, where that is not your client's. */
  temporalNamespace?: string;
}

/** An event on its way, with what its workflow is named and found by. */
interface TemporalEntry extends Entry {
  event: CloudEvent;
}

/** A list is one payload, of which Temporal refuses 2 MiB: the service's own bound. */
const MAX_LIST_BYTES = 1024 * 1024 - 16 * 1024;

/**
 * Emits events by Temporal alone: starts the workflow that takes them in, as the service's own REST door does. One event is
 * the workflow `event/{namespace}/{digest}`, those that are emitted together are one `events/{ulid}`; no event counts twice.
 *
 * Who may start workflows in that Temporal namespace may emit for any namespace of Exosphere Alerts.
 *
 * @example
 * const emitter = createTemporalEmitter({ client, namespace: 'prod' });
 * emitter.emit({ type: 'workflow.failed', data: { graph_name: 'etl', run_id: '5f0e' } });
 * await emitter.close();
 *
 * @throws TypeError, RangeError for a wrong option
 */
export function createTemporalEmitter(options: TemporalEmitterOptions): Emitter {
  const { client, namespace, temporalNamespace } = options;
  checkNamespace(namespace);
  if (typeof client?.workflow?.start !== 'function')
    throw new TypeError('client must be a Client of @temporalio/client');
  const settings = readEmitOptions(options);
  const deps = {
    client: clientFor(client, temporalNamespace),
    namespace,
    deadlineMs: settings.timeoutMs,
    now: Date.now,
  };
  return createEmitter(settings, transportTo(deps));
}

function transportTo(deps: StartDeps): Transport<TemporalEntry> {
  const source = `/namespaces/${deps.namespace}`;
  const nameOf = createListNames(deps.now);
  return {
    toEntry(event, now) {
      const whole = toCloudEvent(event, { id: event?.id ?? newEventId(now), source, now });
      return { id: whole.id, event: whole, ...serialise(whole) };
    },
    eventOf: ({ event }) => toNewEvent(event),
    maxBatchBytes: MAX_LIST_BYTES,

    async post(entries, stop): Promise<Verdict> {
      try {
        const outcome = await startEvents({ events: entries, ulid: nameOf(entries) }, deps, stop);
        return { kind: 'taken', outcomes: entries.map(() => outcome) };
      } catch (cause) {
        return verdictOn(cause);
      }
    },
  };
}

/**
 * A list keeps its name over its tries: one that had been started after all is not started again. Where it was another list,
 * events that come twice have no effect.
 */
function createListNames(now: () => number) {
  let last: { places: string; ulid: string } | undefined;
  return (entries: readonly TemporalEntry[]): string => {
    const places = entries.map(({ place }) => place).join();
    if (last?.places !== places) last = { places, ulid: ulid(now()) };
    return last.ulid;
  };
}

/** gRPC's codes, https://grpc.io/docs/guides/status-codes/ */
const INVALID_ARGUMENT = 3;
/** Nobody will do until somebody mends something: no such namespace, no permission, no credentials, no such call. */
const REFUSED: Record<number, string> = {
  5: 'not_found',
  7: 'forbidden',
  12: 'unimplemented',
  16: 'unauthenticated',
};

function verdictOn(cause: unknown): Verdict {
  const code = codeOf(cause);
  const message = `Temporal did not start the workflow: ${messageOf(cause)}.`;
  if (code === INVALID_ARGUMENT)
    return { kind: 'unfit', error: new ExosphereAlertsError('rejected', message, { cause }) };
  const refused = code === undefined ? undefined : REFUSED[code];
  if (refused !== undefined) return { kind: 'refused', error: new ExosphereAlertsError(refused, message, { cause }) };
  return { kind: 'later', error: new ExosphereAlertsError('unreachable', message, { cause }) };
}
