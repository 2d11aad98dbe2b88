import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { notifyAlert, renderHttpBody, summarize } from './alert-body.ts';
import { dedupKey } from './dedup-key.ts';
import type { AcceptedEvent } from './event.ts';
import { parseLossless } from './lossless-json.ts';

const rule = { id: 'ar_1', name: 'ETL failures', revision: 4, severity: 'critical' as const };
const event = (data: unknown, subject: string | null = null): AcceptedEvent => ({
  id: 'evt_1',
  source: '/graphs/etl',
  type: 'workflow.failed',
  subject,
  time: '2026-01-01T11:59:00.000Z',
  data,
  extensions: { traceparent: '00-ab' },
});
const AT = '2026-01-01T12:00:00.000Z';
const body = (of: AcceptedEvent, publicUrl?: string) =>
  renderHttpBody(notifyAlert('al_1', rule, of, AT), 'prod', 'dlv_1', publicUrl);

describe('the body for kind http', () => {
  test("is the contract's CloudEvent, field by field", () => {
    const data = { graph_name: 'etl', run_id: '5f0e', error: { type: 'TimeoutError', message: 'no answer' } };
    expect(JSON.parse(body(event(data, 'graphs/etl/runs/5f0e'), 'https://alerts.example'))).toEqual({
      specversion: '1.0',
      id: 'dlv_1',
      type: 'exosphere.alert.v1',
      source: '/namespaces/prod',
      subject: 'graphs/etl/runs/5f0e',
      time: AT,
      datacontenttype: 'application/json',
      dataschema: 'https://alerts.example/schemas/alert.v1.json',
      data: {
        alert: {
          id: 'al_1',
          status: 'notify',
          severity: 'critical',
          dedup_key: dedupKey('ar_1', ['/graphs/etl', 'evt_1']),
          summary: 'ETL failures: workflow.failed — etl run 5f0e: TimeoutError: no answer',
          started_at: '2026-01-01T11:59:00.000Z',
          resolved_at: null,
          value: null,
          threshold: null,
          suppressed_since_last: 0,
        },
        rule: { id: 'ar_1', name: 'ETL failures', revision: 4 },
        event: { id: 'evt_1', type: 'workflow.failed', time: '2026-01-01T11:59:00.000Z', data },
        links: { delivery: 'https://alerts.example/v1/deliveries/dlv_1' },
      },
    });
  });

  test('has no links where no public URL is set', () => {
    expect(JSON.parse(body(event({})))).toMatchObject({ dataschema: '/schemas/alert.v1.json', data: { links: {} } });
  });

  test("has the event's data as received", () => {
    const data = '{"big":12345678901234567890,"one":1.0,"text":"é😀"}';
    expect(body(event(parseLossless(data)))).toContain(`"data":${data}`);
  });

  test.each<[subject: string | null, data: unknown, expected: string | undefined]>([
    ['mine', { graph_name: 'etl' }, 'mine'],
    [null, { graph_name: 'etl', run_id: '5f0e' }, 'graphs/etl/runs/5f0e'],
    [null, { graph_name: 'etl' }, 'graphs/etl'],
    [null, { run_id: '5f0e' }, 'runs/5f0e'],
    [null, { graph_name: 5, run_id: null }, undefined],
    [null, {}, undefined],
  ])('of an event with subject %j and data %j is about %j', (subject, data, expected) => {
    expect((JSON.parse(body(event(data, subject))) as { subject?: string }).subject).toBe(expected);
  });
});

describe('the summary', () => {
  test.each<[data: unknown, expected: string]>([
    [{}, 'R: workflow.failed'],
    [null, 'R: workflow.failed'],
    [[], 'R: workflow.failed'],
    [{ graph_name: 'etl' }, 'R: workflow.failed — etl'],
    [{ run_id: '5f' }, 'R: workflow.failed — run 5f'],
    [{ error: { message: 'no answer' } }, 'R: workflow.failed: no answer'],
    [{ error: { type: 'T' } }, 'R: workflow.failed: T'],
    [{ error: 'text' }, 'R: workflow.failed'],
    [{ graph_name: 1, error: { message: { a: 1 } } }, 'R: workflow.failed'],
    [{ error: { message: 'two\nlines\tand   spaces' } }, 'R: workflow.failed: two lines and spaces'],
  ])('of %j', (data, expected) => {
    expect(summarize('R', event(data))).toBe(expected);
  });

  test('is one line of at most 300 characters, never cut within one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (message) => {
        const summary = summarize('R', event({ error: { message } }));
        expect(Array.from(summary).length).toBeLessThanOrEqual(300);
        expect(summary).not.toMatch(/[\n\r\t]/);
        expect(summary.isWellFormed()).toBe(true);
      }),
    );
    const long = summarize('R', event({ error: { message: '😀'.repeat(400) } }));
    expect(Array.from(long)).toHaveLength(300);
    expect(long.endsWith('😀…')).toBe(true);
  });
});
