import type { BulkFilter, BulkProgress, Decision } from './queries.ts';
import type { deadLetterSearch } from './search.ts';

type Search = ReturnType<typeof deadLetterSearch>;

/** The API takes no more ids at once; more are chosen by a filter. */
export const MOST_IDS = 500;

/** The list's filters as an operation takes them: what is listed as waiting is what it is about. */
export function filterOf({ endpoint, rule, reason, since, until }: Search): BulkFilter {
  const filter = { endpoint_id: endpoint, rule_id: rule, reason, since, until };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

/** An operation as the URL holds it. */
export interface Operation {
  decision: Decision;
  id: string;
}

export const operationText = ({ decision, id }: Operation): string => `${decision}-${id}`;

export function operationOf(text: string | undefined): Operation | undefined {
  const [, decision, id] = /^(retry|discard)-([0-9a-z]{26})$/.exec(text ?? '') ?? [];
  return decision === undefined || id === undefined ? undefined : { decision: decision as Decision, id };
}

/** `1 dead letter`, `500 dead letters`. */
export const lettersText = (count: number): string => `${count} dead letter${count === 1 ? '' : 's'}`;

/** What became of those that matched, one sentence each. */
export function resultLines(decision: Decision, progress: BulkProgress): string[] {
  const { phase, done, failed, refused, under_way, left } = progress;
  const isRunning = phase === 'running';
  const lines: [number, string][] = [
    [done, decision === 'retry' ? 'delivered, or closed meanwhile' : 'discarded, or closed meanwhile'],
    [failed, 'failed again and wait again: the list has the reason of each'],
    [refused, 'not retried, for their endpoint is off: they wait on'],
    [under_way, isRunning ? 'under way' : 'were under way; they end by themselves'],
    [
      left,
      isRunning
        ? 'left'
        : phase === 'cancelled'
          ? 'left as they were'
          : 'skipped: they no longer waited when their turn came',
    ],
  ];
  return lines.filter(([count], index) => count > 0 || index === 0).map(([count, text]) => `${count} ${text}`);
}

/** Share of the matched ones that are through, in per cent. */
export const shareOf = ({ matched, done, failed, refused }: BulkProgress): number =>
  matched === 0 ? 100 : Math.round((100 * (done + failed + refused)) / matched);
