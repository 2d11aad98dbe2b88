import { median, percentile, spread } from './figures.ts';
import type { HistoryCost } from './histories.ts';
import { PROCESSES } from './measure.ts';
import type { Measured, Results } from './results.ts';
import { type Target, targets } from './targets.ts';

/** The run as a table, with the targets. */
export function report(results: Results): { text: string; targets: Target[] } {
  const { options } = results;
  const row = (label: string, figure: (of: Measured) => string): [string, string, string] => [
    label,
    figure(results.floor),
    figure(results.service),
  ];
  const rows: [string, string, string][] = [
    ['', 'floor', 'service'],
    row('events/s at saturation', ({ busy }) => spread(busy.map(({ eventsPerSecond }) => eventsPerSecond))),
    row('low load, POST to its answer, p50 ms', ({ quiet }) =>
      spread(quiet.map(({ acceptances }) => median(acceptances))),
    ),
    row('low load, POST to arrival, p50 ms', ({ quiet }) => spread(quiet.map(({ latencies }) => median(latencies)))),
    row('low load, POST to arrival, p99 ms, of all', ({ quiet }) =>
      percentile(
        quiet.flatMap(({ latencies }) => latencies),
        0.99,
      ).toFixed(1),
    ),
    ...PROCESSES.map((name) =>
      row(`CPU ms per delivery: ${name}`, ({ busy }) => spread(busy.map(({ cpuMs }) => cpuMs[name]))),
    ),
    row('CPU ms per delivery: all but the receiver', ({ busy }) =>
      spread(busy.map(({ cpuMs }) => cpuMs.program + cpuMs.temporal + cpuMs.postgresql)),
    ),
    row('history events, event + delivery', ({ histories }) => both(histories, 'events')),
    row('workflow tasks, event + delivery', ({ histories }) => both(histories, 'tasks')),
    row('workflow tasks, the same at saturation', ({ busyHistories }) => both(busyHistories, 'tasks')),
    row('started eagerly', ({ histories, busyHistories }) => {
      const all = [...histories, ...busyHistories];
      return `${all.filter(({ event }) => event.eager).length} of ${all.length}`;
    }),
  ];
  const judged = targets(results);
  const width = Math.max(...rows.map(([label]) => label.length)) + 2;
  const lines = [
    '',
    `${options.rounds} rounds in turn: ${options.latency} events one by one, then ${options.events} from ${options.concurrency} senders.`,
    'Figures are medians of the rounds (min–max); tasks and history events those of the median event (max).',
    '',
    ...rows.map(([label, floor, service]) => `${label.padEnd(width)}${floor.padStart(22)}${service.padStart(22)}`),
    '',
    ...judged.map(({ text, reached }) => `${reached ? 'reached' : 'MISSED '}  ${text}`),
    '',
  ];
  return { text: `${lines.join('\n')}\n`, targets: judged };
}

/** `2 + 1`, and `(3 + 1)` behind it where some event took more. */
function both(costs: HistoryCost[], what: 'events' | 'tasks'): string {
  const [event, delivery] = [costs.map((cost) => cost.event[what]), costs.map((cost) => cost.delivery[what])];
  const usual = `${median(event)} + ${median(delivery)}`;
  const most = `${Math.max(...event)} + ${Math.max(...delivery)}`;
  return usual === most ? usual : `${usual} (${most})`;
}
