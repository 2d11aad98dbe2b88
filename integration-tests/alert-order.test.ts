import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type DeliveryWorkflow, deliveryWorkflowId, lookAgainSignal, taskQueue } from '../workflows/contract.ts';
import { alertRule, firing, LONG, messagesOf, PATIENT, told } from './harness/alerts.ts';
import { query } from './harness/query.ts';
import { type Answer, type Receiver, startReceiver } from './harness/receiver.ts';
import { deliveryWith, sendEvent, unique } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/*
 * What an alert says arrives in the order in which it was said: an incident that opens after its end would stay open.
 */

let service: TestService;
let receiver: Receiver;
beforeAll(async () => {
  service = await startTestService();
}, LONG);
afterAll(() => service?.close(), LONG);
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

/** A rule for each graph apart, that fires at the first match and ends with an event of its own. */
async function graphRule(schedule: string[]) {
  const [bad, good] = [unique('custom.bad'), unique('custom.good')];
  const trigger = { kind: 'count', threshold: 1, window: '7d', per: ['data.graph_name'] };
  const fields = { event_type: bad, trigger, resolve: { on: good } };
  const { id } = await alertRule(service.api, receiver, fields, { retry_policy: { schedule, jitter: 0 } });
  const send = (type: string) => (graph: string) => sendEvent(service.api, type, { graph_name: graph });
  return { id: id as string, bad: send(bad), good: send(good) };
}

/** Refuses what is said of a graph, by an answer that tells nothing against the endpoint; takes all else. */
const refusing =
  (graph: string, status: string): Answer =>
  (response, { text }) => {
    const { alert, event } = JSON.parse(text).data;
    response.writeHead(event.data.graph_name === graph && alert.status === status ? 422 : 200).end();
  };

const said = (ruleId: string, graph: string) =>
  messagesOf(receiver, ruleId)
    .filter(({ data }) => data.event.data.graph_name === graph)
    .map(({ data }) => data.alert.status);

/** The deliveries of a rule, oldest first, once they are as asked. */
function deliveries(ruleId: string, what: string, areSo: (list: Delivery[]) => boolean): Promise<Delivery[]> {
  return until(
    async () => {
      const { items } = (await service.api.get(`/v1/deliveries?rule_id=${ruleId}`)).body;
      return areSo(items) && items.toReversed();
    },
    what,
    PATIENT,
  );
}

interface Delivery {
  id: string;
  status: string;
  attempt_count: number;
  waits_for: string | null;
  next_attempt_at: string | null;
}

const isWaiting = ({ waits_for }: Delivery) => waits_for === 'earlier_message';

test(
  'the end waits for its firing, using nothing up, and another key of the same rule does not wait',
  async () => {
    const rule = await graphRule(['1s', '2s', ...Array(8).fill('4s')]);
    receiver.answer(refusing('a', 'firing'));
    await rule.bad('a');
    await told(receiver, rule.id, 'firing');
    await rule.good('a');
    const [, end] = (await deliveries(rule.id, 'the end to wait', (list) => list.some(isWaiting))) as [
      Delivery,
      Delivery,
    ];
    expect(end).toMatchObject({ status: 'pending', attempt_count: 0, next_attempt_at: expect.any(String) });

    await rule.bad('b');
    await firing(service.api, rule.id, 1);
    await rule.good('b');
    await told(receiver, rule.id, 'resolved');
    expect(said(rule.id, 'b')).toEqual(['firing', 'resolved']);
    expect(said(rule.id, 'a').every((status) => status === 'firing')).toBe(true);

    receiver.answer(200);
    await told(receiver, rule.id, 'resolved', 2);
    const ofA = said(rule.id, 'a');
    expect(ofA.indexOf('resolved')).toBe(ofA.length - 1);
    const all = await deliveries(rule.id, 'all to arrive', (list) =>
      list.every(({ status }) => status === 'succeeded'),
    );
    expect(all).toHaveLength(4);
    expect(all.find(({ id }) => id === end.id)).toMatchObject({ attempt_count: 1, waits_for: null });
  },
  LONG,
);

