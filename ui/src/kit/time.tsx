import { Tooltip } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { exactTime, relativeTime } from './relative-time.ts';

/** All moments of a page move on together. */
const EVERY_MS = 15_000;

/** A moment as people say it, with the exact one in UTC on hover, on focus, and for who reads the markup. */
export function Time({ at }: { at: string | null | undefined }) {
  const now = useSyncExternalStore(subscribe, currentTick);
  if (at === null || at === undefined) return <span>–</span>;
  const exact = exactTime(at);
  return (
    <Tooltip label={exact} withArrow events={{ hover: true, focus: true, touch: true }}>
      <time dateTime={at} title={exact} style={{ whiteSpace: 'nowrap' }}>
        {relativeTime(Date.parse(at), now)}
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
