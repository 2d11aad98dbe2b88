/* `npm run ui:size`: what a browser loads before the first page stands, packed, against its budget. Needs a build. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** kB of script, gzip, of any page's first load: the entry, what it imports, and the page's own part. */
const BUDGET_KB = 300;

interface Chunk {
  file: string;
  isEntry?: boolean;
  dynamicImports?: string[];
  imports?: string[];
}

const DIST = join(import.meta.dirname, '..', 'ui', 'dist');
const chunks: Record<string, Chunk> = JSON.parse(readFileSync(join(DIST, 'manifest.json'), 'utf8'));
const entry = Object.keys(chunks).find((name) => chunks[name]?.isEntry) as string;
const shell = closure(entry);
// Those that the router knows: what a page loads later, such as an editor, is no part of its first load.
const routed = new Set([...shell].flatMap((name) => chunks[name]?.dynamicImports ?? []));
const pages = [...routed].filter((name) => name.startsWith('src/pages/'));
for (const page of pages.sort()) {
  const kB = sizeOf(new Set([...shell, ...closure(page)])) / 1_000;
  const isOver = kB > BUDGET_KB;
  process[isOver ? 'stderr' : 'stdout'].write(
    `${kB.toFixed(0).padStart(5)} kB  ${page}${isOver ? '  over budget' : ''}\n`,
  );
  if (isOver) process.exitCode = 1;
}
process.stdout.write(
  `Script of a first load, gzip; the budget is ${BUDGET_KB} kB, the shell alone has ${(sizeOf(shell) / 1_000).toFixed(0)}.\n`,
);

/** A chunk with all that it imports at once. */
function closure(name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const each of chunks[name]?.imports ?? []) closure(each, seen);
  return seen;
}

function sizeOf(names: Set<string>): number {
  return [...names]
    .map((name) => (chunks[name] as Chunk).file)
    .filter((file) => file.endsWith('.js'))
    .reduce((sum, file) => sum + gzipSync(readFileSync(join(DIST, file))).length, 0);
}
