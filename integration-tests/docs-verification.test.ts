import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readRulesFile } from '../scripts/rules/rules-file.ts';
import { signatureHeaders } from '../src/domain/signature.ts';
import { ALERTS, read } from './harness/documents.ts';
import { type Received, type Receiver, startReceiver } from './harness/receiver.ts';
import { ROOT } from './harness/repository.ts';
import { testServers } from './harness/servers.ts';
import { API_KEY, startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/*
 * What the documents print is true: code is run and calls are made; tables and links are in docs-tables.test.ts. Blocks say by the second word behind
 * their fence what they are (GitHub highlights by the first); `we_YOUR_ENDPOINT` stands for the reader's own id.
 */

/** Many machines have it outside of PATH. */
const GO = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/go/bin']
  .map((path) => join(path, 'go'))
  .find((path) => existsSync(path));
const OTHER_SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;

let service: TestService;
let receiver: Receiver;
let endpoint: { id: string; secret: string };
let folder: string;

beforeAll(async () => {
  service = await startTestService();
  receiver = await startReceiver();
  endpoint = (await service.api.post('/v1/webhooks', { name: 'docs', target_url: receiver.url })).body;
  folder = mkdtempSync(join(tmpdir(), 'exosphere-docs-'));
  mkdirSync(join(folder, '.data'));
  writeFileSync(join(folder, '.data', 'api-key'), `${API_KEY}\n`);
});

afterAll(async () => {
  await service.close();
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The fenced blocks of a document whose info string begins with these words. */
function blocks(path: string, info: string): string[] {
  const fences = [...read(path).matchAll(/^```([^\n]*)\n(.*?)^```$/gms)];
  return fences.filter(([, given]) => `${given} `.startsWith(`${info} `)).map(([, , text]) => text as string);
}

/** A silence has to end in time to come, whenever this runs. */
const SOON = new Date(Date.now() + 86_400_000).toISOString();
const ours = (text: string) =>
  text.replaceAll('we_YOUR_ENDPOINT', endpoint.id).replace(/("ends_at": )"[^"]*"/g, `$1"${SOON}"`);

/** Runs a program and gives its output. Not synchronously: the service under test lives in this process. */
async function run(command: string, args: string[], { input = '', ...options }: RunOptions): Promise<string> {
  const running = promisify(execFile)(command, args, options);
  // One that ends without reading its input is none the worse for it.
  running.child.stdin?.on('error', () => {}).end(input);
  return (await running).stdout;
}

interface RunOptions {
  cwd: string;
  env?: Record<string, string>;
  input?: string;
}

describe('verification code', () => {
  interface Case {
    name: string;
    headers: Record<string, string>;
    body: string;
    secret: string;
    /** How far the verifier's clock is ahead: the request is then this old. */
    ageSeconds: number;
    verdict: 'accepted' | 'refused';
  }
  let cases: Case[];

  beforeAll(async () => {
    const rule = { name: 'docs', event_type: 'custom.docs', webhook_endpoint_id: endpoint.id };
    await service.api.post('/v1/alert-rules', rule);
    await service.api.post(
      '/v1/events',
      '{"type":"custom.docs","data":{"n":12345678901234567890,"text":"Größe — 😀"}}',
    );
    const [request] = await receiver.arrived(1);
    cases = casesOf(request as Received);
  });

  function casesOf({ headers: received, text: body }: Received): Case[] {
    const headers = received as Record<string, string>;
    const { secret } = endpoint;
    const genuine = { headers, body, secret, ageSeconds: 0 };
    const timestamp = headers['webhook-timestamp'] ?? '';
    const fresh = String(Number(timestamp) + 600);
    const refreshed = {
      ...headers,
      'webhook-timestamp': fresh,
      'x-exosphere-signature': (headers['x-exosphere-signature'] ?? '').replace(timestamp, fresh),
    };
    const { 'x-exosphere-signature': _, 'webhook-signature': __, ...unsigned } = headers;
    const id = headers['webhook-id'] ?? '';
    const secrets = [OTHER_SECRET, secret];
    const twice = { ...headers, ...signatureHeaders({ id, timestampSeconds: Number(timestamp), body, secrets }) };
    return [
      { ...genuine, name: 'as received', verdict: 'accepted' },
      { ...genuine, name: 'signed with two secrets', headers: twice, verdict: 'accepted' },
      { ...genuine, name: 'body changed', body: body.replace('custom.docs', 'custom.dots'), verdict: 'refused' },
      { ...genuine, name: 'another secret', secret: OTHER_SECRET, verdict: 'refused' },
      { ...genuine, name: 'ten minutes old', ageSeconds: 600, verdict: 'refused' },
      { ...genuine, name: 'old with a fresh timestamp', headers: refreshed, ageSeconds: 600, verdict: 'refused' },
      { ...genuine, name: 'not signed', headers: unsigned, verdict: 'refused' },
    ];
  }

  const TYPESCRIPT_RUNNER = `
    const { readFileSync } = await import('node:fs');
    const clock = Date.now;
    const given = JSON.parse(readFileSync(0, 'utf8')).map(({ headers, body, secret, ageSeconds }) => {
      Date.now = () => clock() + ageSeconds * 1000;
      try { verify(headers, Buffer.from(body), secret); return 'accepted'; } catch { return 'refused'; }
    });
    process.stdout.write(JSON.stringify(given));`;
  const PYTHON_RUNNER = `
import json, sys
clock = time.time
def verdict(case):
    time.time = lambda: clock() + case["ageSeconds"]
    try:
        verify(case["headers"], case["body"].encode(), case["secret"])
        return "accepted"
    except ValueError:
        return "refused"
print(json.dumps([verdict(case) for case in json.loads(sys.stdin.buffer.read())]))`;

  const GO_RUNNER = `package main
import ("encoding/json"; "os"; "time")
func main() {
	var cases []struct { Headers map[string]string; Body, Secret string; AgeSeconds int }
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil { panic(err) }
	verdicts := []string{}
	for _, each := range cases {
		now := time.Now().Add(time.Duration(each.AgeSeconds) * time.Second)
		verdict := "accepted"
		if Verify(each.Headers["x-exosphere-signature"], []byte(each.Body), each.Secret, now) != nil { verdict = "refused" }
		verdicts = append(verdicts, verdict)
	}
	json.NewEncoder(os.Stdout).Encode(verdicts)
}`;
  /** Java's library reads no JSON: a case is four arguments. */
  const JAVA_RUNNER = `
class Runner {
    public static void main(String[] given) {
        var verdicts = new java.util.ArrayList<String>();
        for (int at = 0; at < given.length; at += 4) {
            try {
                byte[] body = java.util.Base64.getDecoder().decode(given[at + 1]);
                Instant now = Instant.now().plusSeconds(Long.parseLong(given[at + 3]));
                ExosphereSignature.verify(given[at], body, given[at + 2], now);
                verdicts.add("\\"accepted\\"");
            } catch (GeneralSecurityException refusal) {
                verdicts.add("\\"refused\\"");
            }
        }
        System.out.print(verdicts);
    }
}
`;

  async function verdicts(command: string, args: string[], cwd = ROOT): Promise<Record<string, string>> {
    const given = JSON.parse(await run(command, args, { cwd, input: JSON.stringify(cases) })) as string[];
    return Object.fromEntries(cases.map(({ name }, index) => [name, given[index] as string]));
  }
  const expected = () => Object.fromEntries(cases.map(({ name, verdict }) => [name, verdict]));

  test.each(['node', 'standardwebhooks', 'stripe'])('TypeScript, with %s', async (kind) => {
    const [block, ...more] = blocks(ALERTS, `ts verify ${kind}`);
    expect(more).toEqual([]);
    const script = `${block}\n${TYPESCRIPT_RUNNER}`;
    expect(await verdicts(process.execPath, ['--input-type=module-typescript', '--eval', script])).toEqual(expected());
  });

  test('Python, with its standard library', async () => {
    const [block, ...more] = blocks(ALERTS, 'python verify');
    expect(more).toEqual([]);
    expect(await verdicts('python3', ['-c', `${block}\n${PYTHON_RUNNER}`])).toEqual(expected());
  });

  // Its compiler builds the standard library first, where nobody has used it on this machine yet.
  (GO === undefined ? test.skip : test)(
    'Go, with its standard library',
    async () => {
      const [block = '', ...more] = blocks(ALERTS, 'go verify');
      expect(more).toEqual([]);
      const program = join(folder, 'go');
      mkdirSync(program);
      writeFileSync(join(program, 'go.mod'), 'module docs\n');
      writeFileSync(join(program, 'verify.go'), block.replace('package receiver', 'package main'));
      writeFileSync(join(program, 'main.go'), GO_RUNNER);
      expect(await verdicts(GO as string, ['run', '.'], program)).toEqual(expected());
    },
    300_000,
  );

  test('Java, with its standard library', async () => {
    const [block = '', ...more] = blocks(ALERTS, 'java verify');
    expect(more).toEqual([]);
    const program = join(folder, 'Runner.java');
    // Java runs the first class of a file.
    writeFileSync(program, block.replace('final class', `${JAVA_RUNNER}final class`));
    const inArguments = cases.flatMap(({ headers, body, secret, ageSeconds }) => [
      headers['x-exosphere-signature'] ?? '',
      Buffer.from(body).toString('base64'),
      secret,
      String(ageSeconds),
    ]);
    expect(await verdicts('java', [program, ...inArguments])).toEqual(expected());
  });

  test.each([
    ['node', 'ts verify node'],
    ['python', 'python verify'],
    ['go', 'go verify'],
    ['java', 'java verify'],
  ])('the web UI shows the same code: %s', (file, info) => {
    expect(read(`ui/src/pages/webhooks/verification/${file}.txt`)).toBe(blocks(ALERTS, info)[0]);
  });
});

describe('examples', () => {
  test.each([
    ['webhook', '/v1/webhooks', 201],
    ['rule', '/v1/alert-rules', 201],
    ['silence', '/v1/silences', 201],
    ['test', '/v1/alert-rules/test', 200],
    ['event', '/v1/events', 202],
    ['batch', '/v1/events/batch', 202],
  ])('the API takes every example of a %s', async (kind, path, status) => {
    const examples = blocks(ALERTS, `json ${kind}`);
    expect(examples).not.toHaveLength(0);
    for (const example of examples) {
      const answer = await service.api.post(path, ours(example));
      expect({ example, status: answer.status, errors: answer.body.errors }).toEqual({ example, status });
      const entries = (answer.body.items ?? []) as { status: string }[];
      expect(entries.filter((entry) => entry.status !== 'accepted')).toEqual([]);
    }
  });

  test('every file of rules can be read, and its rules saved', async () => {
    const files = blocks(ALERTS, 'yaml rules');
    expect(files).not.toHaveLength(0);
    for (const [name, { webhook_endpoints: _, ...rule }] of files.flatMap((text) => [...readRulesFile(text, ALERTS)])) {
      const body = { ...rule, name, webhook_endpoint_id: endpoint.id };
      const answer = await service.api.post('/v1/alert-rules/validate', body);
      expect({ name, ...answer.body }).toEqual({ name, valid: true, errors: [] });
    }
  });

  test('every condition of the table can be saved', async () => {
    const [, table = ''] = read(ALERTS).split('| condition | matches |');
    const rows = table.split('\n\n')[0]?.split('\n').slice(2) ?? [];
    expect(rows.length).toBeGreaterThan(3);
    for (const [index, text] of rows.entries()) {
      const condition = text.match(/^\| `(.*?)` \|/)?.[1]?.replaceAll('\\|', '|');
      const rule = { name: `row ${index}`, event_type: 'custom.row', webhook_endpoint_id: endpoint.id, condition };
      const { status, body } = await service.api.post('/v1/alert-rules', rule);
      expect({ condition, status, errors: body.errors }).toEqual({ condition, status: 201 });
    }
  });

  test('the calls of README.md work one after the other', async () => {
    for (const block of blocks('README.md', 'sh try')) await makeCalls(block);
  });

  test('the calls of docs/temporal.md work one after the other', async () => {
    const { temporalAddress, temporalNamespace } = testServers();
    const calls = blocks('docs/temporal.md', 'sh try');
    expect(calls.length).toBeGreaterThanOrEqual(4);
    for (const block of calls) {
      const here = block.replace('127.0.0.1:7300', temporalAddress).replace('"default"', `"${temporalNamespace}"`);
      await makeCalls(here);
    }
    const { body } = await service.api.get('/v1/sources/temporal');
    expect(body.items[0]).toMatchObject({ name: 'orders', last_error: null });
  });

  test('the calls and Temporal commands for dead letters work', async () => {
    const id = await makeDeadLetter();
    for (const block of blocks(ALERTS, 'sh try')) await makeCalls(block, { ID: id });
    const another = await makeDeadLetter();
    for (const block of blocks(ALERTS, 'sh temporal')) {
      const { temporalCli: CLI, temporalAddress, temporalNamespace } = testServers();
      const env = { CLI, TEMPORAL_ADDRESS: temporalAddress, TEMPORAL_NAMESPACE: temporalNamespace, ID: another };
      await shell(`temporal() { "$CLI" "$@"; }\n${ours(block)}`, env);
    }
    const attempted = await until(async () => {
      const { body } = await service.api.get(`/v1/deliveries/${another}`);
      return body.attempts.length > 1 && body;
    }, 'the retry by the CLI');
    expect(attempted.round).toBeGreaterThan(1);
    await until(async () => (await service.api.get('/v1/events/n1')).status === 200, 'the event by the CLI');
  });

  async function makeDeadLetter(): Promise<string> {
    const name = `refusing ${Math.random()}`;
    receiver.answer(500);
    const { body: refusing } = await service.api.post('/v1/webhooks', {
      name,
      target_url: receiver.url,
      retry_policy: { maximum_attempts: 1 },
    });
    await service.api.post('/v1/alert-rules', { name, event_type: 'custom.lost', webhook_endpoint_id: refusing.id });
    await service.api.post('/v1/events', { type: 'custom.lost', data: {} });
    const letter = await until(async () => {
      const { body } = await service.api.get(`/v1/dead-letters?endpoint_id=${refusing.id}`);
      return body.items[0] as { id: string } | undefined;
    }, 'the dead letter');
    return letter.id;
  }

  /** Runs a block with a `curl` that only tells its arguments, makes those calls, and expects success. */
  async function makeCalls(block: string, variables: Record<string, string> = {}): Promise<void> {
    // NUL between arguments, and one more after each call; `@-` is what the call gets as input.
    const curl = `curl() { for a; do if [ "$a" = @- ]; then cat; else printf %s "$a"; fi; printf '\\0'; done; printf '\\0'; }`;
    const env = { ALERTS: 'http://127.0.0.1:8080', KEY: API_KEY, ...variables };
    const told = await shell(`${curl}\n${ours(block)}`, env);
    for (const call of told.split('\0\0').filter(Boolean)) {
      const { url, init } = readCurl(call.split('\0'));
      const answer = await until(async () => {
        const { status, body } = await service.api.raw(url.replace('http://127.0.0.1:8080', ''), init);
        // An event can be read once it is recorded, a moment after it was accepted.
        return !(init.method === 'GET' && status === 404) && { status, body };
      }, url);
      expect([200, 201, 202].includes(answer.status) ? undefined : { url, ...answer }).toBeUndefined();
    }
  }

  function readCurl(args: string[]): { url: string; init: RequestInit } {
    const headers: [string, string][] = [];
    let [url, method, body]: (string | undefined)[] = [];
    for (let index = 0; index < args.length; index += 1) {
      const arg = args[index] ?? '';
      if (arg === '-sS') continue;
      if (!arg.startsWith('-')) url = arg;
      else {
        index += 1;
        const value = args[index] ?? '';
        if (arg === '-H') headers.push(value.split(/: (.*)/s, 2) as [string, string]);
        else if (arg === '-d') body = value;
        else if (arg === '-X') method = value;
        else throw new Error(`This test does not know curl ${arg}.`);
      }
    }
    const init = { method: method ?? (body === undefined ? 'GET' : 'POST'), headers, ...(body && { body }) };
    return { url: url ?? '', init };
  }

  const shell = (script: string, env: Record<string, string>) =>
    run('sh', ['-eu', '-c', script], { cwd: folder, env: { PATH: process.env.PATH ?? '', HOME: folder, ...env } });
});
