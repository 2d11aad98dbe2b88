import type { Starting } from './servers.ts';
import type { Row, Table } from './table.ts';

/** One of the questions, by their letters. */
export interface Scenario {
  letter: string;
  title: string;
  run(bench: Starting): Promise<Outcome>;
}

/** What a scenario found. */
export interface Outcome {
  tables: Table[];
  /** What a reader has to know about the tables. */
  notes: string[];
  /** By the names that `targets.ts` uses, a value for each repetition. */
  figures: Record<string, number[]>;
  /** All of it, for the JSON file. */
  raw: unknown;
}

/**
 * Runs the cases turn by turn, so that what slows the machine for a while slows each of them, and every second time
 * from the last to the first, so that what only grows or warms up over the run favours none.
 *
 * @param tell a round in a few words, for the person who waits
 */
export async function repeat<T>(
  { options, say }: Pick<Starting, 'options' | 'say'>,
  letter: string,
  cases: { label: string; run: () => Promise<T> }[],
  tell: (round: T) => string,
): Promise<Row<T>[]> {
  const rows = cases.map(({ label }): Row<T> => ({ label, rounds: [] }));
  for (let repetition = 1; repetition <= options.repetitions; repetition += 1) {
    const turns = [...cases.entries()];
    if (repetition % 2 === 0) turns.reverse();
    for (const [index, { label, run }] of turns) {
      const round = await run();
      rows[index]?.rounds.push(round);
      say(`(${letter}) ${repetition} of ${options.repetitions}, ${label}: ${tell(round)}`);
    }
  }
  return rows;
}
