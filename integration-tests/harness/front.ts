import { startFetchServer } from './fetch-server.ts';

/** What stands between a client and the service does with a request. `answer-lost`: it is done, and nobody hears of it. */
export type Turn = 'pass' | 'unavailable' | 'too-many' | 'reset' | 'answer-lost';

/** Something between a client and the service, such as a load balancer, on its bad days. */
export interface Front {
  url: string;
  /** Requests so far, by what was done with them. */
  counts: Record<Turn, number>;
  close(): Promise<void>;
}

/**
 * Starts one that goes through the turns over and over.
 *
 * @param target base of the service
 */
export async function startFront(target: string, turns: readonly Turn[]): Promise<Front> {
  const counts = { pass: 0, unavailable: 0, 'too-many': 0, reset: 0, 'answer-lost': 0 };
  let requests = 0;
  const server = await startFetchServer(async (request) => {
    const turn = turns[requests++ % turns.length] ?? 'pass';
    counts[turn]++;
    if (turn === 'unavailable') return new Response('', { status: 503, headers: { 'retry-after': '1' } });
    if (turn === 'too-many') return new Response('', { status: 429, headers: { 'retry-after': '1' } });
    if (turn === 'reset') return undefined;
    const { pathname, search } = new URL(request.url);
    const body = await request.text();
    const { method, headers } = request;
    for (const name of ['host', 'connection', 'content-length']) headers.delete(name);
    const answer = await fetch(target + pathname + search, { method, headers, ...(body ? { body } : {}) });
    const text = await answer.text();
    if (turn === 'answer-lost') return undefined;
    const type = answer.headers.get('content-type') ?? 'text/plain';
    return new Response(text, { status: answer.status, headers: { 'content-type': type } });
  });
  return { ...server, counts };
}
