import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './repository.ts';

export const ALERTS = 'docs/exosphere/alerts.md';

/** A file's text. @param path from the repository's root */
export const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
