import { median, spread } from './figures.ts';
import type { Measured, Results } from './results.ts';

/** What is to be reached, from the project's issue on its first slice. */
const EVENT_TASKS = 2;
const DELIVERY_TASKS = 1;
const LATENCY_RATIO = 1.5;
const THROUGHPUT_RATIO = 0.6;

/** A target, with the figure in words and whether it was reached. */
export interface Target {
  text: string;
  reached: boolean;
}

/** Judges a run. Ratios are taken within each pair of rounds, so that what slows the machine for a while counts in both. */
export function targets({ floor, service }: Results): Target[] {
  const event = median(service.histories.map((cost) => cost.event.tasks));
  const delivery = median(service.histories.map((cost) => cost.delivery.tasks));
  const latency = pairs(service, floor, ({ quiet }) => quiet.map(({ latencies }) => median(latencies)));
  const throughput = pairs(service, floor, ({ busy }) => busy.map(({ eventsPerSecond }) => eventsPerSecond));
  return [
    {
      text: `workflow tasks ${event} + ${delivery}, at most ${EVENT_TASKS} + ${DELIVERY_TASKS}`,
      reached: event <= EVENT_TASKS && delivery <= DELIVERY_TASKS,
    },
    {
      text: `low-load p50 ${spread(latency, 2)} × the floor's, at most ${LATENCY_RATIO} ×`,
      reached: median(latency) <= LATENCY_RATIO,
    },
    {
      text: `events/s ${spread(throughput, 2)} × the floor's, at least ${THROUGHPUT_RATIO} ×`,
      reached: median(throughput) >= THROUGHPUT_RATIO,
    },
  ];
}

function pairs(service: Measured, floor: Measured, figures: (of: Measured) => number[]): number[] {
  const below = figures(floor);
  return figures(service).map((value, round) => value / (below[round] as number));
}
