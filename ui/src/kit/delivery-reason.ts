/*
 * Why a delivery or a dead letter is as it is, in words: the API's `reason` is one stable word, or a text of the
 * service that reads by itself.
 */

const WORDS: Record<string, string> = {
  // Given up
  maximum_attempts: 'All attempts of the retry policy failed.',
  maximum_elapsed: 'The time that the retry policy allows ran out.',
  blocked: 'Its address may not be reached from here.',
  invalid_url: 'The URL of the endpoint is not usable.',
  endpoint_disabled: 'The service had switched the endpoint off.',
  cancelled: 'Its workflow was cancelled.',
  redelivery_failed: 'A redelivery failed.',
  // Skipped
  endpoint_deleted: 'The endpoint was deleted.',
  endpoint_switched_off: 'A person had switched the endpoint off.',
  rule_deleted: 'The rule was deleted.',
  rule_switched_off: 'A person had switched the rule off.',
  about_itself: 'The event is about this very endpoint or rule.',
  // Suppressed
  silenced: 'A silence held it back.',
  cooldown: 'The cooldown of the rule held it back.',
  max_per_hour: 'The rule had sent as many as it may in an hour.',
  not_due: 'The next repeat was not due yet.',
  firing_was_held_back: 'Nobody was told that it fired, so nobody is told that it is over.',
  // Tests
  test_failed: 'A test-send that failed; tests are not retried.',
  test_interrupted: 'A test-send during which the service stopped.',
  // Dead letters that were closed
  expired: 'It had waited for longer than dead letters are kept.',
};

/** A sentence on a `reason`; one that is not known is shown as it is. */
export function reasonText(reason: string): string {
  const status = /^http_(\d{3})$/.exec(reason)?.[1];
  if (status !== undefined) return `The receiver answered ${status}, which is final.`;
  return WORDS[reason] ?? reason;
}

/** What a dead letter may be given up for, for a filter; there are as many `http_…` as statuses. */
export const GIVEN_UP_REASONS = [
  'maximum_attempts',
  'maximum_elapsed',
  'http_400',
  'http_401',
  'http_403',
  'http_404',
  'http_410',
  'blocked',
  'invalid_url',
  'endpoint_disabled',
  'cancelled',
];

const WAITS: Record<string, string> = {
  circuit: 'for the endpoint to answer a probe: its circuit is open after failures in a row',
  rate_limit: 'for its turn under the rate limit of the endpoint',
  earlier_message: 'for an earlier message of the same alert, which has to end first',
};

/** What a delivery waits for until its next attempt. @param waitsFor null: the retry policy's pause */
export const waitText = (waitsFor: string | null): string =>
  (waitsFor === null ? undefined : WAITS[waitsFor]) ?? 'for the pause of its retry policy to pass';
