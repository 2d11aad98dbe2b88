import type { Duplex } from 'node:stream';
import { ApiError, problemOf } from './problem.ts';

/** What Node cannot read as HTTP never reaches the routes; it gets the same kind of answer. For `clientError` of a server. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const answer = problemOf(
    error.code === 'HPE_HEADER_OVERFLOW'
      ? new ApiError(431, 'headers_too_large', 'The headers are too large; send less.')
      : new ApiError(400, 'malformed_request', 'The request is not valid HTTP.'),
  );
  const body = JSON.stringify(answer);
  const head = [
    `HTTP/1.1 ${answer.status} ${answer.title}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
