import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import type { ServiceState } from '../store/state-log.ts';
import { createStateGauges } from './state-gauges.ts';

const state: ServiceState = { dead_letters_waiting: 3, oldest_pending_s: 1.5, workers: 2, endpoints: { failing: 4 } };

function gauges() {
  const registry = new Registry();
  const answers: (() => Promise<ServiceState>)[] = [];
  const errors: unknown[] = [];
  let at = 0;
  let looks = 0;
  const refresh = createStateGauges({
    registry,
    stateLog: {
      read() {
        looks += 1;
        return (answers.shift() ?? (async () => state))();
      },
    },
    now: () => at,
    onError: (error) => errors.push(error),
  });
  const scrape = async () => {
    await refresh();
    return (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  };
  const pass = (ms: number) => {
    at += ms;
  };
  return { scrape, errors, answers, looks: () => looks, pass };
}

const SHOWN = [
  'exosphere_postgresql_up 1',
  'exosphere_dead_letters_waiting 3',
  'exosphere_oldest_pending_delivery_age_seconds 1.5',
  'exosphere_endpoints{health="healthy"} 0',
  'exosphere_endpoints{health="failing"} 4',
  'exosphere_endpoints{health="disabled"} 0',
  'exosphere_workers 2',
];

test('shows what stands in PostgreSQL, and looks once for scrapes that come close together', async () => {
  const { scrape, looks, pass } = gauges();
  expect(await Promise.all([scrape(), scrape()])).toEqual([SHOWN, SHOWN]);
  pass(4_000);
  expect(await scrape()).toEqual(SHOWN);
  expect(looks()).toBe(1);
  pass(2_000);
  await scrape();
  expect(looks()).toBe(2);
});

test('shows nothing of before while PostgreSQL is away, and looks again at the next scrape', async () => {
  const { scrape, errors, answers, pass } = gauges();
  await scrape();
  pass(6_000);
  answers.push(() => Promise.reject(new Error('away')));
  expect(await scrape()).toEqual(['exosphere_postgresql_up 0']);
  expect(errors).toEqual([new Error('away')]);
  expect(await scrape()).toEqual(SHOWN);
});

test('does not wait for a PostgreSQL that hangs', async () => {
  const { scrape, errors, answers } = gauges();
  answers.push(() => new Promise(() => {}));
  expect(await scrape()).toEqual(['exosphere_postgresql_up 0']);
  expect(errors).toHaveLength(1);
});
