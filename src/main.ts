import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import pino, { type Logger } from 'pino';
import { banner } from './banner.ts';
import { type Config, loadConfig } from './config.ts';
import { startEmbeddedParts } from './embedded/index.ts';
import { keepEmbeddedKeys } from './embedded/keys.ts';
import type { SdkMetrics } from './metrics/sdk.ts';
import { inboxRouter } from './sample/inbox.ts';
import { makeSample } from './sample/make-sample.ts';
import { readSampleState, writeSampleState } from './sample/state.ts';
import { installSdk } from './sdk-runtime.ts';
import { startService } from './service.ts';
import { StartError } from './start-error.ts';
import { stopOnSignals, unlessStoppedFor, untilStopped } from './stop-signals.ts';
import { startTracing } from './tracing/index.ts';

/* `npm start`: the process. The only place that touches the process itself: arguments, environment, signals, exit code. */

const ROOT = join(import.meta.dirname, '..');

/** What a start that is under way is given to notice a signal; it has taken nothing on yet. */
const GIVE_UP_START_MS = 3_000;

const say = (line: string) => void process.stdout.write(`${line}\n`);
const stopping = stopOnSignals();
try {
  await main();
} catch (error) {
  if (!stopping.aborted) {
    process.exitCode = 1;
    process.stderr.write(explain(error));
  }
}
// A start that was given up, waiting for a server, must not keep the process.
if (stopping.aborted) setTimeout(() => process.exit(), 1_000).unref();

async function main(): Promise<void> {
  const { withSample, dataDir } = readArguments();
  const config = loadConfig(process.env, dataDir);
  const log = createLog(config);
  const sdkMetrics = await installSdk(log, portsOf(config));
  /** In the order of their beginnings; the last to begin ends first. */
  const ends: (() => Promise<unknown>)[] = [];
  const failures: unknown[] = [];
  try {
    const parts = await startEmbeddedParts(config, { say, randomBytes, signal: stopping });
    ends.push(parts.stop);
    await serve(config, parts, log, sdkMetrics, withSample, ends);
  } catch (error) {
    failures.push(error);
  }
  // One that cannot end keeps no other from it.
  for (const end of ends.reverse()) await end().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

function portsOf({ http, postgresPort, temporal }: Config): number[] {
  return [http.port, postgresPort, temporal.port, temporal.uiPort];
}

type Parts = Awaited<ReturnType<typeof startEmbeddedParts>>;

async function serve(
  config: Config,
  parts: Parts,
  log: Logger,
  sdkMetrics: SdkMetrics | undefined,
  withSample: boolean,
  ends: (() => Promise<unknown>)[],
): Promise<void> {
  const keys = config.embedded ? keepEmbeddedKeys(config.dataDir, randomBytes) : undefined;
  const sampleFile = join(config.dataDir, 'sample.json');
  const sample = config.embedded ? readSampleState(sampleFile, randomBytes) : undefined;
  const apiKey = config.apiKey ?? keys?.apiKey;
  const uiUrl = config.temporal.uiUrl ?? parts.temporal?.uiUrl;
  const spans = await startTracing(config.tracing, { log, role: config.role });
  ends.push(spans.close);
  const starting = startService({
    role: config.role,
    http: config.http,
    publicUrl: config.publicUrl,
    databaseUrl: config.databaseUrl ?? (parts.databaseUrl as string),
    temporal: {
      connection: config.temporal.connectionOptions ?? { address: parts.temporal?.address as string },
      namespace: config.temporal.namespace,
      uiUrl,
      deploymentName: config.temporal.deploymentName,
    },
    apiKey,
    encryptionKeys: config.encryptionKeys ?? (keys?.encryptionKeys as string),
    allowHttp: config.allowHttp,
    allowedSubnets: config.allowedSubnets,
    retention: config.retention,
    eventsPerSecond: config.eventsPerSecond,
    log,
    now: Date.now,
    random: Math.random,
    randomBytes,
    tracing: spans.tracing,
    sdkMetrics,
    processMetrics: true,
    ...(sample && { extra: [{ path: '/inbox', router: inboxRouter({ secret: sample.secret, say, now: Date.now }) }] }),
  });
  const service = await unlessStoppedFor(GIVE_UP_START_MS, stopping, starting);
  if (service === undefined) return;
  ends.push(() => {
    if (stopping.aborted) say('Stopping: letting requests under way end…');
    return service.stop();
  });
  if (stopping.aborted) return;
  if (keys && sample && apiKey !== undefined) {
    const shown = keys.isNew && config.apiKey === undefined;
    const keyFile = pathToShow(keys.apiKeyFile);
    const facts = {
      url: service.url,
      temporalUiUrl: uiUrl,
      apiKey: shown ? { shown: apiKey } : { keptIn: config.apiKey === undefined ? keyFile : 'EXOSPHERE_API_KEY' },
      apiKeyInShell: config.apiKey === undefined ? `$(cat ${keyFile})` : '$EXOSPHERE_API_KEY',
      allowedSubnets: config.allowedSubnets,
      logFile: pathToShow(logFileOf(config)),
    };
    for (const line of banner(facts)) say(line);
    if (!sample.made && withSample && config.role === 'all') {
      say('Sending a sample event to the built-in inbox (none: npm start -- --no-sample)…');
      await makeSample({ url: service.url, apiKey, secret: sample.secret });
      say('The flaky inbox refuses 3 attempts: its delivery then waits as a dead letter. In the Temporal UI open its');
      say(`workflow dead-letter/…, More Actions → Send a Signal → retry, and watch it arrive here: ${uiUrl}`);
    }
    if (!sample.made) writeSampleState(sampleFile, { ...sample, made: true });
  } else {
    log.info({ url: service.url }, 'running');
  }
  await Promise.race([service.done, parts.failed, untilStopped(stopping)]);
}

function readArguments(): { withSample: boolean; dataDir: string } {
  try {
    const { values } = parseArgs({ options: { 'no-sample': { type: 'boolean' }, 'data-dir': { type: 'string' } } });
    return { withSample: !values['no-sample'], dataDir: resolve(values['data-dir'] ?? join(ROOT, '.data')) };
  } catch (cause) {
    throw new StartError(
      `${(cause as Error).message.split('. ')[0]}.`,
      'The options are: npm start -- [--no-sample] [--data-dir <folder of the embedded parts>]',
      { cause },
    );
  }
}

/** The embedded default is watched by a person: its log goes to a file, and only what is wrong to the screen. */
function createLog(config: Config): Logger {
  const base = { level: config.logLevel, base: { role: config.role }, timestamp: pino.stdTimeFunctions.isoTime };
  if (!config.embedded) return pino(base);
  mkdirSync(config.dataDir, { recursive: true });
  return pino(
    base,
    pino.multistream([
      {
        level: config.logLevel === 'silent' ? 'fatal' : config.logLevel,
        stream: pino.destination({ dest: logFileOf(config), sync: false }),
      },
      { level: 'error', stream: process.stderr },
    ]),
  );
}

/** Short where it lies below the folder that the person is in, whole elsewhere. */
function pathToShow(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}

function logFileOf(config: Config): string {
  return join(config.dataDir, 'service.log');
}

function explain(error: unknown): string {
  if (error instanceof StartError) return `\n${error.message} ${error.remedy}\n`;
  return `\nExosphere Alerts stopped on an error of its own:\n${error instanceof Error ? error.stack : String(error)}\n`;
}
