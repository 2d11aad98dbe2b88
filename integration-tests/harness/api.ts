import { requireConformity } from './conformance.ts';

/** An answer of the API, its body parsed. */
export interface ApiAnswer {
  status: number;
  headers: Headers;
  /** The body as it came. */
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
  body: any;
}

/** The API as a client uses it. */
export interface Api {
  get(path: string): Promise<ApiAnswer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer>;
  patch(path: string, body: unknown): Promise<ApiAnswer>;
  delete(path: string): Promise<ApiAnswer>;
  /** A request as it is: any headers, any body. */
  raw(path: string, init: RequestInit): Promise<ApiAnswer>;
}

/**
 * Every answer is compared with `docs/openapi.json`; one that is not as that says fails the test.
 *
 * @param url base of the service
 * @param key API key that every call but `raw` sends
 */
export function createApi(url: string, key: string): Api {
  const raw = async (path: string, init: RequestInit): Promise<ApiAnswer> => {
    const response = await fetch(url + path, init);
    const text = await response.text();
    const { status, headers } = response;
    const type = headers.get('content-type') ?? '';
    requireConformity({ method: init.method ?? 'GET', path, status, type, text, header: (name) => headers.get(name) });
    return { status, headers, text, body: /json/.test(type) && text ? JSON.parse(text) : text };
  };
  const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    raw(path, {
      method,
      headers: { 'x-api-key': key, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  return {
    get: (path) => send('GET', path),
    post: (path, body, headers) => send('POST', path, body, headers),
    patch: (path, body) => send('PATCH', path, body),
    delete: (path) => send('DELETE', path),
    raw,
  };
}
