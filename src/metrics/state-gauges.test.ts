import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import type { EndpointCounts, ServiceState } from '../store/state-log.ts';
import { createStateGauges } from './state-gauges.ts';

const state: ServiceState = { dead_letters_waiting: 3, oldest_pending_s: 1.5, workers: 2 };

function gauges() {
  const registry = new Registry();
  const answers: (() => Promise<ServiceState>)[] = [];
  const counts: (() => Promise<EndpointCounts>)[] = [];
  const errors: unknown[] = [];
  let at = 0;
  let looks = 0;
  let counted = 0;
  const refresh = createStateGauges({
    registry,
    stateLog: {
      read() {
        looks += 1;
        return (answers.shift() ?? (async () => state))();
      },
      endpoints() {
        counted += 1;
        return (counts.shift() ?? (async () => ({ failing: 4 })))();
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
  return { scrape, errors, answers, counts, looks: () => looks, counted: () => counted, pass };
}

/** What a scrape shows. */
const shown = ({ up = 1, ageS = 0 } = {}) => [
  `exosphere_postgresql_up ${up}`,
  `exosphere_state_age_seconds ${ageS}`,
  'exosphere_dead_letters_waiting 3',
  'exosphere_oldest_pending_delivery_age_seconds 1.5',
  'exosphere_endpoints{health="healthy"} 0',
  'exosphere_endpoints{health="failing"} 4',
  'exosphere_endpoints{health="disabled"} 0',
  'exosphere_workers 2',
];

test('shows what stands in PostgreSQL, and looks once for scrapes that come close together', async () => {
  const { scrape, looks, pass } = gauges();
  expect(await Promise.all([scrape(), scrape()])).toEqual([shown(), shown()]);
  pass(4_000);
  expect(await scrape()).toEqual(shown({ ageS: 4 }));
  expect(looks()).toBe(1);
  pass(2_000);
  expect(await scrape()).toEqual(shown());
  expect(looks()).toBe(2);
});

test('counts endpoints less often than it reads the rest', async () => {
  const { scrape, looks, counted, pass } = gauges();
  for (let looked = 0; looked < 6; looked += 1) {
    await scrape();
    pass(6_000);
  }
  expect([looks(), counted()]).toEqual([6, 2]);
});

test('while PostgreSQL is away what was read stays, with its age, and it looks again at each scrape', async () => {
  const { scrape, errors, answers, looks, pass } = gauges();
  await scrape();
  pass(6_000);
  answers.push(() => Promise.reject(new Error('away')));
  expect(await scrape()).toEqual(shown({ up: 0, ageS: 6 }));
  expect(errors).toEqual([new Error('away')]);
  expect(await scrape()).toEqual(shown());
  expect(looks()).toBe(3);
});

test('endpoints that cannot be counted take nothing else with them', async () => {
  const { scrape, errors, counts, pass } = gauges();
  await scrape();
  pass(31_000);
  counts.push(() => Promise.reject(new Error('too many')));
  expect(await scrape()).toEqual(shown());
  expect(errors).toEqual([new Error('too many')]);
});

test('does not wait for a PostgreSQL that hangs, and shows nothing of what was never read', async () => {
  const { scrape, errors, answers } = gauges();
  answers.push(() => new Promise(() => {}));
  expect(await scrape()).toEqual(['exosphere_postgresql_up 0']);
  expect(errors).toHaveLength(1);
});
