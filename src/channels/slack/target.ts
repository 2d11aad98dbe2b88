import type { Target } from '../channel.ts';

/** An incoming webhook: https://hooks.slack.com/services/T…/B…/…, whose path is the permission to post. */
export const target: Target = {
  hasSecretUrl: true,
  hasRoutingKey: false,
  bodyToSend: (stored) => stored,
};
