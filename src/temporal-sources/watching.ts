import type { Client } from '@temporalio/client';
import { createSourceActivities } from '../../activities/temporal-source/index.ts';
import type { AddressPolicy } from '../domain/address-ranges.ts';
import type { EventLists } from '../event-lists.ts';
import type { Metrics } from '../metrics/index.ts';
import type { ServiceOptions } from '../service-options.ts';
import type { Sealer } from '../store/seal.ts';
import type { Sql } from '../store/sql.ts';
import { createTemporalSourceLog } from '../store/temporal-source-log.ts';
import { connectToSource, sourceFaultOf } from './connect.ts';
import { createTemporalSourceControl } from './control.ts';
import { createSourceEmit } from './emit.ts';
import { createSourceKeeper } from './keep.ts';

/** What a worker needs to watch Temporal namespaces. */
export interface WatchingDeps {
  options: Pick<ServiceOptions, 'allowHttp' | 'temporal' | 'now' | 'random'>;
  sql: Sql;
  client: Client;
  addressPolicy: AddressPolicy;
  sealer: Sealer;
  lists: EventLists;
  metrics: Metrics;
}

/** @returns the activities that watch, with `close`, which ends them; and `keep`, a round that begins what is not watched */
export function createWatching({ options, sql, client, addressPolicy, sealer, lists, metrics }: WatchingDeps) {
  const { allowHttp, temporal, now, random } = options;
  const sourceLog = createTemporalSourceLog(sql);
  const { activities, close } = createSourceActivities({
    sourceLog,
    connect: (source) => connectToSource(source, { addressPolicy, sealer, allowHttp }),
    explain(error, source) {
      const { path, message } = sourceFaultOf(error, source, sealer);
      return `${path} ${message}`;
    },
    emit: createSourceEmit({ client, lists }),
    own: { address: temporal.connection.address, uiUrl: temporal.uiUrl },
    now,
    steadyNow: () => performance.now(),
    random,
    count: metrics.source,
  });
  const keep = createSourceKeeper({ sourceLog, control: createTemporalSourceControl({ client, now }) });
  return { activities, close, keep };
}
