import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { type Receiver, startReceiver } from '../harness/receiver.ts';
import { createEndpoint, createRule, recordedEvent, sendEvent, unique } from '../harness/scenario.ts';
import { startUi, type Ui } from '../harness/ui.ts';
import { until } from '../harness/until.ts';

let ui: Ui;
let receiver: Receiver;

beforeAll(async () => {
  [ui, receiver] = await Promise.all([startUi(), startReceiver()]);
});

afterAll(async () => {
  await ui?.close();
  await receiver?.close();
});

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const box = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
const stored = async (id: string) => (await ui.service.api.get(`/v1/alert-rules/${id}`)).body;
const overflow = (page: Page) => page.evaluate('document.documentElement.scrollWidth - innerWidth');

async function choose(page: Page, endpoint: { name: string }) {
  const choice = page.getByRole('combobox', { name: 'Webhooks to tell' }).or(box(page, 'Webhooks to tell')).first();
  await choice.fill(endpoint.name);
  await page.getByRole('option', { name: endpoint.name, exact: true }).click();
  await page.keyboard.press('Escape');
}

async function created(page: Page, verb = 'Create the rule') {
  await button(page, verb).click();
  await page.waitForURL(/\/rules\/ar_/);
  return stored(new URL(page.url()).pathname.split('/').at(-1) as string);
}

