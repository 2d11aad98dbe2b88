import type { Outcome, Scenario } from './scenario.ts';
import { markdown } from './table.ts';
import type { Judged } from './targets.ts';

/** A scenario's part of the report, as Markdown. */
export function section({ letter, title }: Scenario, { tables, notes }: Outcome): string {
  const parts = [`### (${letter}) ${title}`, ...tables.map(markdown), ...notes];
  return `${parts.join('\n\n')}\n`;
}

/** What was to be reached, as Markdown. */
export function targetSection(targets: Judged[]): string {
  const rows = targets.map(({ letter, figure, bound, measured, reached }) => [
    `(${letter}) ${figure}`,
    bound,
    measured,
    reached ? 'reached' : '**missed**',
  ]);
  return `### Targets\n\n${markdown({ head: ['figure', 'target', 'measured', ''], rows })}\n`;
}

/** On what, and how, all of it was measured, as Markdown. */
export function circumstances(about: Record<string, string>): string {
  const lines = Object.entries(about).map(([what, value]) => `- ${what}: ${value}`);
  return `${lines.join('\n')}\n\nMedian (least–greatest) of the repetitions. CPU is user and system time; *in italics*: the bench's own.\n`;
}
