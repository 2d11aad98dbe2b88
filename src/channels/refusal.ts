import type { Outcome } from '../domain/outcome.ts';

/**
 * A service's final no: repeating the request cannot change it, so no policy's `retry_on` is asked.
 *
 * @param message for people, in our words: an answer's own text does not go into errors, logs or histories
 * @param disableEndpoint true where no other message would fare better
 */
export function refusal(statusCode: number, message: string, disableEndpoint = false): Outcome {
  const text = `HTTP ${statusCode}: ${message}${disableEndpoint ? ', so the endpoint is disabled' : ''}`;
  return { class: 'permanent', code: `http_${statusCode}`, message: text, ...(disableEndpoint && { disableEndpoint }) };
}
