import { z } from 'zod';
import { createAddressPolicy } from './domain/address-ranges.ts';
import { StartError } from './start-error.ts';
import { parseKeyring } from './store/seal.ts';
import { temporalConnection } from './temporal-settings.ts';
import { readTracingSettings } from './tracing/settings.ts';
import { urlHost } from './url-host.ts';

/** Everything that the process reads from its environment, parsed once. See `docs/operations.md` for each name. */
export type Config = ReturnType<typeof loadConfig>;

type Environment = Record<string, string | undefined>;

const port = (fallback: number) => z.coerce.number().int().min(0).max(65535).default(fallback);
const days = (fallback: number) => z.coerce.number().int().min(0).max(36_500).default(fallback);
const absent = (text: unknown) => (typeof text === 'string' && text.trim() === '' ? undefined : text);
const flag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);

const settings = z.object({
  PORT: port(8080),
  HOST: z.string().default('127.0.0.1'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgres:// or postgresql://')
    .optional(),
  TEMPORAL_ADDRESS: z
    .string()
    .regex(/^[^\s/]+:\d{1,5}$/, 'must be host:port, without a scheme')
    .optional(),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  TEMPORAL_UI_URL: z.url().optional(),
  TEMPORAL_CLI_PATH: z.string().optional(),
  PATH: z.string().default(''),
  EXOSPHERE_TEMPORAL_PORT: port(7233),
  EXOSPHERE_TEMPORAL_UI_PORT: port(8233),
  EXOSPHERE_POSTGRES_PORT: port(54329),
  EXOSPHERE_ROLE: z.enum(['all', 'api', 'worker']).default('all'),
  // Temporal joins it with the version by a dot.
  EXOSPHERE_DEPLOYMENT_NAME: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,100}$/, 'must be 1 to 100 letters, digits, hyphens and underscores')
    .optional(),
  EXOSPHERE_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  EXOSPHERE_API_KEY: z
    .string()
    .trim()
    .min(32, 'needs at least 32 characters')
    // What a header can carry as it is.
    .regex(/^[\x21-\x7e]*$/, 'must be of visible ASCII characters without spaces')
    .optional(),
  EXOSPHERE_ENCRYPTION_KEYS: z
    .string()
    .refine(isKeyring, 'must be kid:base64 of 32 bytes[,older…]; make one with: echo k1:$(openssl rand -base64 32)')
    .optional(),
  EXOSPHERE_ALLOW_HTTP: flag.optional(),
  EXOSPHERE_ALLOWED_SUBNETS: list.refine(areSubnets, 'must be CIDRs such as 10.1.0.0/16,fd00::/8').optional(),
  EXOSPHERE_TRUSTED_PROXIES: list.refine(areSubnets, 'must be CIDRs such as 10.1.0.0/16,fd00::/8').default([]),
  EXOSPHERE_RETENTION_DAYS: days(30),
  EXOSPHERE_DEDUP_DAYS: days(30),
  EXOSPHERE_DEAD_LETTER_DAYS: days(0),
  EXOSPHERE_EVENTS_PER_SECOND: z.coerce.number().int().min(0).max(1_000_000).default(0),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

/**
 * Reads and checks the settings. The only place that knows their names.
 *
 * `embedded` is true when neither `DATABASE_URL` nor `TEMPORAL_ADDRESS` is set: the default for a first look,
 * which runs its own PostgreSQL and Temporal and may deliver to this machine over plain http.
 *
 * @param env the process's environment
 * @param dataDir folder of the embedded parts, absolute
 * @throws StartError naming each wrong setting
 */
export function loadConfig(env: Environment, dataDir: string) {
  const known = Object.fromEntries(Object.keys(settings.shape).map((name) => [name, absent(env[name])]));
  const parsed = settings.safeParse(known);
  const tracing = readTracingSettings(env);
  if (!parsed.success || tracing.faults.length > 0) {
    const faults = [
      ...(parsed.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`),
      ...tracing.faults.map(({ name, message }) => `${name}: ${message}`),
    ];
    throw new StartError(`Wrong setting: ${faults.join('; ')}.`, 'Correct or unset it and start again.');
  }
  const value = parsed.data;
  const embedded = !value.DATABASE_URL && !value.TEMPORAL_ADDRESS;
  if (!embedded) {
    requireOutsideEmbedded(
      'EXOSPHERE_ENCRYPTION_KEYS',
      value.EXOSPHERE_ENCRYPTION_KEYS,
      'echo k1:$(openssl rand -base64 32)',
    );
    if (value.EXOSPHERE_ROLE !== 'worker')
      requireOutsideEmbedded('EXOSPHERE_API_KEY', value.EXOSPHERE_API_KEY, 'openssl rand -hex 32');
  }
  return {
    embedded,
    dataDir,
    role: value.EXOSPHERE_ROLE,
    http: { host: value.HOST, port: value.PORT, trustedProxies: value.EXOSPHERE_TRUSTED_PROXIES },
    publicUrl:
      value.EXOSPHERE_PUBLIC_URL?.replace(/\/+$/, '') ?? (embedded ? ownUrl(value.HOST, value.PORT) : undefined),
    databaseUrl: value.DATABASE_URL,
    postgresPort: value.EXOSPHERE_POSTGRES_PORT,
    temporal: {
      address: value.TEMPORAL_ADDRESS,
      namespace: value.TEMPORAL_NAMESPACE,
      uiUrl: value.TEMPORAL_UI_URL?.replace(/\/+$/, ''),
      port: value.EXOSPHERE_TEMPORAL_PORT,
      uiPort: value.EXOSPHERE_TEMPORAL_UI_PORT,
      cliPath: value.TEMPORAL_CLI_PATH,
      pathEnv: value.PATH,
      connectionOptions: value.TEMPORAL_ADDRESS ? temporalConnection(env) : undefined,
      deploymentName: value.EXOSPHERE_DEPLOYMENT_NAME,
    },
    apiKey: value.EXOSPHERE_API_KEY,
    encryptionKeys: value.EXOSPHERE_ENCRYPTION_KEYS,
    allowHttp: value.EXOSPHERE_ALLOW_HTTP ?? embedded,
    allowedSubnets: value.EXOSPHERE_ALLOWED_SUBNETS ?? (embedded ? ['127.0.0.0/8', '::1/128'] : []),
    retention: {
      days: value.EXOSPHERE_RETENTION_DAYS,
      dedupDays: value.EXOSPHERE_DEDUP_DAYS,
      deadLetterDays: value.EXOSPHERE_DEAD_LETTER_DAYS,
    },
    eventsPerSecond: value.EXOSPHERE_EVENTS_PER_SECOND,
    logLevel: value.LOG_LEVEL,
    tracing: tracing.settings,
  };
}

/** The embedded default is used on this very machine, so its links may lead here; a port that is not known yet cannot. */
const ownUrl = (host: string, port: number) => (port === 0 ? undefined : `http://${urlHost(host)}:${port}`);

function requireOutsideEmbedded(name: string, value: string | undefined, command: string): void {
  if (value) return;
  throw new StartError(
    `${name} is not set, and it is required with DATABASE_URL or TEMPORAL_ADDRESS.`,
    `Make one: ${command}`,
  );
}

function isKeyring(text: string): boolean {
  try {
    parseKeyring(text);
    return true;
  } catch {
    return false;
  }
}

function areSubnets(subnets: string[]): boolean {
  try {
    createAddressPolicy({ allowedSubnets: subnets });
    return true;
  } catch {
    return false;
  }
}
