import { median, percentile, spread } from './figures.ts';
import type { HistoryCost } from './histories.ts';
import type { Round } from './measure.ts';

/** All that a run measured; `floor` and `service` are the keys. */
export interface Results {
  rounds: number;
  events: number;
  concurrency: number;
  latencyEvents: number;
  saturated: Record<string, Round[]>;
  latencies: Record<string, number[]>;
  histories: Record<string, HistoryCost>;
}

/** What is to be reached, from the project's issue on its first slice. */
const TARGETS = { eventTasks: 2, deliveryTasks: 1, latencyRatio: 1.5, throughputRatio: 0.6 };

/** The run as a table, and how many targets it missed. */
export function report(results: Results): { text: string; missed: number } {
  const { saturated, latencies, histories } = results;
  const perSecond = (name: string) => (saturated[name] ?? []).map((round) => round.eventsPerSecond);
  const cpu = (name: string, process: string) =>
    (saturated[name] ?? []).map((round) => round.cpuMs[process] ?? Number.NaN);
  const ms = (name: string, share: number) => percentile(latencies[name] ?? [], share).toFixed(1);
  const rows: [string, string, string][] = [
    ['', 'floor', 'service'],
    ['events/s at saturation, median (min–max)', spread(perSecond('floor')), spread(perSecond('service'))],
    ['low load, POST to arrival, p50 ms', ms('floor', 0.5), ms('service', 0.5)],
    ['low load, POST to arrival, p99 ms', ms('floor', 0.99), ms('service', 0.99)],
    ...['program', 'temporal', 'postgresql', 'receiver'].map((process): [string, string, string] => [
      `CPU ms per delivery: ${process}`,
      spread(cpu('floor', process)),
      spread(cpu('service', process)),
    ]),
    [
      'history events, event + delivery',
      historyText(histories, 'floor', 'events'),
      historyText(histories, 'service', 'events'),
    ],
    [
      'workflow tasks, event + delivery',
      historyText(histories, 'floor', 'workflowTasks'),
      historyText(histories, 'service', 'workflowTasks'),
    ],
  ];
  const ratios = perSecond('service').map((value, index) => value / (perSecond('floor')[index] as number));
  const latencyRatio = median(latencies.service ?? []) / median(latencies.floor ?? []);
  const tasks = {
    event: histories.eventWorkflow?.workflowTasks ?? Number.NaN,
    delivery: histories.deliveryWorkflow?.workflowTasks ?? Number.NaN,
  };
  const targets: [string, boolean][] = [
    [
      `workflow tasks ${tasks.event} + ${tasks.delivery}, at most ${TARGETS.eventTasks} + ${TARGETS.deliveryTasks}`,
      tasks.event <= TARGETS.eventTasks && tasks.delivery <= TARGETS.deliveryTasks,
    ],
    [
      `low-load p50 ${latencyRatio.toFixed(2)} × the floor's, at most ${TARGETS.latencyRatio} ×`,
      latencyRatio <= TARGETS.latencyRatio,
    ],
    [
      `events/s ${spread(ratios, 2)} × the floor's, at least ${TARGETS.throughputRatio} ×`,
      median(ratios) >= TARGETS.throughputRatio,
    ],
  ];
  const width = Math.max(...rows.map(([label]) => label.length)) + 2;
  const lines = [
    '',
    `${results.rounds} rounds in turn; ${results.events} events from ${results.concurrency} senders, ${results.latencyEvents} one by one`,
    '',
    ...rows.map(([label, floor, service]) => `${label.padEnd(width)}${floor.padStart(22)}${service.padStart(22)}`),
    '',
    ...targets.map(([text, reached]) => `${reached ? 'reached' : 'MISSED '}  ${text}`),
    '',
  ];
  return { text: `${lines.join('\n')}\n`, missed: targets.filter(([, reached]) => !reached).length };
}

function historyText(histories: Record<string, HistoryCost>, name: string, what: keyof HistoryCost): string {
  const types = name === 'floor' ? ['floorEvent', 'floorDelivery'] : ['eventWorkflow', 'deliveryWorkflow'];
  return types.map((type) => histories[type]?.[what] ?? '?').join(' + ');
}
