import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import { repeat } from '../repeat.ts';
import { createApiKeyLog, KEY_CHANGES } from '../store/api-key-log.ts';
import type { Database } from '../store/database.ts';
import { listenTo } from '../store/listening.ts';
import type { Sealer } from '../store/seal.ts';
import { type Authentication, createAuthentication } from './auth.ts';
import { createKeyLookUps } from './key-look-ups.ts';
import { createKeyUses } from './key-uses.ts';
import { createKnownKeys } from './known-keys.ts';
import { createSessionTokens } from './session-token.ts';

export interface AccessOptions {
  database: Database;
  databaseUrl: string;
  bootstrapKey: string | undefined;
  /** What the cookies of sessions are sealed with. */
  sealer: Sealer;
  randomBytes: (size: number) => Uint8Array;
  log: Logger;
  now: () => number;
  /** A steady clock in milliseconds. */
  steadyNow: () => number;
}

/** Uses are written so often, each key's once a minute. */
const WRITE_USES_EVERY_MS = 2_000;
const OUTAGE_PAUSE_MS = 10_000;
const CLOSE_WITHIN_MS = 2_000;

/** Who may call: keys are looked up, remembered until a change of them is told, and their use is noted. */
export function openAccess(options: AccessOptions): Authentication & { close(): Promise<void> } {
  const { database, databaseUrl, bootstrapKey, sealer, randomBytes, log, now, steadyNow } = options;
  const tokens = createSessionTokens(sealer, randomBytes);
  const keyLog = createApiKeyLog(database.sql);
  const keys = createKnownKeys({
    find: createKeyLookUps(keyLog.find),
    isCurrent: () => changes.isCurrent(),
    steadyNow,
  });
  const changes = listenTo({
    url: databaseUrl,
    channel: KEY_CHANGES,
    onNotice: keys.forget,
    onGap: keys.forgetAll,
    steadyNow,
  });
  const uses = createKeyUses(keyLog.noteUses, now);
  const writing = repeat({
    work: () => uses.write().then(() => false),
    everyMs: WRITE_USES_EVERY_MS,
    pauseMs: OUTAGE_PAUSE_MS,
    tellFailure: (error) => log.warn({ err: error }, 'when keys were last used could not be noted; it is tried again'),
  });
  return {
    ...createAuthentication({ bootstrapKey, find: keys.find, tokens, noteUse: uses.note, now }),
    async close() {
      const end = async () => {
        await Promise.all([changes.close(), writing.stop()]);
        await uses.write().catch(() => {});
      };
      // Nothing depends on it, and PostgreSQL may hang.
      await Promise.race([end(), setTimeout(CLOSE_WITHIN_MS, undefined, { ref: false })]);
    },
  };
}
