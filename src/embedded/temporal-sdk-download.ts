// Run as a process of its own (see temporal-cli-download.ts): node temporal-sdk-download.ts <folder>
// Makes Temporal's SDK download the Temporal CLI into the folder. Its downloader can be reached in one way only:
// starting a development server from a "cached download", which is stopped again at once.
import { Runtime } from '@temporalio/worker';
import workerPackage from '@temporalio/worker/package.json' with { type: 'json' };

const [folder] = process.argv.slice(2);
const runtime = Runtime.instance();
try {
  const server = await runtime.createEphemeralServer({
    type: 'dev-server',
    exe: {
      type: 'cached-download',
      downloadDir: folder!,
      // The release that Temporal recommends for this SDK.
      version: 'default',
      ttl: 0,
      sdkName: 'sdk-typescript',
      sdkVersion: workerPackage.version,
    },
    namespace: 'default',
    ip: '127.0.0.1',
    port: null,
    uiPort: null,
    dbFilename: null,
    ui: false,
    log: { format: 'pretty', level: 'warn' },
    extraArgs: [],
  });
  await runtime.shutdownEphemeralServer(server);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
