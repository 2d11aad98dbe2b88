import { spread } from './figures.ts';

/** A table as it is shown. */
export interface Table {
  head: string[];
  rows: string[][];
}

/** What was measured under one name, once for each repetition. */
export interface Row<T> {
  label: string;
  rounds: T[];
}

/** One figure of each repetition. */
export interface Column<T> {
  head: string;
  of: (round: T) => number;
  digits?: number;
}

/** A row for each name, and in each column the median, least and greatest of its repetitions. */
export const tableOf = <T>(corner: string, rows: Row<T>[], columns: Column<T>[]): Table => ({
  head: [corner, ...columns.map(({ head }) => head)],
  rows: rows.map(({ label, rounds }) => [label, ...columns.map(({ of, digits }) => spread(rounds.map(of), digits))]),
});

export const markdown = ({ head, rows }: Table): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
