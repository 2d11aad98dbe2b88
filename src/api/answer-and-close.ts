import type { Request, Response } from 'express';

/** So much of a body that nobody wants is read on: most that are too large are so by little, or are on their way already. */
const READ_ON_BYTES = 1024 * 1024;
/** And for so long. */
const READ_ON_MS = 2_000;

/**
 * Answers a request whose body has not all been read, and closes its connection. The answer leaves at once. A connection that
 * is closed while more arrives on it is reset, and the client then may lose the answer: so what comes is read a little
 * longer, and dropped.
 *
 * @param response with its status and headers set
 * @param text the whole of its body
 */
export function answerAndClose(request: Request, response: Response, text: string): void {
  response.set({ connection: 'close', 'content-length': String(Buffer.byteLength(text)) });
  response.write(text);
  let left = READ_ON_BYTES;
  const drop = (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) end();
  };
  const end = () => {
    clearTimeout(late);
    request.off('data', drop);
    response.end();
  };
  const late = setTimeout(end, READ_ON_MS);
  request.once('end', end).once('close', end).on('data', drop).resume();
}
