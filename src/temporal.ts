import { fileURLToPath } from 'node:url';
import { Client, type ConnectionOptions } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import searchAttributes from '../temporal-config/search-attributes.json' with { type: 'json' };
import { StartError } from './start-error.ts';
import { addressOf, diagnoseTemporal, targetOf } from './temporal-diagnosis.ts';

/** How payloads become values, for clients and workers alike. */
export const dataConverter = {
  payloadConverterPath: fileURLToPath(new URL('../workflows/payload-converter.ts', import.meta.url)),
};

/** The service's one connection to Temporal, used by its client and its worker: only then can a start be eager. */
export interface Temporal {
  connection: NativeConnection;
  client: Client;
  namespace: string;
}

/**
 * Connects, and makes sure that the namespace is there with the search attributes that the workflows set.
 *
 * @param options Temporal's own connection options (address, TLS, API key)
 * @throws StartError when Temporal cannot be reached, or the namespace or a search attribute is missing
 */
export async function connectTemporal(options: ConnectionOptions, namespace: string): Promise<Temporal> {
  const { tls, apiKey, metadata } = options;
  const address = addressOf(targetOf(options.address));
  let connection: NativeConnection;
  try {
    connection = await NativeConnection.connect({
      address,
      ...(tls === undefined ? {} : { tls }),
      ...(typeof apiKey === 'string' ? { apiKey } : {}),
      ...(metadata === undefined ? {} : { metadata }),
    });
  } catch (cause) {
    const found = await diagnoseTemporal(options);
    throw new StartError(
      `Temporal cannot be reached at ${address}: ${found?.why ?? (cause as Error).message}.`,
      found?.remedy ??
        'Check TEMPORAL_ADDRESS and the TEMPORAL_TLS and TEMPORAL_API_KEY settings, and that the server runs.',
      { cause },
    );
  }
  try {
    await requireNamespace(connection, namespace);
    const client = new Client({ connection, namespace, dataConverter });
    return { connection, client, namespace };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** Fails the start, not the first event, where the cluster was not set up. */
async function requireNamespace(connection: NativeConnection, namespace: string): Promise<void> {
  let missing: string[];
  try {
    await connection.workflowService.describeNamespace({ namespace });
    missing = await missingSearchAttributes(connection, namespace);
  } catch (cause) {
    throw new StartError(
      `Temporal has no usable namespace "${namespace}": ${(cause as Error).message}.`,
      'Make it with: npm run temporal:setup, or set TEMPORAL_NAMESPACE to one that exists.',
      { cause },
    );
  }
  if (missing.length === 0) return;
  throw new StartError(
    `The Temporal namespace "${namespace}" lacks the search attributes ${missing.join(', ')}.`,
    'Register them with: npm run temporal:setup',
  );
}

async function missingSearchAttributes(connection: NativeConnection, namespace: string): Promise<string[]> {
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    return Object.keys(searchAttributes).filter((name) => customAttributes[name] === undefined);
  } catch {
    // Temporal Cloud does not offer this call; there the first start of a workflow would tell.
    return [];
  }
}

/** Whether Temporal answers. @param deadline epoch ms until which to wait for it */
export async function isTemporalReachable({ connection, namespace }: Temporal, deadline: number): Promise<boolean> {
  try {
    await connection.withDeadline(deadline, () => connection.workflowService.describeNamespace({ namespace }));
    return true;
  } catch {
    return false;
  }
}
