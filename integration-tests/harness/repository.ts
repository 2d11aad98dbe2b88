import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { SearchAttributeTypes } from '../../src/temporal-search-attributes.ts';

/** Root folder of the repository, absolute. */
export const ROOT = join(import.meta.dirname, '..', '..');

/** Folder for what tests download and make once; not in git. */
export const CACHE_DIR = join(ROOT, '.cache');

/** The search attributes that the project registers, as `temporal-config/` declares them. */
export function searchAttributes(): SearchAttributeTypes {
  return JSON.parse(readFileSync(join(ROOT, 'temporal-config', 'search-attributes.json'), 'utf8'));
}

/**
 * The Temporal namespace of one test file, so that no file sees another's workflows: `it-` and the file's name.
 *
 * @param testFile path or URL of the file: `…/delivery.test.ts` gives `it-delivery`
 */
export function namespaceOf(testFile: string): string {
  return `it-${basename(testFile).replace(/\.test\.ts$/, '')}`;
}

/** For a second service of one test file, beside the one in the file's own namespace: graceful-stop.test.ts has one. */
export const SECOND_NAMESPACE = 'it-second';

/** The namespaces of all integration and browser test files, and the one for a second service. */
export function testNamespaces(): string[] {
  const files = readdirSync(join(ROOT, 'integration-tests'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map(namespaceOf);
  return [...files, SECOND_NAMESPACE];
}
