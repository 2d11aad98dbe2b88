import { createHmac, timingSafeEqual } from 'node:crypto';
import express, { type Request, type Router } from 'express';

/** The flaky inbox refuses this many attempts of each delivery: its sample endpoint's policy allows no more. */
const FLAKY_REFUSALS = 3;

/** A signature's timestamp may be off by this much: the tolerance that Stripe's libraries use. */
const TOLERANCE_S = 300;

/**
 * A receiver to look at: `POST /` takes every delivery, `POST /flaky` refuses the first few attempts of each.
 * It verifies the signature as any receiver should, and tells what came.
 *
 * @param deps `secret` of its endpoints; `say` takes a line for the person who watches
 */
export function inboxRouter(deps: { secret: string; say: (line: string) => void; now: () => number }): Router {
  const router = express.Router();
  router.use(express.raw({ type: () => true, limit: '1mb' }));
  router.post('/', (request, response) => {
    tell(request, 200);
    response.sendStatus(200);
  });
  router.post('/flaky', (request, response) => {
    const status = Number(request.header('x-exosphere-attempt')) > FLAKY_REFUSALS ? 200 : 503;
    tell(request, status);
    response.sendStatus(status);
  });
  return router;

  function tell(request: Request, status: number): void {
    const body = request.body as Buffer;
    const verified = isSignedBy(deps.secret, request.header('x-exosphere-signature') ?? '', body, deps.now() / 1000);
    const attempt = request.header('x-exosphere-attempt');
    const what = `${request.header('x-exosphere-delivery')} (${request.header('x-exosphere-event')}), attempt ${attempt}`;
    const signature = verified ? 'signature verified' : 'not signed with the sample’s secret';
    deps.say(`${request.originalUrl} ← ${what}: ${signature}, answered ${status}.`);
    if (status === 200 && verified) deps.say(`    ${summaryOf(body)}`);
  }
}

/** As docs/exosphere/alerts.md tells receivers to do it. */
function isSignedBy(secret: string, header: string, body: Buffer, nowSeconds: number): boolean {
  const parts = header.split(',').map((part) => part.split('=', 2));
  const t = parts.find(([name]) => name === 't')?.[1] ?? '';
  if (Math.abs(nowSeconds - Number(t)) > TOLERANCE_S) return false;
  const expected = createHmac('sha256', secret).update(`${t}.`).update(body).digest();
  return parts
    .filter(([name]) => name === 'v1')
    .map(([, hex]) => Buffer.from(hex ?? '', 'hex'))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected));
}

function summaryOf(body: Buffer): string {
  const { data } = JSON.parse(body.toString('utf8')) as { data: { alert: { summary: string } } };
  return data.alert.summary;
}
