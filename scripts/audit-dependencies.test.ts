import { expect, test } from '@jest/globals';
import { UNANSWERED, verdictOn } from './audit-dependencies.ts';

const report = (counts: Record<string, number>, vulnerabilities: object = {}) =>
  JSON.stringify({ auditReportVersion: 2, vulnerabilities, metadata: { vulnerabilities: counts } });

test.each([
  ['nothing', report({ info: 0, low: 0, moderate: 0, high: 0, critical: 0 }), 0, /^Nothing high or critical\.$/],
  ['moderate', report({ moderate: 2 }, { qs: { severity: 'moderate', range: '<6' } }), 0, /\nmoderate: qs <6$/],
  ['high', report({ high: 1 }, { ws: { severity: 'high', range: '<8' } }), 1, /^1 high or critical.*\nhigh: ws <8$/],
  ['critical', report({ high: 1, critical: 2 }), 1, /^3 high or critical/],
])('a registry that knows of %s', (_, output, code, text) => {
  expect(verdictOn(output)).toEqual({ code, text: expect.stringMatching(text) });
});

test.each([
  ['405 Method Not Allowed', JSON.stringify({ message: '405 Method Not Allowed', error: { summary: '', detail: '' } })],
  ['it cannot be reached', JSON.stringify({ error: { code: 'ENOTFOUND', summary: 'it cannot be reached' } })],
  ['<html>', '<html>Bad gateway</html>'],
  ['it said nothing', ''],
])('a registry that gives no audit is no verdict: %s', (why, output) => {
  expect(verdictOn(output)).toEqual({ code: UNANSWERED, text: expect.stringContaining(why) });
});
