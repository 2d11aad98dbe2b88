import type { AlertWatch } from '../../src/alert-watch.ts';
import { MOST_KEYS } from '../../src/store/alert-key-log.ts';
import type { EventLog } from '../../src/store/event-log.ts';
import type { Handover } from '../handover.ts';
import type { Look } from './look.ts';
import type { LookedKey } from './outcome.ts';

export interface FollowUpDeps {
  eventLog: Pick<EventLog, 'degradeRules'>;
  watch: AlertWatch;
  handover: Handover;
  onError: (error: unknown) => void;
}

/** Looks whose consequences are on their way: the next one waits for some of them, or what waits here had no bound. */
const MOST_UNDER_WAY = 8;
/** Workflows that are woken side by side: each costs the server some 20 ms. */
const WOKEN_TOGETHER = 20;
/** After so many that could not be woken, the rest is left to the sweep: Temporal is away. */
const MOST_FAILURES = 3;

/** What follows a look that is committed: deliveries are handed over, workflows woken. If the process dies, the sweep does it. */
export function createFollowUp({ eventLog, watch, handover, onError }: FollowUpDeps) {
  const underWay = new Set<Promise<void>>();

  return {
    /** Begins with it. A hand-over waits for others: the next look need not. Resolves once there is room for another. */
    async begin(look: Look): Promise<void> {
      const work: Promise<void> = followUp(look).finally(() => underWay.delete(work));
      underWay.add(work);
      if (underWay.size >= MOST_UNDER_WAY) await Promise.race(underWay);
    },
    /** Resolves once nothing is under way. */
    async drain(): Promise<void> {
      await Promise.all(underWay);
    },
  };

  /** Never fails: what does is told, and found by the sweep. */
  async function followUp({ keys, deliveries, overfull }: Look): Promise<void> {
    const handed = [...deliveries].map(([namespace, ids]) => handover(namespace, ids));
    const degraded = overfull.map(({ namespace, rule }) =>
      eventLog.degradeRules(namespace, [{ rule, message: OVERFULL }]),
    );
    const outcomes = await Promise.allSettled([...handed, ...degraded, wakeAll(keys.flatMap(wakes))]);
    for (const outcome of outcomes) if (outcome.status === 'rejected') onError(outcome.reason);
  }

  function wakes(key: LookedKey): (() => Promise<void>)[] {
    const { namespace, rule_id, key_digest, key_text, rule_name = 'A deleted rule', shard, next_look_at: at } = key;
    const woken: (() => Promise<void>)[] = [];
    if (shard !== null && at !== null && key.is_sooner) woken.push(() => watch.wakeRuns(namespace, shard, at));
    if (key.has_changed || (shard === null && key.is_sooner)) {
      const what = `${rule_name}${key_text && `: ${key_text}`}`;
      woken.push(() => watch.wakeAlert({ namespace, rule_id, key_digest, what }));
    }
    return woken;
  }

  async function wakeAll(woken: (() => Promise<void>)[]): Promise<void> {
    let failures = 0;
    const lane = async () => {
      for (let wake = woken.shift(); wake !== undefined && failures < MOST_FAILURES; wake = woken.shift()) {
        await wake().catch((error: unknown) => {
          failures += 1;
          onError(error);
        });
      }
    };
    await Promise.all(Array.from({ length: Math.min(WOKEN_TOGETHER, woken.length) }, lane));
  }
}

const OVERFULL = `has more than ${MOST_KEYS.toLocaleString('en-US')} keys: all others are counted together; choose fields with fewer values for \`per\``;
