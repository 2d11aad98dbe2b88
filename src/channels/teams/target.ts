import type { Target } from '../channel.ts';

/** A workflow "When a Teams webhook request is received", whose URL carries its own signature. */
export const target: Target = {
  hasSecretUrl: true,
  hasRoutingKey: false,
  bodyToSend: (stored) => stored,
};
