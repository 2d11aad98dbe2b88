import { ApiProblem, messageOf } from '../../api/problem.ts';

/** What to do about a sign-in that failed. */
export interface Advice {
  title: string;
  text: string;
  /** What is wrong with the key itself, for its field. */
  keyError?: string;
}

export function adviceOn(error: unknown): Advice {
  const status = error instanceof ApiProblem ? error.status : undefined;
  // Only whoever has the whole key is told what became of it.
  if (error instanceof ApiProblem && /^api_key_(revoked|expired)$/.test(error.code)) {
    return { title: 'Not signed in', text: error.message, keyError: 'This key is good no more.' };
  }
  if (status === 401 || status === 422) {
    return {
      title: 'Not signed in',
      text: 'Copy the key whole, without spaces or quotes. Keys are of one service: one of another is not known here.',
      keyError: 'This key is not known here.',
    };
  }
  if (status === 429) {
    return {
      title: 'Too many wrong keys',
      text: `Too many came from your address. Wait a minute, then try again. ${messageOf(error)}`,
    };
  }
  const requestId = error instanceof ApiProblem ? error.requestId : null;
  const text = requestId === null ? messageOf(error) : `${messageOf(error)} Request id: ${requestId}`;
  return { title: 'Not signed in', text };
}
