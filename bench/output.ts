import { join } from 'node:path';
import { CACHE_DIR } from '../integration-tests/harness/repository.ts';

/** Where results and profiles are left; not in git. */
export const OUTPUT_DIR = join(CACHE_DIR, 'bench');