test('from a preset: an error while typing, its quick fix, a backtest with the numbers of the API, an alert delivered', async () => {
  const endpoint = await createEndpoint(ui.service.api, receiver.url);
  const graph = unique('graph');
  const ids: string[] = [];
  for (const graph_name of [graph, 'other', graph]) {
    ids.push(await sendEvent(ui.service.api, 'workflow.failed', { graph_name }));
  }
  ids.push(await sendEvent(ui.service.api, 'workflow.succeeded', { graph_name: graph }));
  for (const id of ids) await recordedEvent(ui.service.api, id);

  const { page, errors, axe, pictures } = await ui.open('/rules');
  await page.getByText('No rule yet').waitFor();
  expect(await axe()).toEqual([]);
  await pictures('rules-none');
  await page.getByRole('link', { name: 'New rule' }).first().click();
  await page.getByRole('link', { name: 'Use this: A run failed' }).waitFor();
  expect(await axe()).toEqual([]);
  await pictures('rule-presets');
  await page.getByRole('link', { name: 'Use this: A run failed' }).click();

  // Completion knows the fields of the type.
  const condition = box(page, 'Condition');
  await condition.click();
  await page.keyboard.type('event.data.gra');
  await page.getByRole('option', { name: /^graph_name/ }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  // Not by `fill`: Chromium then writes styles into the text, which the policy refuses.
  await page.keyboard.insertText(`event.typ == "workflow.failed" && event.data.graph_name == "${graph}"`);
  await page.getByText('did you mean `type`').waitFor();
  await pictures('rule-new-error');
  expect(await axe()).toEqual([]);
  await button(page, 'Use type').click();
  await page.getByText('did you mean `type`').waitFor({ state: 'detached' });
  const text = `event.type == "workflow.failed" && event.data.graph_name == "${graph}"`;
  expect(await condition.textContent()).toBe(text);

  const rule = { event_types: ['workflow.failed'], condition: text, severity: 'error', trigger: { kind: 'event' } };
  const { body: expected } = await ui.service.api.post('/v1/alert-rules/test', { rule, last: 1_000 });
  expect([expected.matched, expected.fired]).toEqual([2, 2]);
  await button(page, 'Try on stored events').click();
  await page
    .getByText(
      `Of ${expected.events} events ${expected.matched} count, and the rule would have fired ${expected.fired} times.`,
    )
    .waitFor();
  const tried = page.getByRole('table', { name: 'Events tried' });
  await tried.waitFor();
  expect(await tried.getByRole('row').count()).toBe(1 + expected.fired);
  await page.getByRole('radiogroup', { name: 'Which events' }).getByText('All').click();
  for (const decision of expected.decisions) {
    await tried
      .getByRole('row', { name: new RegExp(`${decision.event_id}.*${decision.fires ? 'Fires' : 'No'}`) })
      .waitFor();
  }
  await page.getByRole('figure').locator('canvas').waitFor();
  expect(await axe()).toEqual([]);
  await pictures('rule-backtest');

  // The same of one event: the sample is of another graph.
  await page
    .getByRole('combobox', { name: 'Begin with the sample of' })
    .or(box(page, 'Begin with the sample of'))
    .first()
    .click();
  await page.getByRole('option', { name: 'workflow.failed', exact: true }).click();
  await button(page, 'Try this event').click();
  await page.getByText('The rule would not fire').waitFor();
  await page.getByText('The condition is false for it.').waitFor();

  await choose(page, endpoint);
  const name = unique('Browser rule');
  await box(page, 'Name').fill(name);
  const saved = await created(page);
  expect(saved).toMatchObject({ ...rule, name, webhook_endpoint_ids: [endpoint.id] });
  await heading(page, name);
  await sendEvent(ui.service.api, 'workflow.failed', { graph_name: graph });
  await until(() => receiver.received.some(({ text: body }) => body.includes(saved.id)) || null, 'the alert');
  await page.getByRole('region', { name: 'Latest deliveries' }).getByText('Delivered').waitFor();
  expect(await axe()).toEqual([]);
  await pictures('rule');
  await page.setViewportSize({ width: 390, height: 900 });
  expect(await overflow(page)).toBe(0);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${ui.service.url}/rules?type=workflow.failed`);
  await page
    .getByRole('row', { name: new RegExp(name) })
    .getByText(endpoint.name)
    .waitFor();
  expect(await axe()).toEqual([]);
  await pictures('rules');
  expect(errors).toEqual([]);
}, 240_000);

test('each kind’s form makes the rule that is meant', async () => {
  const endpoint = await createEndpoint(ui.service.api, receiver.url);
  const { page, errors, axe, pictures } = await ui.open('/rules');
  const kinds: [label: string, fill: () => Promise<void>, trigger: object, more?: object][] = [
    ['Count', () => box(page, 'Within').fill('2h'), { kind: 'count', threshold: 3, window: '2h', per: [] }],
    [
      'In a row',
      () => box(page, 'Matches in a row').fill('5'),
      { kind: 'consecutive', threshold: 5, reset_on: 'workflow.succeeded' },
    ],
    [
      'Share',
      () => box(page, 'Bound').fill('90'),
      { kind: 'ratio', below: 0.9, window: '1h', min_samples: 20 },
      { event_types: [] },
    ],
    [
      'Still running',
      () => box(page, 'Longer than').fill('45m'),
      { kind: 'duration', longer_than: '45m', started: 'workflow.started' },
    ],
    [
      'Missing',
      () => box(page, 'And so long after').fill('10m'),
      { kind: 'absence', of: 'workflow.succeeded', within: '24h', grace: '10m' },
    ],
  ];
  for (const [label, fill, trigger, more = {}] of kinds) {
    await page.goto(`${ui.service.url}/rules/new?preset=none&endpoint=${endpoint.id}`);
    await page.getByRole('radio', { name: label, exact: true }).check();
    await fill();
    const name = unique('Kind');
    await box(page, 'Name').fill(name);
    expect(await created(page)).toMatchObject({ name, trigger, webhook_endpoint_ids: [endpoint.id], ...more });
  }
  await page.goto(`${ui.service.url}/rules/new?preset=none`);
  await page.getByRole('radio', { name: 'Share', exact: true }).check();
  await button(page, 'Create the rule').click();
  await page.getByRole('alert').getByText('webhook_endpoint_ids').waitFor();
  expect(await axe()).toEqual([]);
  await pictures('rule-new-invalid');
  expect(errors).toEqual([]);
}, 240_000);

test('an edit sends what was changed alone; a conflict is shown; YAML keeps what the form does not show', async () => {
  const endpoint = await createEndpoint(ui.service.api, receiver.url);
  const before = await createRule(ui.service.api, [endpoint.id], {
    trigger: { kind: 'count', threshold: 2, window: '1h', per: ['data.graph_name'] },
    resolve: { on: 'workflow.succeeded' },
    notify: { cooldown: '5m', max_per_hour: 9 },
    retry_policy: { schedule: ['5s', '5m'] },
  });
  const { page, errors, axe, pictures } = await ui.open(`/rules/${before.id}`);
  const patches: unknown[] = [];
  page.on('request', (request) => {
    if (request.method() === 'PATCH') patches.push(request.postDataJSON());
  });
  await box(page, 'Within').fill('3h');
  await button(page, 'Save the changes').click();
  await page.getByText('Nothing is changed.').waitFor();
  expect(patches).toEqual([{ trigger: { window: '3h' } }]);
  const { revision, updated_at, ...rest } = before;
  expect(await stored(before.id)).toMatchObject({ ...rest, trigger: { ...rest.trigger, window: '3h' }, revision: 2 });

  // Somebody else is quicker.
  await box(page, 'Cooldown').fill('10m');
  await ui.service.api.patch(`/v1/alert-rules/${before.id}`, { severity: 'critical' });
  await page.getByText('Somebody has changed this rule meanwhile').waitFor();
  await pictures('rule-conflict');
  await button(page, 'Put my changes on top of theirs').click();
  await button(page, 'Save the changes').click();
  await page.getByText('Nothing is changed.').waitFor();
  expect(await stored(before.id)).toMatchObject({
    severity: 'critical',
    notify: { cooldown: '10m', max_per_hour: 9 },
    retry_policy: { schedule: ['5s', '5m'] },
  });

  await page.getByRole('tab', { name: 'YAML' }).click();
  const yaml = box(page, 'Rule as YAML');
  await yaml.getByText('schedule').waitFor();
  expect(await axe()).toEqual([]);
  await pictures('rule-yaml');
  await yaml.press('Control+End');
  await page.keyboard.type('description: from YAML');
  await button(page, 'Save the changes').click();
  await page.getByText('The changes are saved.').last().waitFor();
  await until(async () => (await stored(before.id)).description === 'from YAML' || null, 'the description');
  expect(patches.at(-1)).toEqual({ description: 'from YAML' });
  // What cannot be read is taken back whole.
  await yaml.press('Control+End');
  await page.keyboard.type(' "unclosed: [');
  await button(page, 'Save the changes').and(page.locator(':disabled')).waitFor();
  await button(page, 'Undo the changes').click();
  await yaml.getByText('unclosed').waitFor({ state: 'detached' });

  // The rule's own retries, by the same fields as those of a webhook.
  await page.getByRole('tab', { name: 'Form' }).click();
  await box(page, 'Waits, with commas between').fill('5s, 10m, ');
  await page.getByText('3 attempts over 10 min 5 s').waitFor();
  await button(page, 'Save the changes').click();
  await until(() => patches.length === 4, 'the waits to be saved');
  expect(patches.at(-1)).toEqual({ retry_policy: { schedule: ['5s', '10m'] } });
  await page.getByText('Nothing is changed.').waitFor();
  await page.getByText('Webhook’s', { exact: true }).click();
  await button(page, 'Save the changes').click();
  await until(async () => (await stored(before.id)).retry_policy === null, 'the rule to have none of its own');

  await button(page, 'Switch off').first().click();
  await page.getByRole('dialog').getByText('Nothing of it fires now.').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Switch off' }).click();
  await button(page, 'Switch on').waitFor();
  expect(await stored(before.id)).toMatchObject({ is_active: false });
  await button(page, 'Delete').click();
  await button(page, 'Delete the rule').click();
  await page.waitForURL('**/rules');
  expect((await ui.service.api.get(`/v1/alert-rules/${before.id}`)).status).toBe(404);
  expect(errors).toEqual([]);
}, 240_000);
