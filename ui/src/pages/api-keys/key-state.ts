import type { ApiKey } from './queries.ts';

/** Whether a key is still taken. @param now epoch ms */
export function keyState({ revoked_at, expires_at }: Pick<ApiKey, 'revoked_at' | 'expires_at'>, now: number) {
  if (revoked_at !== null) return 'revoked';
  return expires_at !== null && Date.parse(expires_at) <= now ? 'expired' : 'active';
}

const DAY_MS = 86_400_000;

/** How long a key may be used, as people choose it. `0`: until it is revoked. */
export const LIFETIMES = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
  { value: '0', label: 'Until it is revoked' },
];

/** When a key of so many days ends; null: never. @param now epoch ms */
export const endOf = (days: string, now: number): string | null =>
  days === '0' ? null : new Date(now + Number(days) * DAY_MS).toISOString();
