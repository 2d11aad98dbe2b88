import { expect, test } from '@jest/globals';
import type { Marks } from '../store/change-log.ts';
import type { ApiError } from './problem.ts';
import { createStreams, type Listener } from './streams.ts';

const marks = { deliveries: 'a' } as Marks;
const changeLog = {
  marks: async (namespaces: string[]) => new Map(namespaces.map((namespace) => [namespace, marks])),
};

function listenerOf(namespace: string): Listener {
  const caller = { keyId: 'key_1', namespace, scopes: ['admin'] };
  return { caller, send: () => true, end: () => {}, recheck: async () => undefined };
}

const codeOf = async (opening: Promise<unknown>) =>
  opening.then(
    () => 'open',
    (error) => (error as ApiError).code,
  );

test('those that are admitted before the first of them is open are not more than there is room for', async () => {
  const streams = createStreams({ changeLog, steadyNow: () => 0, mostOfNamespace: 2, mostOfProcess: 3 });
  // Their key was looked up for all of them together.
  const many = Array.from({ length: 5 }, () => listenerOf('busy'));
  for (const { caller } of many) streams.admit(caller);
  const answers = await Promise.all(many.map((each) => codeOf(streams.open(each))));
  expect(answers).toEqual(['open', 'open', ...Array(3).fill('too_many_streams')]);
  const others = ['b', 'c'].map((namespace) => codeOf(streams.open(listenerOf(namespace))));
  expect(await Promise.all(others)).toEqual(['open', 'too_many_streams']);
  streams.close();
  expect(await codeOf(streams.open(listenerOf('d')))).toBe('stopping');
});
