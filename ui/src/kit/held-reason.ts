import { reasonText } from './delivery-reason.ts';
import { exactTime } from './relative-time.ts';

/** Why a message was held back: `Held back: silence until 2026-11-28 14:00:00 UTC`. @param reason of the API */
export function heldText(reason: string): string {
  const [word = reason, detail] = split(reason);
  if (word === 'silenced') {
    const until = /until (\S+)/.exec(detail ?? '')?.[1];
    const isMoment = until !== undefined && !Number.isNaN(Date.parse(until));
    return isMoment ? `Held back: silence until ${exactTime(until)}` : 'Held back: a silence';
  }
  return `Held back: ${reasonText(word)}${detail === undefined ? '' : ` (${detail})`}`;
}

/** The word of a reason and what follows it after a colon. */
function split(reason: string): [string, string | undefined] {
  const at = reason.indexOf(': ');
  return at < 0 ? [reason, undefined] : [reason.slice(0, at), reason.slice(at + 2)];
}

/** Why a delivery is not, or not yet, delivered. @param status, reason of the delivery */
export function deliveryWhy(status: string, reason: string | null): string {
  if (reason === null) return '';
  return status === 'suppressed' ? heldText(reason) : reasonText(reason);
}
