import { ApiProblem, messageOf } from '../../api/problem.ts';

/** What to do about a sign-in that failed. */
export interface Advice {
  title: string;
  text: string;
  isAboutKey: boolean;
}

export function adviceOn(error: unknown): Advice {
  const status = error instanceof ApiProblem ? error.status : undefined;
  if (status === 401 || status === 422) {
    return {
      title: 'Not signed in',
      text: 'Copy the key whole, without spaces or quotes. It may have been revoked, or have run out: then ask who made it for a new one.',
      isAboutKey: true,
    };
  }
  if (status === 429) {
    return {
      title: 'Too many wrong keys',
      text: `Too many came from your address. Wait a minute, then try again. ${messageOf(error)}`,
      isAboutKey: false,
    };
  }
  const requestId = error instanceof ApiProblem ? error.requestId : null;
  const text = requestId === null ? messageOf(error) : `${messageOf(error)} Request id: ${requestId}`;
  return { title: 'Not signed in', text, isAboutKey: false };
}
