import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { version } from '../../src/version.ts';
import { ROOT } from '../harness/repository.ts';
import { EVENTS, WRITES_FIGURES } from './settings.ts';

/** What a scenario came to. */
export interface Figures {
  scenario: string;
  /** Events answered 202. */
  accepted: number;
  /** Distinct events of these that the receiver which behaves got. */
  delivered: number;
  /** Requests that a receiver got after it had answered one of the same webhook-id well. */
  repeated: number;
  lost: number;
  /** Between two 202s, at most, in ms. */
  outageMs: number;
  /** Resident memory of API and worker together, the peak of each; undefined where the system does not tell. */
  peakMiB: number | undefined;
  note?: string;
}

const DOC = join(ROOT, 'docs', 'reliability.md');

/**
 * Prints the figures as a table, and puts it into the document where that was asked for.
 *
 * @param part name of the document's part: the table goes between its two marks
 * @param complete how many scenarios there are: less than all of them go into no document
 */
export function report(part: string, figures: Figures[], complete: number): void {
  const table = tableOf(figures);
  process.stderr.write(`\n${part}\n${table}\n`);
  if (!WRITES_FIGURES || figures.length < complete) return;
  const [begin, end] = [`<!-- ${part}: begin -->`, `<!-- ${part}: end -->`];
  const text = readFileSync(DOC, 'utf8');
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`${DOC} lacks the marks ${begin} and ${end}.`);
  const command = `FAULTS_WRITE=1${EVENTS === 1_000 ? '' : ` FAULT_EVENTS=${EVENTS}`} npm run test:faults`;
  const made = `Version ${version}, ${new Date().toISOString().slice(0, 10)}, ${availableParallelism()} cores, Node ${process.versions.node}: \`${command}\``;
  writeFileSync(DOC, `${before}${begin}\n${table}\n${made}\n${end}${after}`);
}

function tableOf(figures: Figures[]): string {
  const head = ['scenario', 'accepted', 'delivered', 'repeated', 'lost', 'longest outage, ms', 'memory peak, MiB', ''];
  const rows = figures.map((one) => [
    one.scenario,
    one.accepted,
    one.delivered,
    one.repeated,
    one.lost,
    Math.round(one.outageMs),
    one.peakMiB === undefined ? '–' : Math.round(one.peakMiB),
    one.note ?? '',
  ]);
  const lines = [head, head.map((_, index) => (index > 0 && index < 7 ? '---:' : '---')), ...rows];
  return `${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}
