import { Tooltip } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { exactTime, relativeTime } from './relative-time.ts';

/** All moments of a page move on together. */
const EVERY_MS = 15_000;

interface TimeProps {
  at: string | null | undefined;
  /** On the page of one thing: to be held against the logs of others. */
  isExact?: boolean;
}

/** A moment as people say it, with the exact one in UTC on hover and at a touch; or that one itself, with the other behind it. */
export function Time({ at, isExact = false }: TimeProps) {
  const now = useSyncExternalStore(subscribe, currentTick);
  if (at === null || at === undefined) return <span>–</span>;
  const exact = exactTime(at);
  const relative = relativeTime(Date.parse(at), now);
  if (isExact) {
    return (
      <time dateTime={at}>
        {exact} ({relative})
      </time>
    );
  }
  return (
    <Tooltip label={exact} withArrow events={{ hover: true, focus: true, touch: true }}>
      <time dateTime={at} style={{ whiteSpace: 'nowrap' }}>
        {relative}
      </time>
    </Tooltip>
  );
}

function subscribe(onTick: () => void): () => void {
  const timer = setInterval(onTick, EVERY_MS);
  return () => clearInterval(timer);
}

/** The same value within a tick, as React wants it. */
const currentTick = () => Math.floor(Date.now() / 1_000) * 1_000;
