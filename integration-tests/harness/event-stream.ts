import { until } from './until.ts';

/** A stream of server-sent events, as a browser reads it. */
export interface EventStream {
  status: number;
  headers: Headers;
  /** The kinds that were told so far, in order. */
  kinds: string[];
  /** All that came, as it is. */
  text(): string;
  hasEnded(): boolean;
  /** Resolves once a kind has been told `count` times. */
  told(kind: string, count?: number): Promise<unknown>;
  close(): void;
}

/** Opens `/v1/stream`; resolves with its head. @param headers a key's or a cookie */
export async function openStream(url: string, headers: Record<string, string>): Promise<EventStream> {
  const ending = new AbortController();
  const response = await fetch(`${url}/v1/stream`, { headers, signal: ending.signal });
  const kinds: string[] = [];
  let text = '';
  let hasEnded = false;
  const read = async () => {
    const decoder = new TextDecoder();
    for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(piece, { stream: true });
      const all = [...text.matchAll(/^event: change\ndata: (.*)\n\n/gm)];
      for (const [, data = ''] of all.slice(kinds.length)) kinds.push(JSON.parse(data).kind);
    }
  };
  void read()
    .catch(() => {})
    .finally(() => {
      hasEnded = true;
    });
  return {
    status: response.status,
    headers: response.headers,
    kinds,
    text: () => text,
    hasEnded: () => hasEnded,
    told: (kind, count = 1) =>
      until(() => kinds.filter((each) => each === kind).length >= count, `a change of ${kind} to be told`),
    close: () => ending.abort(),
  };
}
