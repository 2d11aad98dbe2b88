import type { ReadAnswer } from '../channel.ts';
import { refusal } from '../refusal.ts';

/** integration-tests/data/schemas/pagerduty-v2-answers.json. A 400 is about the event or its key: another one may do. */
export const readAnswer: ReadAnswer = ({ statusCode }, general) =>
  statusCode === 400 ? refusal(400, 'PagerDuty does not take this event: check the routing key') : general;
