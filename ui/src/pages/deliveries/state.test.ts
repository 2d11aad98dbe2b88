import { describe, expect, test } from '@jest/globals';
import { hasAlertPage, requestOf } from './request-of.ts';
import { deliveryDetailSearch } from './search.ts';
import { obstacleToDiscarding, obstacleToSending, statusText } from './state.ts';

const attempts = [{ outcome: 'http_error' }];

test('where a delivery stands is said in words', () => {
  expect(statusText({ status: 'dead_lettered', reason: 'maximum_attempts', round: 1, attempts })).toBe(
    'All attempts of the retry policy failed. It waits until a person retries or discards it.',
  );
  expect(statusText({ status: 'retrying', reason: null, round: 1, attempts: [{ outcome: null }] })).toContain(
    'under way',
  );
  expect(statusText({ status: 'pending', reason: null, round: 2, attempts })).toContain('person');
  expect(statusText({ status: 'suppressed', reason: 'silenced', round: 1, attempts: [] })).toContain('silence');
});

describe('what a person may not do says why', () => {
  const free = { mayWrite: true, isEndpointDeleted: false, isEndpointOff: false };
  test('sending', () => {
    expect(obstacleToSending('dead_lettered', free)).toBeUndefined();
    expect(obstacleToSending('succeeded', { ...free, isEndpointOff: undefined })).toBeUndefined();
    expect(obstacleToSending('retrying', free)).toContain('automatic attempt is pending');
    expect(obstacleToSending('dead_lettered', { ...free, isEndpointOff: true })).toContain('off');
    expect(obstacleToSending('succeeded', { ...free, isEndpointDeleted: true })).toContain('deleted');
    expect(obstacleToSending('succeeded', { ...free, mayWrite: false })).toContain('deliveries:write');
  });

  test('discarding', () => {
    expect(obstacleToDiscarding({ status: 'in_round', closed_at: null }, free)).toBeUndefined();
    expect(obstacleToDiscarding({ status: 'succeeded', closed_at: 'x' }, free)).toContain('ended');
    expect(obstacleToDiscarding({ status: 'waiting', closed_at: null }, { mayWrite: false })).toContain('scope');
  });
});

test('the request of an attempt has its number and its time', () => {
  const request = {
    method: 'POST' as const,
    url: null,
    headers: { 'webhook-id': 'dlv_1', 'x-exosphere-attempt': '3' },
  };
  const of = requestOf(request, { number: 2, started_at: '2026-11-28T12:00:01.900Z' });
  expect(of.headers).toEqual({ 'webhook-id': 'dlv_1', 'x-exosphere-attempt': '2', 'webhook-timestamp': '1795867201' });
  expect(requestOf(request, undefined)).toBe(request);
});

test('only alerts that fire and end have a page', () => {
  expect(hasAlertPage({ data: { alert: { status: 'firing' } } })).toBe(true);
  for (const body of [{ data: { alert: { status: 'notify' } } }, null, 'text', { data: null }]) {
    expect(hasAlertPage(body)).toBe(false);
  }
});

test('the attempt of the URL is a whole number or none', () => {
  expect(deliveryDetailSearch({ attempt: '2' })).toEqual({ attempt: 2 });
  for (const attempt of ['0', '-1', '1.5', 'x', '']) expect(deliveryDetailSearch({ attempt })).toEqual({});
});
