import type { ReadAnswer } from '../channel.ts';
import { refusal } from '../refusal.ts';

/**
 * integration-tests/data/schemas/slack-limits.json: the status decides. The word in the body (`invalid_payload`, …) is in the
 * attempt's excerpt.
 */
export const readAnswer: ReadAnswer = ({ statusCode }, general) => {
  switch (statusCode) {
    case 400:
      return refusal(400, 'Slack does not take this message');
    case 403:
      return refusal(403, 'Slack does not let this webhook post: see that it and its workspace are still active');
    case 404:
      return refusal(404, 'Slack does not know this webhook or its channel any more', true);
    case 410:
      return refusal(410, "the webhook's channel is archived", true);
    default:
      return general;
  }
};
