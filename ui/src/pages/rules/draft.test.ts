import { expect, test } from '@jest/globals';
import { patched, tidy, withKind, withValue } from './draft.ts';

test('one value changes and the rest stays, what no form knows too', () => {
  const draft = { name: 'a', trigger: { kind: 'count', window: '1h', odd: 1 }, notify: { cooldown: '1h' } };
  expect(withValue(draft, 'trigger.window', '2h')).toEqual({
    ...draft,
    trigger: { kind: 'count', window: '2h', odd: 1 },
  });
  expect(withValue(draft, 'notify.cooldown', undefined)).toEqual({ name: 'a', trigger: draft.trigger });
  expect(withValue({}, 'resolve.on', 'a')).toEqual({ resolve: { on: 'a' } });
});

test('another kind keeps what both have, and takes away what it refuses', () => {
  const draft = {
    event_types: ['a'],
    trigger: { kind: 'count', threshold: 7, window: '2h', per: ['x'] },
    resolve: { on: 'b' },
  };
  expect(withKind(draft, 'consecutive')).toEqual({
    event_types: ['a'],
    trigger: { kind: 'consecutive', threshold: 7, reset_on: 'workflow.succeeded', per: ['x'] },
  });
  expect(withKind(draft, 'duration')).toEqual({ event_types: [], trigger: { kind: 'duration', longer_than: '30m' } });
  expect(withKind(withKind(draft, 'absence'), 'event')).toMatchObject({ event_types: ['workflow.failed'] });
});

test('a body as a draft has long spellings and nothing of the service', () => {
  expect(tidy({ id: 'ar_1', event_type: 'a', webhook_endpoint_id: 'we_1', condition: null, revision: 2 })).toEqual({
    event_types: ['a'],
    webhook_endpoint_ids: ['we_1'],
  });
});

test('changes go on top of what others have changed', () => {
  expect(patched({ a: 1, t: { x: 1, y: 2 } }, { a: null, t: { y: 3 }, n: 4 })).toEqual({ t: { x: 1, y: 3 }, n: 4 });
});
