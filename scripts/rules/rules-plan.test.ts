import { expect, test } from '@jest/globals';
import { describePlan, patchOf, planOf } from './rules-plan.ts';

const rule = (fields: object = {}) => ({ severity: 'error', condition: null, webhook_endpoints: ['a'], ...fields });
const live = (...entries: [string, ReturnType<typeof rule>][]) =>
  new Map(entries.map(([name, one], index) => [name, { id: `ar_${index}`, rule: one }]));

test('creates what is not there, changes what differs, keeps what is the same', () => {
  const wanted = new Map([
    ['new', rule()],
    ['other', rule({ severity: 'critical' })],
    ['same', rule()],
  ]);
  const steps = planOf(wanted, live(['other', rule()], ['same', rule()]), false);
  expect(steps).toEqual([
    { kind: 'create', name: 'new', rule: rule() },
    { kind: 'change', name: 'other', id: 'ar_0', changes: [{ field: 'severity', from: 'error', to: 'critical' }] },
    { kind: 'keep', name: 'same' },
  ]);
  expect(describePlan(steps).split('\n')).toEqual([
    '+ create  new',
    '~ change  other',
    '    severity: "error" → "critical"',
    '1 to create, 1 to change, 0 to delete, 1 as they are',
  ]);
});

test('what the file does not name stays, unless it is to be pruned', () => {
  const there = live(['surplus', rule()]);
  expect(planOf(new Map(), there, false)).toEqual([]);
  expect(planOf(new Map(), there, true)).toEqual([{ kind: 'delete', name: 'surplus', id: 'ar_0' }]);
});

test('null and absent are the same, the order of fields is not looked at, that of endpoints is', () => {
  const { condition: _, ...without } = rule();
  const { webhook_endpoints, ...rest } = without;
  const reordered = { webhook_endpoints, ...rest };
  expect(planOf(new Map([['a', reordered]]), live(['a', rule()]), false)).toEqual([{ kind: 'keep', name: 'a' }]);
  const swapped = rule({ webhook_endpoints: ['b', 'a'] });
  const [step] = planOf(new Map([['a', swapped]]), live(['a', rule({ webhook_endpoints: ['a', 'b'] })]), false);
  expect(step?.kind).toBe('change');
});

test('a change takes away what is not there any more, within objects too', () => {
  const from = { kind: 'absence', within: '1h', grace: '5m', per: ['a', 'b'], deep: { x: 1, y: 2 } };
  const to = { kind: 'absence', within: '2h', per: ['a'], deep: { y: 2 } };
  expect(patchOf(from, to)).toEqual({ ...to, grace: null, deep: { x: null, y: 2 } });
  expect(patchOf(null, to)).toEqual(to);
  expect(patchOf(from, null)).toBeNull();
});
