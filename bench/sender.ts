/*
 * The load generator, a process of its own: takes one job at a time from its parent, POSTs its events over connections
 * that stay open, and says when each was sent and accepted. What is not accepted is sent again with the same id until
 * it is, as a sender that must not lose events does.
 */
import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { now } from './clock.ts';
import { percentile } from './figures.ts';
import { inParallel } from './in-parallel.ts';

/** What to send, and how. */
export interface SendJob {
  url: string;
  headers: Record<string, string>;
  /** Ids are this, a dash and the number from 0. */
  round: string;
  /** The body before and after the id. */
  body: { before: string; after: string };
  count: number;
  /** What is put for `%type%` and `%key%` in the body, by event number, `%round%` in a key for the round; absent: the body has none. */
  each?: { type: string; key: string }[];
  /** Closed loop: the next event when one of so many is accepted. Open loop: by the clock, whatever the answers do. */
  pace: { inFlight: number } | { perSecond: number };
  /** Tells the parent `{reached: true}` when so many have been accepted. */
  tellAt?: number;
}

/** How it went; the lists are by event number, times on the machine's monotonic clock. */
export interface Sent {
  /** Closed loop: when the event was first sent. Open loop: when it was to be sent, which is what latency counts from. */
  sentAt: number[];
  acceptedAt: number[];
  /** Requests that were answered 429 or 503, and those that had no answer; each was repeated. */
  refused: number;
  unanswered: number;
  /** Open loop: how late this process was, p99. If that is much, the figures are its own and not the service's. */
  lateMs: number;
}

const ANSWER_WITHIN_MS = 30_000;
const GIVE_UP_AFTER_MS = 300_000;
const AFTER_NO_ANSWER_MS = 50;

const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, maxFreeSockets: 4096 });

process.on('message', (job: SendJob) => {
  run(job).then(
    (sent) => process.send?.({ sent }),
    (error: Error) => process.send?.({ failed: error.message }),
  );
});
process.on('SIGINT', () => {});
process.once('SIGTERM', () => process.exit(0));
process.once('disconnect', () => process.exit(1));
process.send?.({ ready: true });

async function run(job: SendJob): Promise<Sent> {
  const sent: Sent = { sentAt: [], acceptedAt: [], refused: 0, unanswered: 0, lateMs: 0 };
  let accepted = 0;
  const send = async (number: number) => {
    await sendUntilAccepted(job, number, sent);
    sent.acceptedAt[number] = now();
    accepted += 1;
    if (accepted === job.tellAt) process.send?.({ reached: true });
  };
  const { pace } = job;
  if ('inFlight' in pace) {
    const numbers = Array.from({ length: job.count }, (_, number) => number);
    await inParallel(numbers, pace.inFlight, (number) => {
      sent.sentAt[number] = now();
      return send(number);
    });
  } else {
    sent.lateMs = await sendByTheClock(job.count, pace.perSecond, sent.sentAt, send);
  }
  return sent;
}

/** @returns how late the sending was, p99 in ms */
async function sendByTheClock(
  count: number,
  perSecond: number,
  sentAt: number[],
  send: (number: number) => Promise<void>,
): Promise<number> {
  const began = now();
  const lateMs: number[] = [];
  const running: Promise<void>[] = [];
  for (let number = 0; number < count; number += 1) {
    const due = began + (number * 1_000) / perSecond;
    if (due > now()) await delay(due - now());
    sentAt[number] = due;
    lateMs.push(now() - due);
    const sending = send(number);
    // A failure is seen below, when all are awaited; until then it must not count as unhandled.
    sending.catch(() => {});
    running.push(sending);
  }
  await Promise.all(running);
  return percentile(lateMs, 0.99);
}

async function sendUntilAccepted(job: SendJob, number: number, sent: Sent): Promise<void> {
  const id = `${job.round}-${number}`;
  const { type = '', key = '' } = job.each?.[number] ?? {};
  const after = job.each
    ? job.body.after.replace('%type%', type).replace('%key%', key.replace('%round%', job.round))
    : job.body.after;
  const body = `${job.body.before}${id}${after}`;
  const giveUpAt = now() + GIVE_UP_AFTER_MS;
  for (;;) {
    const answer = await post(job, body);
    if (answer?.status === 202) return;
    if (now() > giveUpAt) throw new Error(`${id} was not accepted in ${GIVE_UP_AFTER_MS / 1_000} s.`);
    if (answer === undefined) {
      sent.unanswered += 1;
      await delay(AFTER_NO_ANSWER_MS);
    } else if (answer.status === 429 || answer.status === 503) {
      sent.refused += 1;
      await delay(answer.retryAfterMs);
    } else {
      throw new Error(`POST ${job.url} of ${id} was answered ${answer.status}.`);
    }
  }
}

/** @returns undefined where there was no answer: refused, reset, or too late */
function post({ url, headers }: SendJob, body: string): Promise<{ status: number; retryAfterMs: number } | undefined> {
  return new Promise((resolve) => {
    const all = { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sending = request(url, { method: 'POST', agent, headers: all, timeout: ANSWER_WITHIN_MS });
    sending.once('timeout', () => sending.destroy());
    sending.once('error', () => resolve(undefined));
    sending.once('response', (answer: IncomingMessage) => {
      const { statusCode: status = 0, headers: got } = answer;
      const retryAfterMs = Number(got['retry-after'] ?? 1) * 1_000;
      answer.once('error', () => resolve(undefined));
      answer.once('end', () => resolve({ status, retryAfterMs }));
      answer.resume();
    });
    sending.end(body);
  });
}
