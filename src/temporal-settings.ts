import { readFileSync } from 'node:fs';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { StartError } from './start-error.ts';

const FILES = ['TEMPORAL_TLS_SERVER_CA_CERT_PATH', 'TEMPORAL_TLS_CLIENT_CERT_PATH', 'TEMPORAL_TLS_CLIENT_KEY_PATH'];

/**
 * How to connect to Temporal: address, TLS and API key by Temporal's own names (`TEMPORAL_TLS*`, `TEMPORAL_API_KEY`), read
 * by Temporal's own reader. An empty setting counts as unset. An API key alone turns TLS on.
 *
 * @throws StartError that names the setting
 */
export function temporalConnection(env: Record<string, string | undefined>) {
  const present = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => (entry[1] ?? '').trim() !== ''),
  );
  for (const name of FILES) requireReadable(name, present[name]);
  requirePair(present);
  if (/^(1|true|yes|on)$/i.test(present.TEMPORAL_TLS_DISABLE_HOST_VERIFICATION ?? '')) {
    throw new StartError(
      'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION is not supported: the server is always verified.',
      'Unset it; give its authority by TEMPORAL_TLS_SERVER_CA_CERT_PATH and its name by TEMPORAL_TLS_SERVER_NAME.',
    );
  }
  try {
    return loadClientConnectConfig({ disableFile: true, overrideEnvVars: present }).connectionOptions;
  } catch (cause) {
    throw new StartError(
      `Wrong TEMPORAL_* setting: ${(cause as Error).message}.`,
      'Correct or unset it and start again.',
    );
  }
}

function requireReadable(name: string, path: string | undefined): void {
  if (path === undefined) return;
  try {
    readFileSync(path);
  } catch (cause) {
    throw new StartError(
      `${name} cannot be read (${(cause as NodeJS.ErrnoException).code}): ${path}.`,
      'Set it to a PEM file that the service may read.',
      { cause },
    );
  }
}

/** The reader itself would leave a certificate without its key aside, and a key without its certificate. */
function requirePair(present: Record<string, string>): void {
  const isThere = (part: string) =>
    [`${part}_PATH`, `${part}_DATA`].some((name) => present[`TEMPORAL_TLS_CLIENT_${name}`] !== undefined);
  if (isThere('CERT') === isThere('KEY')) return;
  const missing = isThere('CERT') ? 'TEMPORAL_TLS_CLIENT_KEY' : 'TEMPORAL_TLS_CLIENT_CERT';
  throw new StartError(
    `${missing}_PATH is not set, and a client certificate needs both parts.`,
    `Set ${missing}_PATH or ${missing}_DATA.`,
  );
}
