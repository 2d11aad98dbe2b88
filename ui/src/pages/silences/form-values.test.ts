import { expect, test } from '@jest/globals';
import { bodyOf, EMPTY, formOf, matchersText, presets, statusOf } from './form-values.ts';

const ends_at = '2026-11-28T14:00:00.000Z';

test('a form becomes what the API takes, and says what is missing', () => {
  const form = { ...EMPTY, rule_name: ' a* ', labels: 'team=x=y\n', ends_at };
  const body = { matchers: { rule_name: 'a*', labels: { team: 'x=y' } }, ends_at, comment: null };
  expect(bodyOf(form)).toEqual({ body });
  expect(bodyOf(EMPTY)).toEqual({ faults: { rule_name: expect.any(String), ends_at: expect.any(String) } });
  expect(bodyOf({ ...form, labels: 'team' })).toEqual({ faults: { labels: expect.any(String) } });
});

test('a silence fills in the form, its words and its status', () => {
  const at = '2026-11-28T12:00:00.000Z';
  const silence = {
    id: 'sil_1',
    matchers: { rule_name: 'a', labels: { team: 'x' } },
    starts_at: at,
    ends_at,
    comment: null,
    is_active: true,
    created_by: 'k',
    created_at: at,
    updated_at: at,
  };
  expect(formOf(silence)).toEqual({ ...EMPTY, rule_name: 'a', labels: 'team=x', starts_at: at, ends_at });
  expect(matchersText(silence.matchers)).toBe('rule_name = a, label team = x');
  expect(['11:00', '13:00', '15:00'].map((time) => statusOf(silence, Date.parse(`2026-11-28T${time}Z`)))).toEqual([
    'upcoming',
    'active',
    'expired',
  ]);
  expect(presets(new Date(at))[0]).toEqual({ label: '1 h', ends_at: '2026-11-28T13:00:00.000Z' });
});
