import { joined, MAX_BODY_BYTES, type Rejection } from './webhook.ts';

/** The bytes of a request, no more of them than are allowed; undefined: there are more. */
export async function readWebBody(request: Request): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (Number(request.headers.get('content-length')) > MAX_BODY_BYTES) return undefined;
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done || value === undefined) break;
    length += value.byteLength;
    if (length > MAX_BODY_BYTES) {
      await reader?.cancel();
      return undefined;
    }
    chunks.push(value);
  }
  return joined(chunks);
}

export const rejectionResponse = ({ status, body }: Rejection): Response =>
  new Response(body, { status, headers: { 'content-type': 'application/json' } });
