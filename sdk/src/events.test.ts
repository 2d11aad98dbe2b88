import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { eventTypes } from '../../src/domain/event-types.ts';
import { newEventId } from './event-id.ts';
import type { BuiltInEventType, EventData, NewEvent, ReservedEventType } from './events.ts';
import { VERSION } from './version.ts';

test('the built-in types are those of the service', () => {
  // The compiler sees to it that no name is missing here, and none too many.
  const builtIn: Record<BuiltInEventType, true> = {
    'workflow.started': true,
    'workflow.succeeded': true,
    'workflow.failed': true,
    'workflow.cancelled': true,
    'workflow.timed_out': true,
    'workflow.recovered': true,
    'state.errored': true,
    'state.retry_scheduled': true,
    'graph.invalid': true,
    'trigger.failed': true,
  };
  const reserved: Record<ReservedEventType, true> = {
    'workflow.duration_exceeded': true,
    'webhook.ping': true,
    'webhook.disabled': true,
    'delivery.dead_lettered': true,
    'alert_rule.degraded': true,
  };
  const names = (isReserved: boolean) =>
    eventTypes.filter((one) => one.reserved === isReserved).map(({ type }) => type);
  expect([...Object.keys(builtIn), 'custom.<name>'].toSorted()).toEqual(names(false).toSorted());
  expect(Object.keys(reserved).toSorted()).toEqual(names(true).toSorted());
});

test('data is checked by type, and free for types of one’s own', () => {
  const run: EventData<'workflow.failed'> = { graph_name: 'etl', run_id: '1', error: { message: 'no' }, rows: 3 };
  const own: NewEvent<'custom.backup'> = { type: 'custom.backup', data: { anything: [run] } };
  // @ts-expect-error: a run has an id
  const noRun: EventData<'workflow.failed'> = { graph_name: 'etl' };
  // @ts-expect-error: a common key has its type everywhere
  const wrong: NewEvent<'custom.backup'> = { type: 'custom.backup', data: { duration_ms: 'long' } };
  expect([own, noRun, wrong]).toHaveLength(3);
});

test('ids sort by time, and no clock breaks them', () => {
  const ids = [0, 1, 1_767_225_600_000, 2 ** 48].map((at) => newEventId(at));
  expect(ids.toSorted()).toEqual(ids);
  for (const at of [-1, Number.MAX_VALUE, 0.5]) {
    expect(newEventId(at)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
  expect(new Set(Array.from({ length: 1_000 }, () => newEventId(1))).size).toBe(1_000);
});

test('the version that is told is that of the package', () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  expect(VERSION).toBe(version);
});
