export type EndpointHealth = 'healthy' | 'failing' | 'disabled';

/** Contract §4: consecutive exhausted deliveries until an endpoint counts as failing, and until it is disabled. */
export const FAILING_AFTER_EXHAUSTED = 4;
const DISABLED_AFTER_EXHAUSTED = 40;
/** Contract §4: or so long without a success, with so many failures at least. */
const DISABLED_AFTER_MS = 5 * 86_400_000;
export const DISABLED_AFTER_FAILURES = 10;

/** What is known of an endpoint by sending to it. All counts are since its last success. */
export interface EndpointRecord {
  health: EndpointHealth;
  failed_attempts: number;
  consecutive_exhausted: number;
  failing_since: Date | null;
  last_failed_at: Date | null;
  /** It answered 410 as it is now: what the attempt said of that. */
  said_gone: string | null;
}

/** A change of an endpoint's health; `disabled` with the reason, a sentence for a person. */
export type Verdict = { health: 'healthy' | 'failing'; reason: null } | { health: 'disabled'; reason: string };

/**
 * The service's verdict on an endpoint, contract §4. A disabled one stays so until a person enables it.
 *
 * @returns undefined where its health stays as it is
 */
export function judgeEndpoint(record: EndpointRecord): Verdict | undefined {
  const { health, consecutive_exhausted: exhausted, said_gone: gone } = record;
  if (health === 'disabled') return undefined;
  if (gone !== null) return { health: 'disabled', reason: gone };
  if (exhausted >= DISABLED_AFTER_EXHAUSTED) {
    return { health: 'disabled', reason: `${exhausted} deliveries in a row were given up, with no success between` };
  }
  const silence = silentDays(record);
  if (silence !== undefined) {
    const failures = `${record.failed_attempts} attempts failed`;
    return { health: 'disabled', reason: `No success for ${silence} days: ${failures} since ${since(record)}` };
  }
  if (health === 'healthy' && exhausted >= FAILING_AFTER_EXHAUSTED) return { health: 'failing', reason: null };
  if (health === 'failing' && exhausted < FAILING_AFTER_EXHAUSTED) return { health: 'healthy', reason: null };
  return undefined;
}

/** From the first failure to the latest, not to now: an endpoint that nobody sends to gets no worse by that. */
function silentDays({ failed_attempts, failing_since, last_failed_at }: EndpointRecord): number | undefined {
  if (failing_since === null || last_failed_at === null || failed_attempts < DISABLED_AFTER_FAILURES) return undefined;
  const ms = last_failed_at.getTime() - failing_since.getTime();
  return ms >= DISABLED_AFTER_MS ? Math.floor(ms / 86_400_000) : undefined;
}

const since = ({ failing_since }: EndpointRecord) => failing_since?.toISOString() ?? '';
