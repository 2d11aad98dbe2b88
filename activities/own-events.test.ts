import { describe, expect, test } from '@jest/globals';
import { createOwnEvents } from './own-events.ts';

const row = {
  id: 'we_1.disabled.5',
  namespace: 'default',
  type: 'webhook.disabled',
  subject: 'webhooks/we_1',
  data: '{"reason":"HTTP 410","count":12345678901234567890}',
  about_endpoint_id: 'we_1',
  about_rule_id: null,
  created_at: new Date('2026-01-31T09:30:00.000Z'),
};
const claim = { specversion: '1.0', id: row.id, source: '/exosphere', type: row.type, data: { forged: true } };

/** Over an outbox with that one row. */
function over() {
  const asked: string[][] = [];
  const readOwn = createOwnEvents({
    async find(_, ids) {
      asked.push(ids);
      return ids.includes(row.id) ? [row] : [];
    },
  });
  return { asked, readOwn };
}

describe("the service's own events", () => {
  test('are taken from the outbox, whatever the claim says', async () => {
    const own = await over().readOwn('default', [claim]);
    const event = own.get(claim);
    expect(event).toMatchObject({
      id: row.id,
      subject: row.subject,
      time: '2026-01-31T09:30:00.000Z',
      about: { endpoint_id: 'we_1', rule_id: null },
    });
    expect(event?.data).not.toHaveProperty('forged');
  });

  test.each([
    ['another id', { ...claim, id: 'we_2.disabled.5' }],
    ['another source', { ...claim, source: '/exosphere/' }],
    ['a type that is not reserved', { ...claim, type: 'custom.x' }],
    ['no id', { ...claim, id: undefined }],
    ['nothing at all', null],
    ['a text', 'webhook.disabled'],
  ])('%s is not one of them', async (_, value) => {
    expect((await over().readOwn('default', [value])).size).toBe(0);
  });

  test('the outbox is asked only where something claims to be one', async () => {
    const { asked, readOwn } = over();
    await readOwn('default', [{ ...claim, type: 'workflow.failed' }, 7]);
    expect(asked).toEqual([]);
    await readOwn('default', [claim, { ...claim, type: 'workflow.failed' }]);
    expect(asked).toEqual([[row.id]]);
  });
});
