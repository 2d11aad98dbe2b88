import type { Target } from '../channel.ts';

/** A channel's webhook: https://discord.com/api/webhooks/{id}/{token}. Its query (`wait`, `thread_id`) is kept. */
export const target: Target = {
  hasSecretUrl: true,
  hasRoutingKey: false,
  bodyToSend: (stored) => stored,
};
