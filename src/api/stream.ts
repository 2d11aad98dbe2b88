import { z } from 'zod';
import { changeKinds } from '../store/change-log.ts';
import { type Route, route } from './route.ts';
import { commonReplies } from './schemas.ts';
import type { Streams } from './streams.ts';

export interface StreamDeps {
  streams: Streams;
}

/** Unread beyond this, the other side has stopped reading. */
const MOST_UNREAD_BYTES = 64 * 1024;
/** How soon a browser connects again. */
const RETRY_MS = 2_000;

/** `GET /v1/stream`: what has changed, as it changes. */
export function streamRoutes({ streams }: StreamDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/stream',
      scope: 'any',
      operationId: 'streamChanges',
      summary: 'Be told what has changed in your namespace',
      description: `Server-sent events: \`event: change\`, \`data: {"kind": …}\` with one of ${changeKinds.join(', ')}, of what the key may read, each once a second at most. Read the list anew; and all of them whenever the stream opens. It ends when the key or session does, and when the service stops: connect again.`,
      tag: 'Stream',
      replies: {
        200: { description: 'The stream', schema: z.string(), contentType: 'text/event-stream' },
        ...commonReplies(),
      },
      admit: streams?.admit,
      handle: async ({ caller, recheck }) => ({
        status: 200,
        headers: { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' },
        async stream(response) {
          const listener = {
            caller,
            recheck,
            end: () => void response.end(),
            send(text: string) {
              response.write(text);
              return response.writableLength <= MOST_UNREAD_BYTES;
            },
          };
          const close = await streams.open(listener);
          // It may have gone, or all of this may have stopped, while the first look was made.
          if (response.destroyed || response.writableEnded) return close();
          response.once('close', close);
          response.write(`retry: ${RETRY_MS}\n: from now on\n\n`);
        },
      }),
    }),
  ];
}
