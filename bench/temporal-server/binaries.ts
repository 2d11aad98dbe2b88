import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../../src/start-error.ts';

/** As in `build.sh`. */
const VERSION = '1.32.1';

/** The programs that `build.sh` makes. */
export interface Binaries {
  server: string;
  sqlTool: string;
}

/**
 * Finds the programs where `build.sh` puts them.
 *
 * @param env the process's environment, for `EXOSPHERE_BENCH_CACHE` and `HOME`
 * @throws StartError when they were not built yet
 */
export function findBinaries(env: NodeJS.ProcessEnv): Binaries {
  const cache = env.EXOSPHERE_BENCH_CACHE || join(env.HOME ?? '', '.cache', 'exosphere-bench');
  const folder = join(cache, `temporal-server-${VERSION}`);
  const found = { server: join(folder, 'temporal-server'), sqlTool: join(folder, 'temporal-sql-tool') };
  try {
    for (const path of Object.values(found)) accessSync(path, constants.X_OK);
  } catch (cause) {
    throw new StartError(
      `There is no Temporal server ${VERSION} in ${folder}.`,
      'Build it, once: bash bench/temporal-server/build.sh',
      { cause },
    );
  }
  return found;
}
