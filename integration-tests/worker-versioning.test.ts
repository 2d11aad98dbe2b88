import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventDigest } from '../src/domain/event-digest.ts';
import { version } from '../src/version.ts';
import { bundleWorkflows } from '../src/worker.ts';
import { parkOne } from './harness/dead-letters.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { deliveryWith } from './harness/scenario.ts';
import { testServers } from './harness/servers.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';
import { looked, watch } from './harness/watched/source.ts';

/* `EXOSPHERE_DEPLOYMENT_NAME`: the worker is a version of a Worker Deployment. Without it Temporal hears of no version. */

const NAME = 'exosphere';
const LONG = 180_000;

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());

/** What the service's options have in place of those of harness/service.ts: the name, and the bundle that goes with it. */
async function versioned() {
  const { temporalAddress, temporalNamespace, temporalUiUrl } = testServers();
  const connection = { address: temporalAddress };
  const temporal = { connection, namespace: temporalNamespace, uiUrl: temporalUiUrl, deploymentName: NAME };
  return { temporal, workflowBundle: await bundleWorkflows(NAME) };
}

/** What `temporal worker deployment set-current-version` does, once Temporal knows of the version by its worker. */
async function makeCurrent({ temporal }: TestService): Promise<void> {
  const { connection, options } = temporal;
  await until(async () => {
    const request = { namespace: options.namespace, deploymentName: NAME, buildId: version, identity: 'test' };
    return connection.workflowService.setWorkerDeploymentCurrentVersion(request).catch(() => undefined);
  }, 'the version to be known and made current');
}

/** How Temporal versions a workflow: 1 is pinned, 2 upgrades by itself; undefined where it knows of no version. */
async function versioningOf({ temporal }: TestService, workflowId: string) {
  const { raw } = await temporal.workflow.getHandle(workflowId).describe();
  const { behavior, deploymentVersion } = raw.workflowExecutionInfo?.versioningInfo ?? {};
  return behavior ? { behavior, version: deploymentVersion?.buildId } : undefined;
}

async function deliverAndPark(service: TestService) {
  receiver.answer(500);
  const { delivery } = await parkOne(service.api, receiver);
  const workflowIds = [
    `event/default/${eventDigest(delivery.event_source, delivery.event_id)}`,
    `dead-letter/${delivery.id}`,
  ];
  return { delivery, versions: await Promise.all(workflowIds.map((id) => versioningOf(service, id))) };
}

test(
  'without a name no workflow has a version; with one, those about events are pinned, and what waited before goes on',
  async () => {
    const plain = await startTestService();
    let before: Awaited<ReturnType<typeof deliverAndPark>>;
    let service: TestService | undefined;
    try {
      before = await deliverAndPark(plain);
      expect(before.versions).toEqual([undefined, undefined]);
      await plain.stop();

      service = await startTestService({ ...(await versioned()), databaseUrl: plain.databaseUrl });
      await makeCurrent(service);
      const { versions, delivery } = await deliverAndPark(service);
      expect(versions).toEqual([
        { behavior: 1, version },
        { behavior: 2, version },
      ]);
      receiver.answer(200);
      for (const { id } of [before.delivery, delivery]) {
        expect((await service.api.post(`/v1/dead-letters/${id}/retry`)).status).toBe(202);
        await deliveryWith(service.api, id, 'succeeded');
      }
      expect(await versioningOf(service, `dead-letter/${before.delivery.id}`)).toEqual({ behavior: 2, version });
      // What watches is asked for by a version, and is none.
      const { temporalAddress: address, temporalNamespace: namespace } = testServers();
      const { id } = await watch(service.api, { address, namespace });
      await looked(service.api, id);
      expect(await versioningOf(service, `temporal-source/${id}`)).toEqual({ behavior: 2, version });
    } finally {
      await service?.stop();
      await plain.close();
    }
  },
  LONG,
);
