import { PASS, type Scene, type StageAnswer } from './message.ts';

/**
 * A resolve follows its firing: told if that was told, whatever has been silenced or capped since, for an incident that
 * was opened must be closed; held back if it was, for nobody knows what would be over.
 */
export function resolveStage({ message, key }: Scene): StageAnswer {
  if (message !== 'resolved' || key.open?.told) return PASS;
  const because = key.open?.held ? ` (${key.open.held.reason})` : '';
  return { held: true, reason: 'firing_was_held_back', detail: `its firing was not told${because}`, retryAt: null };
}
