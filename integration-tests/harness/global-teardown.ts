import { rmSync } from 'node:fs';
import { runningServers } from './running-servers.ts';

/** Jest's globalTeardown of the integration tests: stops what global-setup.ts started and removes its files. */
export default async function globalTeardown(): Promise<void> {
  const servers = runningServers();
  if (!servers) return;
  for (const stop of servers.stops) await stop();
  rmSync(servers.folder, { recursive: true, force: true });
}
