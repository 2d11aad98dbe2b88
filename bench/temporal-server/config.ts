import { fileURLToPath } from 'node:url';
import type { Databases } from './databases.ts';

/** Each of Temporal's services listens on two ports, one for calls and one to find the other services. */
const SERVICES = ['frontend', 'history', 'matching', 'worker'] as const;

/** How many ports a server needs. */
export const PORTS = 2 * SERVICES.length;

/** What we ask of a self-hosted server (fairness among it). An eager start is on by the server's own default. */
const DYNAMIC_CONFIG = fileURLToPath(new URL('../../temporal-config/dynamic-config.yaml', import.meta.url));

/** It cannot be changed later; four is what Temporal's own single-machine configurations have. */
const HISTORY_SHARDS = 4;

/**
 * Connections of each service to each database. Every service has pools of its own, so PostgreSQL sees up to four times
 * as many; it takes 100 by default, and the programs under test need some.
 */
const CONNECTIONS = { main: 12, visibility: 4 };

/**
 * Configuration of a Temporal server with its four services in one process, on 127.0.0.1 only.
 *
 * @param ports as many free ports as `PORTS` says; clients connect to the first
 * @returns text for its file: JSON, which is YAML too
 */
export function serverConfig({ sql, main, visibility }: Databases, ports: readonly number[]): string {
  const store = (databaseName: string, connections: number) => ({
    sql: {
      pluginName: sql.plugin,
      databaseName,
      connectAddr: `${sql.host}:${sql.port}`,
      connectProtocol: 'tcp',
      user: sql.user,
      password: sql.password,
      maxConns: connections,
      maxIdleConns: connections,
      maxConnLifetime: '1h',
    },
  });
  const config = {
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'main',
      visibilityStore: 'visibility',
      numHistoryShards: HISTORY_SHARDS,
      datastores: {
        main: store(main, CONNECTIONS.main),
        visibility: store(visibility, CONNECTIONS.visibility),
      },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: Object.fromEntries(
      SERVICES.map((name, index) => [
        name,
        { rpc: { grpcPort: ports[2 * index], membershipPort: ports[2 * index + 1], bindOnLocalHost: true } },
      ]),
    ),
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: {
          enabled: true,
          initialFailoverVersion: 1,
          rpcName: 'frontend',
          rpcAddress: `127.0.0.1:${ports[0]}`,
        },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    dynamicConfigClient: { filepath: DYNAMIC_CONFIG, pollInterval: '60s' },
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
