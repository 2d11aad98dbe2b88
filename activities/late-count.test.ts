import { expect, test } from '@jest/globals';
import type { AttemptOutcomeRow } from '../src/store/attempt-log.ts';
import type { EndpointStateLog } from '../src/store/endpoint-state-log.ts';
import { createLateCount } from './late-count.ts';

const outcome = (deliveryId: string) => ({ deliveryId }) as AttemptOutcomeRow;

/** A late count whose tries end as these say, the last for ever. @returns it, and what was asked for */
function counting(...answers: ((asked: AttemptOutcomeRow[]) => AttemptOutcomeRow[])[]) {
  const asked: string[][] = [];
  const count = async (outcomes: AttemptOutcomeRow[]) => {
    asked.push(outcomes.map(({ deliveryId }) => deliveryId));
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return answer?.(outcomes) ?? [];
  };
  return { ...createLateCount({ count } as EndpointStateLog), asked };
}

test('what is held or cannot be asked is asked again, until it is counted', async () => {
  const unreachable = () => {
    throw new Error('away');
  };
  const { later, asked, drain } = counting(
    (all) => all.slice(1),
    unreachable,
    () => [],
  );
  later([outcome('a'), outcome('b')]);
  while (asked.length < 3) await new Promise(setImmediate);
  expect(asked).toEqual([['a', 'b'], ['b'], ['b']]);
  await drain();
  expect(asked).toHaveLength(3);
});

test('at the end it is tried once more, and not waited for', async () => {
  const { later, asked, drain } = counting((all) => all);
  later([outcome('a')]);
  await drain();
  expect(asked).toEqual([['a']]);
});

test('nothing to count asks nothing', async () => {
  const { later, asked, drain } = counting(() => []);
  later([]);
  await drain();
  expect(asked).toEqual([]);
});
