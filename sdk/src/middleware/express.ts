import type { WebhookEvent } from '../verify/index.ts';
import { type RawRequest, readNodeBody } from './node-body.ts';
import { admit, TOO_LARGE, type WebhookOptions } from './webhook.ts';

export type { WebhookOptions } from './webhook.ts';

declare global {
  namespace Express {
    interface Request {
      /** The verified event; there behind `verifyWebhook`. */
      webhook?: WebhookEvent;
    }
  }
}

/** What is needed of a response: Express's, Connect's and Node's own have it. */
interface Answer {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(text: string): unknown;
}

/**
 * Middleware for Express (and Connect): lets verified requests through, with the event as `req.webhook`.
 *
 * It needs the raw body. Mount it in front of `express.json()`: then it reads the body itself. Behind `express.raw()` or
 * `express.text()` it takes theirs, and behind anything that has kept the bytes, `req.rawBody`. A body that was parsed and not
 * kept is an error that says so, given to `next`.
 *
 * @example
 * app.post('/hooks/exosphere', verifyWebhook({ secret }), (req, res) => {
 *   console.log(req.webhook?.data.alert.summary);
 *   res.sendStatus(204);
 * });
 */
export function verifyWebhook(options: WebhookOptions) {
  return (req: RawRequest & { webhook?: WebhookEvent }, res: Answer, next: (error?: unknown) => void): void => {
    const handled = async (): Promise<boolean> => {
      const body = await readNodeBody(req);
      const admitted = body === undefined ? { rejection: TOO_LARGE } : await admit(body, req.headers, options);
      if ('event' in admitted) {
        req.webhook = admitted.event;
        return false;
      }
      const { status, body: text } = admitted.rejection;
      res.statusCode = status;
      res.setHeader('content-type', 'application/json');
      // The rest of a body that is too large is not waited for.
      if (body === undefined) res.setHeader('connection', 'close');
      res.end(text);
      return true;
    };
    // What `next` throws is not ours to catch.
    handled().then((isAnswered) => (isAnswered ? undefined : next()), next);
  };
}
