/** How often something happens: what happened a second ago counts a third of what happens now. */
export interface Rate {
  count(): void;
  perSecond(): number;
}

/** @param now a clock that never goes back, in ms */
export function createRate(now: () => number): Rate {
  let value = 0;
  let at = now();
  const decay = () => {
    const time = now();
    value *= Math.exp((at - time) / 1000);
    at = time;
  };
  return {
    count(): void {
      decay();
      value += 1;
    },
    perSecond(): number {
      decay();
      return value;
    },
  };
}
