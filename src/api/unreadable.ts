import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { ApiError, problemOf } from './problem.ts';

/**
 * What Node cannot read as HTTP never reaches the routes; it gets the same kind of answer, with an id that the log has too.
 *
 * @returns for `clientError` of a server
 */
export function createAnswerUnreadable({ newRequestId, log }: { newRequestId: () => string; log: Logger }) {
  return (error: NodeJS.ErrnoException, socket: Duplex): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) return;
    const requestId = newRequestId();
    const answer = problemOf(problemFor(error.code));
    const body = JSON.stringify(answer);
    const head = [
      `HTTP/1.1 ${answer.status} ${answer.title}`,
      'content-type: application/problem+json',
      `content-length: ${Buffer.byteLength(body)}`,
      `x-exosphere-request-id: ${requestId}`,
      'connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
    log.info({ request_id: requestId, status: answer.status, code: answer.code, reason: error.code }, 'no request');
  };
}

function problemFor(code: string | undefined): ApiError {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new ApiError(431, 'headers_too_large', 'The headers are too large; send less.');
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new ApiError(408, 'request_timeout', 'The request did not arrive in time; send it again, faster.');
  }
  return new ApiError(400, 'malformed_request', 'The request is not valid HTTP.');
}
