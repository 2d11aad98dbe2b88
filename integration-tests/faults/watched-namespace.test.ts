import { afterAll, beforeAll, test } from '@jest/globals';
import type { TestDatabase } from '../harness/database.ts';
import { migratedDatabase } from '../harness/migrated-database.ts';
import { killAllStarted } from '../harness/npm-start.ts';
import { type ServiceProcess, startServiceProcess } from '../harness/service-process.ts';
import { type TheirNamespace, theirNamespace } from '../harness/watched/namespace.ts';
import { killedInTheMiddle } from '../harness/watched/scenario.ts';
import { watch } from '../harness/watched/source.ts';

/* The promise of `temporal-source.test.ts` at full size: ends by the thousand, and the process that watches is killed. */

const RUNS = 2_000;

let database: TestDatabase;
let service: ServiceProcess;
let theirs: TheirNamespace;

beforeAll(async () => {
  database = await migratedDatabase();
  [service, theirs] = await Promise.all([startServiceProcess(database.url), theirNamespace('warehouse')]);
  await watch(service.api, { address: theirs.address, namespace: theirs.name });
}, 120_000);
afterAll(async () => {
  await killAllStarted();
  await theirs?.close();
  await database?.drop();
}, 60_000);

test(`${RUNS.toLocaleString('en')} workflows that end in every way are one event each, though the watching process is killed`, async () => {
  await killedInTheMiddle(theirs, database.url, service, RUNS);
}, 900_000);
