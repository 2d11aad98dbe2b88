import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

const KINDS = ['deliveries', 'alerts', 'webhooks', 'rules', 'dead_letters', 'events', 'silences', 'api_keys'] as const;
/** What the stream tells of, and what the keys of queries begin with. */
export type LiveKind = (typeof KINDS)[number];

/** Where nothing is heard. */
const POLL_MS = 10_000;
/** A burst of changes is one reading. */
const GATHER_MS = 1_000;
/** After the browser has given up; what breaks is reconnected by the browser itself. */
const AGAIN_MS = 30_000;

type Listener = { onChange(kind: LiveKind): void; onState(isOpen: boolean): void };

const listeners = new Set<Listener>();
let stream: EventSource | undefined;
let again: ReturnType<typeof setTimeout> | undefined;

/**
 * Reads queries of these kinds again when the service says that something has changed, at most once a second, or every
 * 10 s while the stream is not there. A tab that nobody sees listens to nothing: a browser has six connections to a host
 * for all of its tabs (HTTP/1.1), and each stream would hold one.
 *
 * @returns whether changes are heard at once or by polling
 */
export function useLive(...kinds: LiveKind[]): 'live' | 'polling' {
  const client = useQueryClient();
  const [isOpen, setIsOpen] = useState(isHeard);
  const wanted = kinds.join(' ');
  useEffect(() => {
    const mine = wanted.split(' ').filter(Boolean) as LiveKind[];
    const reading = createReading(client);
    const listener: Listener = { onChange: (kind) => mine.includes(kind) && reading.note(kind), onState: setIsOpen };
    listeners.add(listener);
    open();
    // It may have opened while this was drawn.
    setIsOpen(isHeard());
    const poll = setInterval(() => {
      if (!isHeard() && !document.hidden) for (const kind of mine) reading.note(kind);
    }, POLL_MS);
    return () => {
      clearInterval(poll);
      reading.stop();
      listeners.delete(listener);
      if (listeners.size === 0) close();
    };
  }, [client, wanted]);
  return isOpen ? 'live' : 'polling';
}

/**
 * Reads again what has changed, once what is being read of it is here: a reading that is called off by each change would
 * never come to its end where the service is busy. Nor while something is being done here: what is just being deleted would
 * be asked for once more, and whoever does something reads again what it changes.
 */
function createReading(client: QueryClient) {
  const changed = new Set<LiveKind>();
  let gathering: ReturnType<typeof setTimeout> | undefined;
  const read = () => {
    gathering = undefined;
    for (const kind of [...changed]) {
      if (client.isMutating() > 0 || client.isFetching({ queryKey: [kind] }) > 0) continue;
      changed.delete(kind);
      void client.invalidateQueries({ queryKey: [kind] });
    }
    if (changed.size > 0) gathering = setTimeout(read, GATHER_MS);
  };
  return {
    note(kind: LiveKind): void {
      changed.add(kind);
      gathering ??= setTimeout(read, GATHER_MS);
    },
    stop: () => clearTimeout(gathering),
  };
}

const isHeard = (): boolean => stream?.readyState === EventSource.OPEN;

function open(): void {
  if (stream !== undefined || document.hidden) return;
  const source = new EventSource('/v1/stream');
  stream = source;
  source.addEventListener('open', () => {
    tellState(true);
    // What changed until now was told to nobody.
    for (const kind of KINDS) tellChange(kind);
  });
  source.addEventListener('change', (event) => {
    const { kind } = JSON.parse(event.data) as { kind: LiveKind };
    tellChange(kind);
  });
  source.addEventListener('error', () => {
    tellState(false);
    if (source.readyState !== EventSource.CLOSED || source !== stream) return;
    stream = undefined;
    again = setTimeout(open, AGAIN_MS);
  });
}

function close(): void {
  clearTimeout(again);
  stream?.close();
  stream = undefined;
  tellState(false);
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden) close();
  else if (listeners.size > 0) open();
});

function tellChange(kind: LiveKind): void {
  for (const { onChange } of listeners) onChange(kind);
}

function tellState(isOpen: boolean): void {
  for (const { onState } of listeners) onState(isOpen);
}
