/** What global-setup.ts has started and global-teardown.ts stops. */
export type RunningServers = {
  /** Temporary folder of the servers. */
  folder: string;
  /** What to call, in this order, to stop them. */
  stops: (() => Promise<void>)[];
};

const KEY = Symbol.for('exosphere.integration-tests.running-servers');

/** Jest loads setup and teardown as modules of their own, in one process: the global object is what they share. */
const shared = globalThis as { [KEY]?: RunningServers };

/** Keeps the servers for {@link runningServers}. */
export function rememberServers(servers: RunningServers): void {
  shared[KEY] = servers;
}

/** The servers of this test run, `undefined` when none were started. */
export function runningServers(): RunningServers | undefined {
  return shared[KEY];
}
