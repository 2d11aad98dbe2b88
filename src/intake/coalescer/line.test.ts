import { expect, test } from '@jest/globals';
import { createLanes } from './lanes.ts';
import { createLine } from './line.ts';

function lineOf(limits = { maxItems: 2, maxBytes: 100 }) {
  const lanes = createLanes<string, string>(
    (key) => key.split(' ')[0] as string,
    () => 0,
  );
  const line = createLine<string, string>(limits);
  const join = (key: string, item: string, { bytes = 1, at = 0 } = {}) =>
    line.join(lanes.use(key), { item, bytes, at, resolve: () => {}, reject: () => {} });
  /** A round in which the first key of each namespace is served. */
  const round = () => {
    const lists: string[] = [];
    for (const { waiting } of line.namespaces()) {
      const [lane] = waiting.values();
      if (lane) lists.push(`${lane.key}: ${line.takeList(lane).map(({ item }) => item)}`);
    }
    return lists;
  };
  return { lanes, line, join, round };
}

test('in a round each namespace is served once, and its keys in turn from round to round', () => {
  const { line, join, round } = lineOf();
  for (const item of ['1', '2', '3', '4', '5']) join('noisy a', item);
  for (const item of ['6', '7']) join('noisy b', item);
  join('quiet a', '8');
  expect(round()).toEqual(['noisy a: 1,2', 'quiet a: 8']);
  expect(round()).toEqual(['noisy b: 6,7']);
  expect(round()).toEqual(['noisy a: 3,4']);
  join('quiet a', '9');
  expect(round()).toEqual(['noisy a: 5', 'quiet a: 9']);
  expect([...line.lanes()]).toEqual([]);
});

test('a list is as long as its bounds let it, and one that is too large is alone', () => {
  const { lanes, join, round } = lineOf({ maxItems: 10, maxBytes: 100 });
  for (const [item, bytes] of Object.entries({ a: 60, b: 40, c: 1, d: 101, e: 5 })) join('n', item, { bytes });
  expect(lanes.use('n').queuedBytes).toBe(207);
  expect([round(), round(), round(), round()]).toEqual([['n: a,b'], ['n: c'], ['n: d'], ['n: e']]);
  expect(lanes.use('n').queuedBytes).toBe(0);
});

test('those that came before are taken in nobody’s turn, and a key that has no others is out of the line', () => {
  const { lanes, line, join, round } = lineOf();
  join('n a', 'old', { at: 1 });
  join('m', 'old', { at: 2 });
  join('n a', 'new', { at: 3 });
  for (const key of ['n a', 'm']) {
    expect(line.takeThoseBefore(lanes.use(key), 2)).toMatchObject([{ item: 'old' }]);
    expect(line.takeThoseBefore(lanes.use(key), 2)).toEqual([]);
  }
  expect(round()).toEqual(['n a: new']);
});
