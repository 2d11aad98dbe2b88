/*
 * `npm run temporal:setup [-- --create-namespace [--retention 30d]]`: registers the search attributes of temporal-config/
 * in the namespace TEMPORAL_NAMESPACE of the Temporal at TEMPORAL_ADDRESS, and makes that namespace first if told to. What is
 * there already stays as it is, so it can run before every roll-out. The embedded Temporal needs none of it.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { parseDuration } from '../src/domain/duration.ts';
import { waitUntil } from '../src/embedded/wait-until.ts';
import { StartError } from '../src/start-error.ts';
import { ensureSearchAttributes, type SearchAttributeTypes } from '../src/temporal-search-attributes.ts';
import { temporalConnection } from '../src/temporal-settings.ts';

const USAGE = 'Usage: npm run temporal:setup [-- --create-namespace [--retention 30d]]';
const DECLARED = new URL('../temporal-config/search-attributes.json', import.meta.url);
/** A server reads its list of namespaces anew every few seconds. */
const KNOWN_WITHIN_MS = 30_000;
const ANSWERS_WITHIN_MS = 10_000;
/** Codes of gRPC: https://grpc.io/docs/guides/status-codes/ */
const GRPC = { notFound: 5, alreadyExists: 6, permissionDenied: 7, unimplemented: 12, unauthenticated: 16 };

const say = (line: string) => process.stdout.write(`${line}\n`);

try {
  await setUp(readOptions(process.argv.slice(2)), process.env);
} catch (error) {
  const known = error instanceof StartError;
  process.stderr.write(known ? `${error.message}\n${error.remedy}\n` : `${(error as Error).stack}\n`);
  process.exitCode = 1;
}

async function setUp(options: { retentionMs?: number }, env: NodeJS.ProcessEnv): Promise<void> {
  const address = env.TEMPORAL_ADDRESS;
  if (!address) throw new StartError('TEMPORAL_ADDRESS is not set.', 'Set it to host:port of the Temporal to prepare.');
  const namespace = env.TEMPORAL_NAMESPACE || 'default';
  const attributes: SearchAttributeTypes = JSON.parse(readFileSync(DECLARED, 'utf8'));

  const connection = await connect(env, address);
  try {
    if (options.retentionMs !== undefined) await createNamespace(connection, namespace, options.retentionMs);
    await ensureSearchAttributes(connection, namespace, attributes);
    say(`Namespace ${namespace} on ${address} has the search attributes ${Object.keys(attributes).join(', ')}.`);
  } catch (error) {
    throw explain(error, namespace);
  } finally {
    await connection.close();
  }
}

function readOptions(args: string[]): { retentionMs?: number } {
  try {
    const { values } = parseArgs({
      args,
      options: { 'create-namespace': { type: 'boolean' }, retention: { type: 'string' } },
    });
    if (!values['create-namespace']) {
      if (values.retention !== undefined) throw new Error('--retention needs --create-namespace');
      return {};
    }
    return { retentionMs: parseDuration(values.retention ?? '30d') };
  } catch (error) {
    throw new StartError((error as Error).message, USAGE, { cause: error });
  }
}

async function connect(env: NodeJS.ProcessEnv, address: string): Promise<Connection> {
  try {
    return await Connection.connect({ ...temporalConnection(env), connectTimeout: ANSWERS_WITHIN_MS });
  } catch (cause) {
    if (cause instanceof StartError) throw cause;
    throw new StartError(
      `Temporal at ${address} does not answer: ${(cause as Error).message}.`,
      'Check TEMPORAL_ADDRESS, the TEMPORAL_TLS* settings and TEMPORAL_API_KEY, and that the server is up.',
      { cause },
    );
  }
}

async function createNamespace(connection: Connection, namespace: string, retentionMs: number): Promise<void> {
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      description: 'Exosphere Alerts',
      workflowExecutionRetentionPeriod: msToTs(retentionMs),
    });
    say(`Made the namespace ${namespace}.`);
  } catch (error) {
    if (codeOf(error) !== GRPC.alreadyExists) throw error;
    say(`The namespace ${namespace} is there already; its retention stays as it is.`);
  }
  await waitUntil(() => isKnown(connection, namespace), { timeoutMs: KNOWN_WITHIN_MS, everyMs: 250 });
}

async function isKnown(connection: Connection, namespace: string): Promise<boolean> {
  try {
    await connection.operatorService.listSearchAttributes({ namespace });
    return true;
  } catch (error) {
    if (codeOf(error) === GRPC.notFound) return false;
    throw error;
  }
}

/** Says what a person can do about the server's refusal. */
function explain(error: unknown, namespace: string): unknown {
  if (error instanceof StartError) return error;
  const refused = `Temporal refused: ${(error as { details?: string }).details || (error as Error).message}.`;
  switch (codeOf(error)) {
    case GRPC.notFound:
      return new StartError(
        `Temporal has no namespace ${namespace}.`,
        'Correct TEMPORAL_NAMESPACE, or make it: npm run temporal:setup -- --create-namespace --retention 30d',
        { cause: error },
      );
    case GRPC.permissionDenied:
    case GRPC.unauthenticated:
    case GRPC.unimplemented:
      return new StartError(
        refused,
        'Use credentials that may administer the namespace. In Temporal Cloud add namespace and search attributes with its own UI or CLI.',
        { cause: error },
      );
    default:
      return error;
  }
}

function codeOf(error: unknown): number | undefined {
  return (error as { code?: number }).code;
}
