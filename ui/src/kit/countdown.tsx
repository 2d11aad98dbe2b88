import { useInterval } from '@mantine/hooks';
import { useState } from 'react';
import { countdownText, exactTime } from './relative-time.ts';

/** How long it is until a moment, by the second. @param after what stands there once it has passed */
export function Countdown({ at, after }: { at: string; after: string }) {
  const [now, setNow] = useState(Date.now);
  useInterval(() => setNow(Date.now()), 1_000, { autoInvoke: true });
  const left = Date.parse(at) - now;
  return (
    // Said once, not every second.
    <time dateTime={at} title={exactTime(at)} role="timer" aria-live="off">
      {left <= 0 ? after : countdownText(left)}
    </time>
  );
}
