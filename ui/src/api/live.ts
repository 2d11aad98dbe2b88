import { useQueryClient } from '@tanstack/react-query';
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
 * 10 s while the stream is not there.
 *
 * @returns whether changes are heard at once or by polling
 */
export function useLive(...kinds: LiveKind[]): 'live' | 'polling' {
  const client = useQueryClient();
  const [isOpen, setIsOpen] = useState(() => stream?.readyState === EventSource.OPEN);
  const wanted = kinds.join(' ');
  useEffect(() => {
    const mine = wanted.split(' ') as LiveKind[];
    const changed = new Set<LiveKind>();
    let gathering: ReturnType<typeof setTimeout> | undefined;
    const read = () => {
      gathering = undefined;
      for (const kind of changed) void client.invalidateQueries({ queryKey: [kind] });
      changed.clear();
    };
    const note = (kind: LiveKind) => {
      changed.add(kind);
      gathering ??= setTimeout(read, GATHER_MS);
    };
    const listener: Listener = { onChange: (kind) => mine.includes(kind) && note(kind), onState: setIsOpen };
    listeners.add(listener);
    open();
    return () => {
      clearTimeout(gathering);
      listeners.delete(listener);
      if (listeners.size === 0) close();
    };
  }, [client, wanted]);
  useEffect(() => {
    if (isOpen) return;
    const timer = setInterval(() => {
      for (const kind of wanted.split(' ')) void client.invalidateQueries({ queryKey: [kind] });
    }, POLL_MS);
    return () => clearInterval(timer);
  }, [client, wanted, isOpen]);
  return isOpen ? 'live' : 'polling';
}

function open(): void {
  if (stream !== undefined) return;
  const source = new EventSource('/v1/stream');
  stream = source;
  let wasBroken = false;
  source.addEventListener('open', () => {
    tellState(true);
    // What changed in between was told to nobody.
    if (wasBroken) for (const kind of KINDS) tellChange(kind);
    wasBroken = false;
  });
  source.addEventListener('change', (event) => {
    const { kind } = JSON.parse(event.data) as { kind: LiveKind };
    tellChange(kind);
  });
  source.addEventListener('error', () => {
    wasBroken = true;
    tellState(false);
    if (source.readyState !== EventSource.CLOSED) return;
    stream = undefined;
    again = setTimeout(open, AGAIN_MS);
  });
}

function close(): void {
  clearTimeout(again);
  stream?.close();
  stream = undefined;
}

function tellChange(kind: LiveKind): void {
  for (const { onChange } of listeners) onChange(kind);
}

function tellState(isOpen: boolean): void {
  for (const { onState } of listeners) onState(isOpen);
}
