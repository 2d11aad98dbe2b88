import { heartbeat } from '@temporalio/activity';
import { deliveryRefOf } from '../src/store/delivery-rows.ts';
import type { WaitingLog } from '../src/store/waiting-log.ts';
import type { RecheckSubject, WaitingCursor } from '../workflows/contract.ts';
import { whyNotSent } from './look.ts';
import type { Wake } from './waker.ts';

export interface RecheckInput extends RecheckSubject {
  cursor: WaitingCursor;
}

/** What a page came to: `on_the_way` have an attempt out and are to be looked at again; `next` is null at the end. */
export interface RecheckedPage {
  skipped: number;
  given_up: number;
  on_the_way: number;
  next: WaitingCursor | null;
}

/** Waiting deliveries looked at in one activity. */
const PAGE = 500;
/** Signals on their way at once: Temporal's own work must go on beside them. */
const SIGNALS_TOGETHER = 20;

/** Looks again at the deliveries that wait on an endpoint or a rule which has been switched off, disabled or deleted. */
export function createRecheck({ waiting, wake }: { waiting: WaitingLog; wake: Wake }) {
  return { recheckWaiting };

  /**
   * Ends those of a page that must not be sent any more, and their workflows. Safe to repeat: their workflows are told
   * first, so what was not told is still found.
   *
   * @throws the driver's or Temporal's error when either is away
   */
  async function recheckWaiting({ cursor, ...subject }: RecheckInput): Promise<RecheckedPage> {
    const { namespace } = subject;
    const page = await waiting.page(subject, cursor, PAGE);
    const unsendable = page.deliveries.flatMap((delivery) => {
      const why = whyNotSent(delivery);
      return why === undefined ? [] : [{ delivery, ...why }];
    });
    const due = unsendable.filter(({ delivery }) => !delivery.on_the_way);
    // A person's decision is carried out here, even where no workflow runs. What the service gives up becomes a dead
    // letter, and that takes the delivery's own workflow.
    await eachOf(due, ({ delivery, skip }) => wake(namespace, deliveryRefOf(delivery), !skip));
    const skipped = due.filter(({ skip }) => skip).map(({ delivery: { id }, reason }) => ({ id, reason }));
    if (skipped.length > 0) await waiting.skip(namespace, skipped);
    return {
      skipped: skipped.length,
      given_up: due.length - skipped.length,
      on_the_way: unsendable.length - due.length,
      next: nextOf(cursor, page.last),
    };
  }
}

/** First those that wait for their next attempt, then those that wait for their first. */
function nextOf({ status }: WaitingCursor, last: string | null): WaitingCursor | null {
  if (last !== null) return { status, after: last };
  return status === 'retrying' ? { status: 'pending', after: '' } : null;
}

async function eachOf<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < items.length; from += SIGNALS_TOGETHER) {
    heartbeat();
    await Promise.all(items.slice(from, from + SIGNALS_TOGETHER).map(work));
  }
}
