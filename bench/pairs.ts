import { LATENCY } from './columns.ts';
import { ratios } from './figures.ts';
import type { Round } from './round.ts';
import type { Outcome } from './scenario.ts';
import { type Column, type Row, tableOf } from './table.ts';

/** The same load with nobody beside it, and then with neighbours. */
export interface Pair {
  alone: Round;
  beside: Round;
}

type Percentile = 'p50' | 'p99';
const PERCENTILES: Percentile[] = ['p50', 'p99'];

/** What the rows and figures of a comparison are called. */
export interface PairNames<P extends Pair> {
  /** The head of the first column: of the table of latencies, and of that of ratios. */
  corners: { latency: string; ratio: string };
  alone(label: string): string;
  beside(label: string): string;
  figure(which: Percentile, label: string): string;
  /** What the table of ratios shows besides. */
  more?: Column<P>[];
}

/** Latencies alone and beside the neighbours, and how many times those alone the second are. */
export function comparePairs<P extends Pair>(
  rows: Row<P>[],
  { corners, alone, beside, figure, more = [] }: PairNames<P>,
): Pick<Outcome, 'tables' | 'figures' | 'raw'> {
  const shown = rows.flatMap(({ label, rounds }) => [
    { label: alone(label), rounds: rounds.map((pair) => pair.alone) },
    { label: beside(label), rounds: rounds.map((pair) => pair.beside) },
  ]);
  const ratioColumns = PERCENTILES.map(
    (which): Column<P> => ({
      head: `${which}, times that alone`,
      of: (pair) => timesAlone([pair], which)[0] as number,
      digits: 2,
    }),
  );
  return {
    tables: [tableOf(corners.latency, shown, LATENCY), tableOf(corners.ratio, rows, [...ratioColumns, ...more])],
    figures: Object.fromEntries(
      rows.flatMap(({ label, rounds }) =>
        PERCENTILES.map((which) => [figure(which, label), timesAlone(rounds, which)] as const),
      ),
    ),
    raw: rows,
  };
}

const timesAlone = (pairs: Pair[], which: Percentile): number[] =>
  ratios(
    pairs.map(({ beside }) => beside.arrived[which]),
    pairs.map(({ alone }) => alone.arrived[which]),
  );

/** A pair in a few words. */
export const pairInWords = ({ alone, beside }: Pair): string =>
  PERCENTILES.map(
    (which) => `${which} ${alone.arrived[which].toFixed(1)} → ${beside.arrived[which].toFixed(1)} ms`,
  ).join(', ');
