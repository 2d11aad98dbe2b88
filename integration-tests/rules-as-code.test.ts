import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { ROOT } from './harness/repository.ts';
import { createEndpoint, createRule, unique } from './harness/scenario.ts';
import { API_KEY, startTestService, type TestService } from './harness/service.ts';

/** `npm run rules`, as the process that people run, against a service with a database of its own. */

const LONG = 240_000;

let service: TestService;
let folder: string;
let endpoint: { id: string; name: string };
beforeAll(async () => {
  service = await startTestService();
  endpoint = await createEndpoint(service.api, 'http://127.0.0.1:49999/', { is_active: false });
}, LONG);
afterAll(() => service.close(), LONG);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exosphere-rules-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  for (const { id } of await liveRules()) await service.api.delete(`/v1/alert-rules/${id}`);
});

interface Ran {
  code: number;
  out: string;
  err: string;
}

/** Runs the script. Nothing of the test's own environment reaches it. */
function rules(args: string[], env: Record<string, string> = {}): Promise<Ran> {
  const settings = { PATH: '/usr/bin:/bin', EXOSPHERE_URL: service.url, EXOSPHERE_API_KEY: API_KEY, ...env };
  return new Promise((resolve) => {
    const script = join(ROOT, 'scripts', 'rules.ts');
    const child = execFile(process.execPath, [script, ...args], { cwd: folder, env: settings }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
    child.stdin?.end();
  });
}

const file = () => join(folder, 'rules.yaml');
// biome-ignore lint/suspicious/noExplicitAny: a file is changed as a person would change it
const readFile = (): any => parse(readFileSync(file(), 'utf8'));
const write = (content: unknown) => writeFileSync(file(), typeof content === 'string' ? content : stringify(content));
const liveRules = async () => (await service.api.get('/v1/alert-rules?limit=200')).body.items;
const live = async (name: string) => (await liveRules()).find((rule: { name: string }) => rule.name === name);

test(
  'what is exported is what is there; a change is shown, applied, and then there is nothing to do',
  async () => {
    const plain = await createRule(service.api, [endpoint.id], { condition: 'event.data.n > 1' });
    const absent = await createRule(service.api, [endpoint.id], {
      event_type: undefined,
      trigger: { kind: 'absence', of: 'custom.seen', within: '1h', grace: '5m' },
      notify: { cooldown: '5m', max_per_hour: 3 },
    });
    expect(await rules(['export', file()])).toMatchObject({ code: 0, out: expect.stringContaining('2 rule(s)') });
    expect(readFile().rules[plain.name]).toMatchObject({
      condition: 'event.data.n > 1',
      webhook_endpoints: [endpoint.name],
    });
    expect(await rules(['diff', file()])).toMatchObject({
      code: 0,
      out: '0 to create, 0 to change, 0 to delete, 2 as they are\n',
    });

    const content = readFile();
    content.rules[plain.name].severity = 'critical';
    content.rules[absent.name].trigger = { kind: 'absence', of: 'custom.seen', within: '2h' };
    content.rules[absent.name].notify = { max_per_hour: 5 };
    const added = unique('added');
    content.rules[added] = {
      event_type: 'workflow.failed',
      webhook_endpoints: [endpoint.name],
      trigger: { kind: 'count', threshold: 3, window: '1h' },
    };
    write(content);
    const shown = await rules(['diff', file()]);
    expect(shown.code).toBe(1);
    expect(shown.out).toContain(`+ create  ${added}`);
    expect(shown.out).toContain(`~ change  ${plain.name}\n    severity: "error" → "critical"`);
    expect(shown.out).toContain('1 to create, 2 to change, 0 to delete, 0 as they are');
    expect(await live(added)).toBeUndefined();

    const unasked = await rules(['apply', file()]);
    expect(unasked).toMatchObject({ code: 1, err: expect.stringContaining('--yes') });
    expect(await live(added)).toBeUndefined();

    expect(await rules(['apply', file(), '--yes'])).toMatchObject({ code: 0, err: '' });
    expect(await live(added)).toMatchObject({ trigger: { kind: 'count', threshold: 3 }, severity: 'error' });
    expect(await live(plain.name)).toMatchObject({ id: plain.id, severity: 'critical', condition: 'event.data.n > 1' });
    const changed = await live(absent.name);
    expect(changed.trigger).toEqual({ kind: 'absence', of: 'custom.seen', within: '2h', per: [] });
    expect(changed.notify).toEqual({ max_per_hour: 5 });

    const revisions = (await liveRules()).map(({ revision }: { revision: number }) => revision);
    const again = await rules(['apply', file(), '--yes']);
    expect(again).toMatchObject({ code: 0, out: '0 to create, 0 to change, 0 to delete, 3 as they are\n' });
    expect((await liveRules()).map(({ revision }: { revision: number }) => revision)).toEqual(revisions);
    expect((await rules(['diff', file()])).code).toBe(0);
  },
  LONG,
);

test(
  'what the file does not name stays, unless it is to be pruned',
  async () => {
    const kept = await createRule(service.api, [endpoint.id]);
    const surplus = await createRule(service.api, [endpoint.id]);
    await rules(['export', file()]);
    const content = readFile();
    delete content.rules[surplus.name];
    write(content);
    expect((await rules(['diff', file()])).code).toBe(0);
    const shown = await rules(['diff', file(), '--prune']);
    expect(shown).toMatchObject({ code: 1, out: expect.stringContaining(`- delete  ${surplus.name}`) });
    expect((await rules(['apply', file(), '--yes', '--prune'])).code).toBe(0);
    expect((await liveRules()).map(({ name }: { name: string }) => name)).toEqual([kept.name]);
  },
  LONG,
);

describe('what cannot be done is told, and nothing is', () => {
  const good = () => ({ event_type: 'custom.a', webhook_endpoints: [endpoint.name] });

  test(
    'a file that is wrong',
    async () => {
      for (const [content, message] of [
        ['rules:\n  a: [', /rules\.yaml: .*line \d/],
        [
          { rules: { a: { ...good(), webhook_endpoints: ['nobody'] } } },
          /rule "a": there is no webhook endpoint "nobody"/,
        ],
        [
          { rules: { fine: good(), a: { ...good(), condition: 'event.typ == "x"', colour: 1 } } },
          /rule "a": condition: .*`type`.*\(at character \d+\)\n.*rule "a": colour: is not a known field/s,
        ],
        [{ rules: { a: { ...good(), trigger: { kind: 'count', threshold: 2 } } } }, /rule "a": trigger\.window/],
      ] as const) {
        write(content);
        const ran = await rules(['apply', file(), '--yes']);
        expect({ content, ...ran }).toEqual({ content, code: 2, out: '', err: expect.stringMatching(message) });
        expect(ran.err).not.toMatch(/\n {4}at /);
      }
      expect(await liveRules()).toEqual([]);
    },
    LONG,
  );

  test(
    'a file that is not there, a service that is not there, a wrong key, a wrong command',
    async () => {
      write({ rules: { a: good() } });
      for (const [args, env, message] of [
        [['diff', join(folder, 'none.yaml')], {}, /none\.yaml cannot be read/],
        [['diff', file()], { EXOSPHERE_URL: 'http://127.0.0.1:1' }, /cannot be reached/],
        [['diff', file()], { EXOSPHERE_API_KEY: 'wrong' }, /401/],
        [['diff', file()], { EXOSPHERE_API_KEY: '' }, /EXOSPHERE_API_KEY is not set/],
        [['show', file()], {}, /^Usage/],
        [['diff'], {}, /^Usage/],
        [['apply', file(), '--force'], {}, /^Usage/],
      ] as const) {
        const ran = await rules([...args], env);
        expect({ args, ...ran }).toEqual({ args, code: 2, out: '', err: expect.stringMatching(message) });
      }
    },
    LONG,
  );
});
