import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { SealError, type Sealer } from '../store/seal.ts';

/** How long a session lasts: a day on call, and no cookie that is found next week. */
export const SESSION_MS = 12 * 3_600_000;

/** What a session's cookie holds, sealed: no table knows of it. */
const contentSchema = z.object({
  /** The middle part of its API key; null for the operator's. */
  keyId: z.string().nullable(),
  /** SHA-256 of that key, hex: another key ends the session. */
  digest: z.string(),
  /** 32 random bytes, base64url, that even its owner cannot see. */
  secret: z.string(),
  /** Unix time, ms. */
  expiresAt: z.number(),
});

export type Session = z.infer<typeof contentSchema>;

const place = { table: 'sessions', row: 'cookie', column: 'content' };

/** Seals and opens sessions with the keys that secrets at rest are sealed with, so that every process opens them. */
export function createSessionTokens(sealer: Sealer, randomBytes: (size: number) => Uint8Array) {
  return {
    /** @returns the session and the text of its cookie */
    make(of: Pick<Session, 'keyId' | 'digest' | 'expiresAt'>): { session: Session; box: string } {
      const session = { ...of, secret: Buffer.from(randomBytes(32)).toString('base64url') };
      return { session, box: sealer.seal(JSON.stringify(session), place) };
    },
    /** @returns undefined for what is no session of ours, changed, or sealed with a key that is gone */
    open(box: string): Session | undefined {
      try {
        return contentSchema.parse(JSON.parse(sealer.open(box, place)));
      } catch (error) {
        if (error instanceof SealError) return undefined;
        throw error;
      }
    },
  };
}

export type SessionTokens = ReturnType<typeof createSessionTokens>;

/** What a page sends with every change: it proves that the page could read an answer, which a foreign one cannot. */
export const csrfTokenOf = ({ secret }: Session): string =>
  createHmac('sha256', secret).update('exosphere-csrf').digest('base64url');

/** In constant time, whatever the length. */
export const isCsrfTokenOf = (session: Session, given: string): boolean =>
  timingSafeEqual(sha256(given), sha256(csrfTokenOf(session)));

const sha256 = (text: string) => createHash('sha256').update(text).digest();
