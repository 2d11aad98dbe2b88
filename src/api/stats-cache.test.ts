import { expect, test } from '@jest/globals';
import type { NowRow, StatsRow, StatsSelection } from '../store/stats-log.ts';
import type { ApiError } from './problem.ts';
import { createStats } from './stats-cache.ts';

/** Counts on a PostgreSQL that answers when it is told to. */
function counts() {
  let clock = 0;
  const asked: { namespace: string; answer(): void; fail(error: Error): void }[] = [];
  const statsLog = {
    count({ namespace }: StatsSelection) {
      const { promise, resolve, reject } = Promise.withResolvers<StatsRow[]>();
      asked.push({ namespace, answer: () => resolve([]), fail: reject });
      return promise;
    },
    countByEndpoint: async () => [],
    now: async () => ({}) as NowRow,
  };
  const stats = createStats({ statsLog, now: () => 0, steadyNow: () => clock });
  const ask = (namespace: string, key = '') => {
    const select = () => ({ namespace }) as StatsSelection;
    return stats(`${namespace} ${key}`, select).then(
      () => 'counted',
      (error) => (error as ApiError).code ?? error.message,
    );
  };
  const pass = (ms: number) => {
    clock += ms;
  };
  return { ask, asked, pass };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('two are counted at a time, one of a namespace, and the others wait for their turn', async () => {
  const { ask, asked } = counts();
  const answers = [ask('a', '1'), ask('a', '2'), ask('b'), ask('c')];
  await turn();
  expect(asked.map(({ namespace }) => namespace)).toEqual(['a', 'b']);
  asked[1]?.fail(new Error('away'));
  await turn();
  expect(asked.map(({ namespace }) => namespace)).toEqual(['a', 'b', 'c']);
  asked[0]?.answer();
  await turn();
  asked[2]?.answer();
  asked[3]?.answer();
  expect(await Promise.all(answers)).toEqual(['counted', 'counted', 'away', 'counted']);
});

test('who would wait too long, or behind too many, is told to come again', async () => {
  const { ask, asked, pass } = counts();
  const answers = Array.from({ length: 52 }, (_, index) => ask('a', String(index)));
  expect(await answers[51]).toBe('stats_busy');
  pass(10_001);
  asked[0]?.answer();
  expect(await answers[0]).toBe('counted');
  expect(new Set(await Promise.all(answers.slice(1)))).toEqual(new Set(['stats_busy']));
  expect(asked).toHaveLength(1);
});

test('who asks while it is counted shares the count; what took long is kept longer', async () => {
  const { ask, asked, pass } = counts();
  const first = ask('a');
  pass(4_000);
  const second = ask('a');
  asked[0]?.answer();
  expect(await Promise.all([first, second])).toEqual(['counted', 'counted']);
  pass(29_000);
  expect(await ask('a')).toBe('counted');
  expect(asked).toHaveLength(1);
  pass(2_000);
  const third = ask('a');
  await turn();
  asked[1]?.answer();
  await third;
  pass(2_999);
  expect(await ask('a')).toBe('counted');
  expect(asked).toHaveLength(2);
  pass(1);
  void ask('a');
  await turn();
  expect(asked).toHaveLength(3);
});
