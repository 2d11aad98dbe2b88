import type { Target } from '../channel.ts';

/** What takes the routing key's place in the stored text, as the API shows it. */
export const MASKED_KEY = '••••••••';

const prefix = (key: string): string => `{"routing_key":${JSON.stringify(key)},`;

/** A text that begins as every stored message does. @param rest the message's other members */
export function withKeyMasked(rest: string): string {
  return prefix(MASKED_KEY) + rest.slice(1);
}

/** The Events API v2. Which service is called lies in the routing key, which is only in what is sent. */
export const target: Target = {
  hasSecretUrl: true,
  defaultUrl: 'https://events.pagerduty.com/v2/enqueue',
  hasRoutingKey: true,
  bodyToSend(stored, routingKey) {
    const masked = prefix(MASKED_KEY);
    return stored.startsWith(masked) ? prefix(routingKey ?? '') + stored.slice(masked.length) : stored;
  },
};
