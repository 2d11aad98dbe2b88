import { reasonText } from '../../kit/delivery-reason.ts';
import type { Attempt, DeadLetter, DeliveryDetail } from './queries.ts';

type Shown = Pick<DeliveryDetail, 'status' | 'reason' | 'round'> & { attempts: Pick<Attempt, 'outcome'>[] };

/** Where a delivery stands, as one sentence or two. */
export function statusText({ status, reason, round, attempts }: Shown): string {
  if (attempts.at(-1)?.outcome === null) return 'An attempt is under way.';
  if (status === 'pending')
    return round > 1 ? 'A person asked for a retry, which is about to be sent.' : 'It is to be sent.';
  if (status === 'retrying') return 'The last attempt failed; another follows by itself.';
  if (status === 'succeeded') return 'The receiver has taken it.';
  const why = reason === null ? '' : reasonText(reason);
  if (status === 'dead_lettered') return `${why} It waits until a person retries or discards it.`.trim();
  if (status === 'discarded') return `It was given up for good. ${why}`.trim();
  return why;
}

export interface Circumstances {
  mayWrite: boolean;
  isEndpointDeleted: boolean;
  /** Undefined: not known, for the key may not see endpoints. */
  isEndpointOff: boolean | undefined;
}

const MAY_NOT = 'Your API key may not do this: it lacks the scope deliveries:write.';

/** Why a delivery cannot be sent once more by a person now; undefined: it can. */
export function obstacleToSending(status: DeliveryDetail['status'], about: Circumstances): string | undefined {
  if (!about.mayWrite) return MAY_NOT;
  if (status === 'pending' || status === 'retrying') {
    return 'An automatic attempt is pending. It can be sent by hand once its attempts have ended.';
  }
  if (about.isEndpointDeleted) return 'Its endpoint is deleted: there is nowhere to send it.';
  if (about.isEndpointOff) return 'Its endpoint is off. Switch the endpoint on, then send it.';
  return undefined;
}

/** Why a dead letter cannot be discarded now; undefined: it can. */
export function obstacleToDiscarding(
  letter: Pick<DeadLetter, 'status' | 'closed_at'>,
  about: Pick<Circumstances, 'mayWrite'>,
): string | undefined {
  if (!about.mayWrite) return MAY_NOT;
  return letter.closed_at === null ? undefined : 'It has ended already.';
}
