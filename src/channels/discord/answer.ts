import type { Answer, ReadAnswer } from '../channel.ts';
import { refusal } from '../refusal.ts';

/** Discord's JSON error code for a webhook that was deleted. */
const UNKNOWN_WEBHOOK = 10_015;

/** integration-tests/data/schemas/discord-answers.json. */
export const readAnswer: ReadAnswer = (answer, general) => {
  switch (answer.statusCode) {
    case 400:
      return refusal(400, 'Discord does not take this message');
    case 401:
      return refusal(401, "Discord does not accept the URL's token", true);
    case 404: {
      // Another code names what else is unknown, such as the thread of `thread_id`: the webhook itself is there.
      const { code } = bodyOf(answer);
      const isGone = code === undefined || code === UNKNOWN_WEBHOOK;
      return refusal(
        404,
        isGone ? 'Discord does not know this webhook any more' : 'Discord does not know the place',
        isGone,
      );
    }
    case 429:
      return general.class === 'retry' ? { ...general, ...laterOf(answer, general.retryAfterMs) } : general;
    default:
      return general;
  }
};

/** The body says it in fractions of a second, the header in whole ones: the later of both. */
function laterOf(answer: Answer, headerMs = 0): { retryAfterMs?: number } {
  const seconds = bodyOf(answer).retry_after;
  const bodyMs = typeof seconds === 'number' && seconds > 0 ? Math.ceil(seconds * 1_000) : 0;
  const retryAfterMs = Math.min(Math.max(headerMs, bodyMs), Number.MAX_SAFE_INTEGER);
  return retryAfterMs > 0 ? { retryAfterMs } : {};
}

function bodyOf({ excerpt }: Answer): { code?: unknown; retry_after?: unknown } {
  try {
    const body: unknown = JSON.parse(excerpt ?? '');
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    // A proxy's page, or a body longer than the excerpt.
    return {};
  }
}
