import { PASS, type Scene, type StageAnswer } from './message.ts';

/** A repeat is told when what fires was told, and `repeat_every` has passed since. */
export function repeatStage({ message, plan, key, now }: Scene): StageAnswer {
  if (message !== 'repeat') return PASS;
  const due = key.open?.told && plan.repeatEveryMs !== null ? key.open.lastAt + plan.repeatEveryMs : null;
  if (due !== null && now >= due) return PASS;
  return { held: true, reason: 'not_due', detail: 'no repeat is due', retryAt: due };
}
