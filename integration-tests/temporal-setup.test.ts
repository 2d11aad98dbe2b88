import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Connection } from '@temporalio/client';
import { TYPE_NUMBERS } from '../src/temporal-search-attributes.ts';
import { ROOT, searchAttributes } from './harness/repository.ts';
import { testServers } from './harness/servers.ts';

/* `npm run temporal:setup`, as an operator runs it before every roll-out. */

const DAY_S = 86_400;
const LONG = 120_000;

let connection: Connection;
beforeAll(async () => {
  connection = await Connection.connect({ address: testServers().temporalAddress });
});
afterAll(() => connection?.close());

const newNamespace = () => `it-setup-${randomBytes(4).toString('hex')}`;

function setUp(namespace: string, ...args: string[]) {
  const { PATH } = process.env;
  const env = { PATH, TEMPORAL_ADDRESS: testServers().temporalAddress, TEMPORAL_NAMESPACE: namespace };
  const script = join(ROOT, 'scripts', 'register-search-attributes.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { env, encoding: 'utf8' });
  return { status, said: stdout.trim().split('\n'), complained: stderr };
}

/** What the server has of a namespace. */
async function known(namespace: string) {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  return { customAttributes, retentionS: Number(config?.workflowExecutionRetentionTtl?.seconds) };
}

test(
  'makes a namespace with its search attributes; once more, it leaves both as they are',
  async () => {
    const namespace = newNamespace();
    const has = expect.stringMatching(new RegExp(`^Namespace ${namespace} on .+ has the search attributes Exosphere`));
    const made = setUp(namespace, '--create-namespace', '--retention', '3d');
    expect(made).toEqual({ status: 0, said: [`Made the namespace ${namespace}.`, has], complained: '' });
    const wanted = Object.entries(searchAttributes()).map(([name, type]) => [name, TYPE_NUMBERS[type]]);
    const first = await known(namespace);
    expect(first).toEqual({
      customAttributes: expect.objectContaining(Object.fromEntries(wanted)),
      retentionS: 3 * DAY_S,
    });

    const again = setUp(namespace, '--create-namespace', '--retention', '9d');
    const stays = `The namespace ${namespace} is there already; its retention stays as it is.`;
    expect(again).toEqual({ status: 0, said: [stays, has], complained: '' });
    expect(setUp(namespace)).toEqual({ status: 0, said: [has], complained: '' });
    expect(await known(namespace)).toEqual(first);
  },
  LONG,
);

test(
  'says what to do where there is no such namespace, and makes none',
  () => {
    const namespace = newNamespace();
    const { status, complained } = setUp(namespace);
    expect(status).toBe(1);
    expect(complained).toContain(`Temporal has no namespace ${namespace}.\n`);
    expect(complained).toContain('--create-namespace --retention 30d');
    expect(setUp(namespace).status).toBe(1);
  },
  LONG,
);

test('takes no retention for a namespace that it is not to make', () => {
  expect(setUp('default', '--retention', '3d')).toMatchObject({
    status: 1,
    complained: expect.stringMatching(/^--retention needs --create-namespace\nUsage: /),
  });
});
