import { cpuColumns, inWords, LATENCY } from '../columns.ts';
import { ratios } from '../figures.ts';
import { scaled } from '../options.ts';
import type { Program } from '../program.ts';
import { measure, type Round } from '../round.ts';
import { type Outcome, repeat, type Scenario } from '../scenario.ts';
import { onStage, type Stage } from '../stage.ts';
import { type Column, type Row, tableOf } from '../table.ts';
import { startTypicalService } from '../typical.ts';

const SECONDS = 20;
const SLOW_RATE = 50;
const FAST_RATE = 200;

const SENDER_LATE: Column<Round> = { head: '*sender late, p99 ms*', of: ({ senderLateMs }) => senderLateMs };

/** (b) So many events a second by the clock, whatever becomes of those before. */
export const openLoop: Scenario = {
  letter: 'b',
  title: 'Events by the clock, one endpoint',
  run: (bench) => onStage(bench, measureRates),
};

async function measureRates(stage: Stage): Promise<Outcome> {
  const { before } = stage.options;
  const earlier = before === undefined ? undefined : await startTypicalService(stage, { checkout: before });
  const service = await startTypicalService(stage);
  const cases = [
    // Only at the lower rate: an earlier state may not keep up with more.
    ...(earlier ? [rateCase(stage, earlier, SLOW_RATE, 'before, ')] : []),
    ...[SLOW_RATE, FAST_RATE].map((rate) => rateCase(stage, service, rate)),
  ];
  const rows = await repeat(stage, 'b', cases, inWords);
  const p50 = (label: string) => roundsOf(rows, label).map(({ arrived }) => arrived.p50);
  const slow = `${SLOW_RATE}/s`;
  return {
    tables: [tableOf('events', rows, [...LATENCY, ...cpuColumns(), SENDER_LATE])],
    notes: [
      `${scaled(stage.options, SECONDS, 3)} s each. Latency counts from when a POST was due to its arrival.`,
      'CPU of an open loop includes what idling costs meanwhile.',
    ],
    figures: {
      [`p50 ms at ${slow}`]: p50(slow),
      ...(earlier ? { [`p50 at ${slow} over that before`]: ratios(p50(slow), p50(`before, ${slow}`)) } : {}),
    },
    raw: rows,
  };
}

const rateCase = (stage: Stage, program: Program, perSecond: number, prefix = '') => ({
  label: `${prefix}${perSecond}/s`,
  run: () => measure(stage, program, { events: perSecond * scaled(stage.options, SECONDS, 3), pace: { perSecond } }),
});

const roundsOf = (rows: Row<Round>[], label: string): Round[] => rows.find((row) => row.label === label)?.rounds ?? [];
