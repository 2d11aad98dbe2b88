import http from 'node:http';
import { requireConformity } from '../conformance.ts';

/** An answer as it came. */
export interface RawAnswer {
  status: number;
  type: string;
  text: string;
  /** The parsed text where it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
  body: any;
}

export interface RawRequest {
  method: string;
  path: string;
  headers: object;
  bytes: Buffer | undefined;
}

/** No request of a test takes this long, on whatever machine. */
const WITHIN_MS = 60_000;

/**
 * One request exactly as given: `fetch` would mend the path and refuse the odd header.
 *
 * @throws Error when the connection ends without an answer
 */
export function rawRequest(base: string, request: RawRequest, agent: http.Agent): Promise<RawAnswer> {
  const { method, path, headers, bytes } = request;
  const { hostname, port } = new URL(base);
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const length = bytes === undefined ? {} : { 'content-length': bytes.length };
  const options = { hostname, port, method, path, agent, headers: { ...headers, ...length }, timeout: WITHIN_MS };
  const sent = http.request(options, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', reject);
    response.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const type = response.headers['content-type'] ?? '';
      const status = response.statusCode ?? 0;
      try {
        requireConformity({
          method,
          path,
          status,
          type,
          text,
          header: (name) => response.headers[name.toLowerCase()]?.toString(),
        });
        resolve({ status, type, text, body: parsed(type, text) });
      } catch (error) {
        reject(error);
      }
    });
  });
  sent.on('error', (error: NodeJS.ErrnoException) => {
    // The server has closed an idle connection just as it was used again: nothing was read of the request.
    if (sent.reusedSocket && error.code === 'ECONNRESET') resolve(rawRequest(base, request, agent));
    else reject(error);
  });
  sent.on('timeout', () => sent.destroy(new Error(`no answer within ${WITHIN_MS} ms`)));
  sent.end(bytes);
  return promise;
}

function parsed(type: string, text: string): unknown {
  return /json/.test(type) && text !== '' ? JSON.parse(text) : undefined;
}
