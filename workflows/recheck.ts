import {
  CancellationScope,
  condition,
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities, RecheckedPage } from '../activities/index.ts';
import { againSignal, type RecheckInput, type RecheckResult, type WaitingCursor } from './contract.ts';

/** First those that wait for their next attempt, then those that wait for their first. */
const START: WaitingCursor = { status: 'retrying', after: '' };
/** Between two walks while attempts are on their way: 45 s is the longest that one can be. */
const PAUSES_MS = [2_000, 5_000, 10_000, 30_000];

const { recheckWaiting } = proxyActivities<Activities>({
  startToCloseTimeout: '2m',
  heartbeatTimeout: '30s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '10s' },
  summary: 'Ends what waits and must not be sent any more',
});

/**
 * An endpoint or a rule was switched off, disabled or deleted: the deliveries that wait on it, some of them for hours, end
 * now and not at their next attempt. It walks over them page by page, and again while some have an attempt on its way.
 * Switched on again meanwhile, it finds nothing to end.
 */
export async function recheckWorkflow(input: RecheckInput): Promise<RecheckResult> {
  let isAskedAgain = false;
  setHandler(againSignal, () => {
    isAskedAgain = true;
  });
  // What waits would wait on.
  return await CancellationScope.nonCancellable(walk);

  async function walk(): Promise<RecheckResult> {
    const { resume, ...subject } = input;
    const result = resume?.result ?? { skipped: 0, given_up: 0 };
    let cursor: WaitingCursor | null = resume?.cursor ?? START;
    let onTheWay = resume?.on_the_way ?? 0;
    for (let walks = 0; ; walks += 1) {
      // Whoever has asked until now has the walk that begins here.
      if (cursor === START) isAskedAgain = false;
      while (cursor !== null) {
        const page: RecheckedPage = await recheckWaiting({ ...subject, cursor });
        result.skipped += page.skipped;
        result.given_up += page.given_up;
        onTheWay += page.on_the_way;
        cursor = page.next;
        setCurrentDetails(
          `${result.skipped} skipped, ${result.given_up} given up and made dead letters, ${onTheWay} have an attempt on its way.`,
        );
        if (cursor !== null && workflowInfo().continueAsNewSuggested) {
          // Where somebody has asked meanwhile, the next run begins at the start.
          const resume = { result, on_the_way: onTheWay, cursor: isAskedAgain ? START : cursor };
          await continueAsNew<typeof recheckWorkflow>({ ...subject, resume });
        }
      }
      if (onTheWay > 0) await condition(() => isAskedAgain, PAUSES_MS[Math.min(walks, PAUSES_MS.length - 1)] as number);
      else if (!isAskedAgain) return result;
      onTheWay = 0;
      cursor = START;
    }
  }
}
