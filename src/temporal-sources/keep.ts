import type { TemporalSourceLog } from '../store/temporal-source-log.ts';
import type { TemporalSourceControl } from './control.ts';

/** Starts side by side: one for each source, every time. */
const TOGETHER = 5;

/**
 * Sees to it that every source is watched: one whose workflow was never begun (the process died in between), or was
 * cancelled or terminated by somebody, is begun again.
 *
 * @returns a round of it; it has never more to do at once
 * @throws the first error of PostgreSQL or Temporal, once all have been tried
 */
export function createSourceKeeper(deps: {
  sourceLog: Pick<TemporalSourceLog, 'list' | 'read'>;
  control: Pick<TemporalSourceControl, 'start'>;
}) {
  const { sourceLog, control } = deps;
  return async (): Promise<boolean> => {
    const ids = (await sourceLog.list()).values();
    const failures: unknown[] = [];
    const worker = async () => {
      for (const id of ids) await keep(id).catch((error: unknown) => failures.push(error));
    };
    await Promise.all(Array.from({ length: TOGETHER }, worker));
    if (failures.length > 0) throw failures[0];
    return false;
  };

  async function keep(id: string): Promise<void> {
    const source = await sourceLog.read(id);
    if (source !== undefined) await control.start(source);
  }
}
