import { PASS, type Scene, type StageAnswer } from './message.ts';

/** After a firing was told, the next one of the same key waits until `cooldown` has passed. */
export function cooldownStage({ message, plan, key, now }: Scene): StageAnswer {
  if (message !== 'firing' && message !== 'notify') return PASS;
  if (plan.cooldownMs === null || key.toldAt === null) return PASS;
  const over = key.toldAt + plan.cooldownMs;
  if (now >= over) return PASS;
  const [told, until] = [key.toldAt, over].map((at) => new Date(at).toISOString());
  const detail = `told at ${told}; cooldown until ${until}`;
  return { held: true, reason: 'cooldown', detail, retryAt: over };
}