test(
  'an incident that opens anew waits for what was said of it before: it stays open at the receiver',
  async () => {
    const rule = await graphRule(['1s', '2s', ...Array(8).fill('4s')]);
    receiver.answer(refusing('a', 'resolved'));
    await rule.bad('a');
    await told(receiver, rule.id, 'firing');
    await rule.good('a');
    await told(receiver, rule.id, 'resolved');
    await rule.bad('a');
    await deliveries(rule.id, 'the new firing to wait', (list) => list.some(isWaiting));
    expect(said(rule.id, 'a').filter((status) => status === 'firing')).toHaveLength(1);

    receiver.answer(200);
    await told(receiver, rule.id, 'firing', 2);
    expect(said(rule.id, 'a').at(-1)).toBe('firing');
    await deliveries(rule.id, 'all to arrive', (list) => list.every(({ status }) => status === 'succeeded'));
  },
  LONG,
);

test(
  'an earlier message that nobody came for in a day holds back no longer',
  async () => {
    const { rule, first, end, lookAgain } = await waitingEnd();
    await service.temporal.workflow.getHandle(deliveryWorkflowId(first.id)).terminate();
    const text = "update deliveries set next_attempt_at = now() - interval '25 hours' where id = $1";
    await query(service.databaseUrl, text, [first.id]);
    await lookAgain();
    await told(receiver, rule.id, 'resolved');
    expect(await deliveryWith(service.api, end.id, 'succeeded', PATIENT)).toMatchObject({ attempt_count: 1 });
  },
  LONG,
);

test(
  'a firing that is given up holds its end back no longer; the end has its own attempts',
  async () => {
    const rule = await graphRule(['1s', '4s']);
    receiver.answer(refusing('a', 'firing'));
    await rule.bad('a');
    await told(receiver, rule.id, 'firing');
    await rule.good('a');
    const ended = await deliveries(rule.id, 'both to end', (list) => {
      const [end, first] = list;
      return end?.status === 'succeeded' && first?.status === 'dead_lettered';
    });
    expect(said(rule.id, 'a')).toEqual(['firing', 'firing', 'firing', 'resolved']);
    expect(ended.map(({ attempt_count }) => attempt_count)).toEqual([3, 1]);
  },
  LONG,
);

/** A firing that is refused and tried again much later, and its end, which waits for it in a workflow of its own. */
async function waitingEnd() {
  const rule = await graphRule(['1h']);
  receiver.answer(refusing('a', 'firing'));
  await rule.bad('a');
  await deliveries(rule.id, 'the firing to be refused', ([one]) => one?.attempt_count === 1);
  await rule.good('a');
  const [first, end] = (await deliveries(rule.id, 'the end to wait', (list) => list.some(isWaiting))) as [
    Delivery,
    Delivery,
  ];
  const lookAgain = () =>
    service.temporal.workflow.signalWithStart<DeliveryWorkflow>('deliveryWorkflow', {
      taskQueue,
      workflowId: deliveryWorkflowId(end.id),
      args: [{ namespace: 'default', delivery_id: end.id }],
      signal: lookAgainSignal,
    });
  const handle = await lookAgain();
  const details = async () =>
    (await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata')).currentDetails;
  const expected = `the earlier message of the same incident, ${first.id}, has arrived`;
  await until(async () => (await details())?.includes(expected), 'the workflow to say what it waits for', PATIENT);
  /** Cancels a delivery's workflow: that makes it a dead letter. */
  const cancel = async ({ id }: Delivery) => {
    const workflow = service.temporal.workflow.getHandle(deliveryWorkflowId(id));
    await until(
      () =>
        workflow.cancel().then(
          () => true,
          () => false,
        ),
      'a workflow of its own',
      PATIENT,
    );
    await deliveryWith(service.api, id, 'dead_lettered', PATIENT);
  };
  return { rule, first, end, lookAgain, cancel };
}

test(
  'an end says in Temporal what it waits for; its firing given up by a person, the next look sends it, early too',
  async () => {
    const { rule, first, end, lookAgain, cancel } = await waitingEnd();
    await cancel(first);
    await lookAgain();
    await told(receiver, rule.id, 'resolved');
    expect(await deliveryWith(service.api, end.id, 'succeeded', PATIENT)).toMatchObject({ attempt_count: 1 });
  },
  LONG,
);

test(
  'what a person retries waits for nothing',
  async () => {
    const { rule, first, end, cancel } = await waitingEnd();
    await cancel(end);
    expect((await service.api.post(`/v1/dead-letters/${end.id}/retry`, {})).status).toBe(202);
    await told(receiver, rule.id, 'resolved');
    expect((await service.api.get(`/v1/deliveries/${first.id}`)).body.status).toBe('retrying');
  },
  LONG,
);
