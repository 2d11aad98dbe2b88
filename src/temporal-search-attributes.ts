import type { Connection } from '@temporalio/client';
import { waitUntil } from './embedded/wait-until.ts';
import { StartError } from './start-error.ts';

/** `temporal.api.enums.v1.IndexedValueType`: the types of search attributes and their numbers in the API. */
export const TYPE_NUMBERS = { Text: 1, Keyword: 2, Int: 3, Double: 4, Bool: 5, Datetime: 6, KeywordList: 7 } as const;

/** Search attributes by name, such as `{ExosphereNamespace: 'Keyword'}`. */
export type SearchAttributeTypes = Record<string, keyof typeof TYPE_NUMBERS>;

/** A server tells itself about new attributes by a cache; its refresh took under a second wherever we measured. */
const USABLE_WITHIN_MS = 30_000;

/**
 * Registers in a namespace the search attributes it lacks, and waits until queries know them all.
 *
 * `temporal server start-dev --search-attribute` does it for a new database only: a namespace that exists already keeps
 * the set it was made with.
 *
 * @throws StartError when an attribute is registered with another type, or does not become usable
 */
export async function ensureSearchAttributes(
  connection: Connection,
  namespace: string,
  wanted: SearchAttributeTypes,
): Promise<void> {
  const names = Object.keys(wanted);
  if (names.length === 0) return;
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  for (const name of names) {
    const registered = customAttributes[name];
    if (registered === undefined || registered === TYPE_NUMBERS[wanted[name]!]) continue;
    throw new StartError(
      `The search attribute ${name} of Temporal namespace ${namespace} is not of type ${wanted[name]}.`,
      'Remove that search attribute from the namespace, or set TEMPORAL_NAMESPACE to another one.',
    );
  }
  const missing = names.filter((name) => customAttributes[name] === undefined);
  if (missing.length > 0) {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map((name) => [name, TYPE_NUMBERS[wanted[name]!]])),
    });
  }
  const query = names.map((name) => `${name} IS NULL`).join(' AND ');
  const usable = await waitUntil(() => accepts(connection, namespace, query), { timeoutMs: USABLE_WITHIN_MS });
  if (usable) return;
  throw new StartError(
    `Temporal does not take the search attributes ${names.join(', ')} in namespace ${namespace}.`,
    'Try again; if that does not help, read the log of the Temporal server (of the local one: move its database in the data folder away).',
  );
}

async function accepts(connection: Connection, namespace: string, query: string): Promise<boolean> {
  try {
    await connection.workflowService.countWorkflowExecutions({ namespace, query });
    return true;
  } catch {
    // An unknown attribute, or a namespace that is not known everywhere yet.
    return false;
  }
}
