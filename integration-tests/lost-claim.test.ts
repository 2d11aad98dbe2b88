import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestDatabase } from './harness/database.ts';
import { migratedDatabase } from './harness/migrated-database.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { createEndpoint, createRule, deliveryOf, deliveryWith, sendEvent } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/* PostgreSQL writes an attempt's row, and its answer is lost with the connection: nothing was sent, and nobody may wait for it. */

let database: TestDatabase;
let wire: Wire;
let service: TestService;
let receiver: Receiver;

beforeAll(async () => {
  database = await migratedDatabase();
  wire = await startWire(new URL(database.url));
  service = await startTestService({ databaseUrl: wire.url });
  receiver = await startReceiver();
}, 60_000);
afterAll(async () => {
  await service?.close();
  await receiver?.close();
  await wire?.close();
  await database?.drop();
}, 60_000);

test.each([1, 3])(
  'of %d events: each is sent once, as attempt 1',
  async (count) => {
    const endpoint = await createEndpoint(service.api, receiver.url);
    const type = (await createRule(service.api, [endpoint.id])).event_types[0];
    const before = receiver.received.length;
    wire.loseAnswerTo('claim-attempts');
    const ids = await Promise.all(Array.from({ length: count }, () => sendEvent(service.api, type)));
    await until(() => wire.lost() > 0, 'a claim to lose its answer');
    for (const id of ids) {
      const delivery = await deliveryOf(service.api, id);
      // Taken for another's, it would be waited for, and closed as interrupted after its deadline.
      const { attempts } = await deliveryWith(service.api, delivery.id, 'succeeded', 90_000);
      expect(attempts).toMatchObject([{ number: 1, outcome: 'success' }]);
    }
    expect(receiver.received).toHaveLength(before + count);
  },
  180_000,
);

/** The way to PostgreSQL, on which an answer can be lost. */
interface Wire {
  url: string;
  /** The next statement whose message has this text reaches PostgreSQL; then its connection breaks instead of an answer. */
  loseAnswerTo(text: string): void;
  lost(): number;
  close(): Promise<void>;
}

async function startWire(target: URL): Promise<Wire> {
  const sockets = new Set<Socket>();
  let doomed: string | undefined;
  let lost = 0;
  const server: Server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    let isLost = false;
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => other.destroy());
    }
    client.on('data', (chunk: Buffer) => {
      if (doomed !== undefined && chunk.includes(doomed)) {
        doomed = undefined;
        isLost = true;
        lost += 1;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk: Buffer) => {
      // It has answered, so it has done it.
      if (isLost) client.destroy();
      else client.write(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    loseAnswerTo(text) {
      lost = 0;
      doomed = text;
    },
    lost: () => lost,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
