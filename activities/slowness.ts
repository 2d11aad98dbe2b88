/** An answer that takes longer makes its endpoint a slow one, for as long as it goes on so and a while after. */
const SLOW_AFTER_MS = 500;
export const SLOW_FOR_MS = 30_000;

interface Request {
  at: number;
}

/** How an endpoint answers; all times in ms of one clock. */
export interface Answers {
  /** Requests on their way, oldest first. */
  awaited: Set<Request>;
  slowUntil: number;
}

export const noAnswers = (): Answers => ({ awaited: new Set(), slowUntil: Number.NEGATIVE_INFINITY });

/** Whether it has lately taken longer to answer than others should be held up by. */
export function isSlow({ awaited, slowUntil }: Answers, now: number): boolean {
  const [oldest] = awaited;
  return now < slowUntil || (oldest !== undefined && now - oldest.at > SLOW_AFTER_MS);
}

/** A request that leaves now. */
export function send({ awaited }: Answers, now: number): Request {
  const request = { at: now };
  awaited.add(request);
  return request;
}

/** A request is answered, or given up. @returns false where that is known already */
export function answer(answers: Answers, request: Request, now: number): boolean {
  if (!answers.awaited.delete(request)) return false;
  if (now - request.at > SLOW_AFTER_MS) answers.slowUntil = now + SLOW_FOR_MS;
  return true;
}
