import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';

/** What the workflows beside this file call. */
export const activities = {
  async work(): Promise<string> {
    return 'done';
  },

  /** Fails by another message each time. */
  async breakDown(tries: number): Promise<never> {
    const { attempt } = activityInfo();
    throw ApplicationFailure.create({ message: `attempt ${attempt} of ${tries} broke down`, type: 'BreakDown' });
  },
};
