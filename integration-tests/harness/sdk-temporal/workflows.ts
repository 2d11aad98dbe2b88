import { emitFromWorkflow, type WorkflowEmitOptions } from '@exosphere/alerts/temporal/workflow';
import {
  ApplicationFailure,
  CancellationScope,
  continueAsNew,
  proxyActivities,
  proxyLocalActivities,
  sleep,
} from '@temporalio/workflow';

/* Workflows of somebody who uses the SDK: `sdk-temporal*.test.ts` and its worker run them. */

interface Activities {
  work(): Promise<string>;
  breakDown(tries: number): Promise<never>;
}

/** After it, what a killed worker was at is given to another. */
const startToCloseTimeout = '8s';
const quick = { initialInterval: '10ms', backoffCoefficient: 1 } as const;
const { work } = proxyActivities<Activities>({ startToCloseTimeout });
const { breakDown } = proxyActivities<Activities>({
  startToCloseTimeout,
  retry: { ...quick, maximumAttempts: 3 },
});
const local = proxyLocalActivities<Activities>({ startToCloseTimeout, retry: { ...quick, maximumAttempts: 2 } });

export async function succeeds(): Promise<string> {
  return await work();
}

/** Fails by an activity, after its retries. */
export async function fails(): Promise<void> {
  await breakDown(3);
}

/** One activity fails for good, and the workflow makes do without it. */
export async function recovers(): Promise<string> {
  return await breakDown(3).catch(() => work());
}

/** The same with a local activity. */
export async function recoversLocally(): Promise<string> {
  return await local.breakDown(2).catch(() => work());
}

/** Fails by itself; its own retry policy decides what follows. */
export async function throws(): Promise<void> {
  throw ApplicationFailure.create({ message: 'the ledger does not add up', type: 'LedgerError' });
}

/** Runs until it is cancelled. */
export async function waits(): Promise<void> {
  await sleep('1 hour');
}

export async function goesOn(rounds: number): Promise<void> {
  await work();
  if (rounds > 0) await continueAsNew<typeof goesOn>(rounds - 1);
}

export interface EmitInput {
  type: string;
  options: WorkflowEmitOptions;
  id?: string;
  /** Data that no service would take. */
  isInvalid?: boolean;
}

/** Emits twice, and gives back what it was told. */
export async function emits({ type, options, id, isInvalid }: EmitInput) {
  const data = isInvalid ? ('text' as never) : { graph_name: 'caller' };
  const first = await emitFromWorkflow({ type, data, ...(id === undefined ? {} : { id }) }, options);
  const again = await emitFromWorkflow({ type, data, id: first.id }, options);
  return [first, again];
}

/** Emits while it is being cancelled. */
export async function emitsAtTheEnd(type: string, options: WorkflowEmitOptions): Promise<void> {
  try {
    await sleep('1 hour');
  } finally {
    await CancellationScope.nonCancellable(() => emitFromWorkflow({ type, data: {} }, options));
  }
}
