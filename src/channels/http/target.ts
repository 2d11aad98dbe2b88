import type { Target } from '../channel.ts';

/** Any receiver. Its URL is no secret: tokens belong into `headers`. */
export const target: Target = {
  hasSecretUrl: false,
  hasRoutingKey: false,
  bodyToSend: (stored) => stored,
};
