import { statSync } from 'node:fs';

/** What takes the better part of a minute or more, for it waits: begun last, it would be all that still runs at the end. */
const LONGEST = [
  ...['ui-dead-letters', 'ui-pages', 'ui-rules', 'ui-webhooks', 'ui-overview'],
  ...[
    'dead-letter-bulk',
    'graceful-stop',
    'rate-limit',
    'freeze',
    'circuit-breaker',
    'crash',
    'dead-letter-bulk-crash',
  ],
  ...['start-up', 'stop-in-outage', 'outage', 'alert-crash', 'alert-workflow', 'temporal-tls'],
].map((name) => `/${name}.test.ts`);

/**
 * Jest's testSequencer: the longest files first, then by size. Jest itself goes by how long each took the last time, which
 * a fresh checkout does not know.
 */
export default function LongestFirst() {
  const size = new Map();
  const sizeOf = ({ path }) => {
    if (!size.has(path)) size.set(path, statSync(path).size);
    return size.get(path);
  };
  const rankOf = ({ path }) => LONGEST.findIndex((name) => path.endsWith(name)) + 1 || LONGEST.length + 1;
  return {
    sort: (tests) => [...tests].sort((a, b) => rankOf(a) - rankOf(b) || sizeOf(b) - sizeOf(a)),
    allFailedTests: (tests) => tests,
    cacheResults() {},
  };
}
