/**
 * The tenant boundary, in two locks. Whatever the ORM asks for carries a filter on the namespace, which an EntityManager
 * without a namespace refuses to make up; and PostgreSQL's row-level security shows a session the rows of the namespace
 * that its transaction names, and none where it names none. What works for all namespaces at once (the worker's batches,
 * sweeps, retention, the look-up of an API key) does so by a second role. Neither role owns a table.
 */

/** What a request of one namespace works as, within transactions that name the namespace. */
export const SERVICE_ROLE = 'exosphere_service';
/** What every connection works as unless it says otherwise: all namespaces, for jobs that belong to none. */
export const WORKER_ROLE = 'exosphere_worker';
/** The setting that names a transaction's namespace. */
export const NAMESPACE_SETTING = 'exosphere.namespace';

/** As `''` is no namespace, an unset setting and one that an earlier transaction has left behind both match nothing. */
const isOurs = `namespace = current_setting('${NAMESPACE_SETTING}', true)`;

/** The part of an entity's definition that keeps its rows within their namespace. */
export const tenancy = {
  // For the owner too, so that a connection that forgot its role sees nothing.
  rowLevelSecurity: 'force' as const,
  policies: [
    { name: 'own_namespace', roles: [SERVICE_ROLE], using: isOurs, check: isOurs },
    { name: 'all_namespaces', roles: [WORKER_ROLE], using: 'true', check: 'true' },
  ],
  filters: {
    namespace: {
      name: 'namespace',
      cond: ({ namespace }: { namespace: string }) => ({ namespace }),
      default: true,
    },
  },
};
