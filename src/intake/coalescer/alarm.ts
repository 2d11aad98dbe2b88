/**
 * One timer, for whatever is next.
 *
 * @param now a clock in ms
 * @param ring called once at the time that was set last
 * @returns what sets it to a time of that clock, in place of the one before; infinity is never
 */
export function createAlarm(now: () => number, ring: () => void): (at: number) => void {
  let timer: { at: number; handle: NodeJS.Timeout } | undefined;

  return (at) => {
    if (timer?.at === at) return;
    clearTimeout(timer?.handle);
    timer = undefined;
    if (at === Number.POSITIVE_INFINITY) return;
    const handle = setTimeout(
      () => {
        timer = undefined;
        ring();
      },
      Math.max(1, Math.ceil(at - now())),
    );
    timer = { at, handle };
  };
}
