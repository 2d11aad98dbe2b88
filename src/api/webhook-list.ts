import { z } from 'zod';
import { channelKinds } from '../domain/channel-kind.ts';
import { nameHas, nameQuery, pageQuery } from './page.ts';

/** What `GET /v1/webhooks` takes. */
export const webhookListQuery = z.strictObject({
  ...pageQuery,
  ...nameQuery,
  kind: z.enum(channelKinds).optional().describe('Those of this kind'),
  health: z.enum(['healthy', 'failing', 'disabled']).optional().describe('Those of this health'),
  is_active: z.enum(['true', 'false']).optional().describe('`false`: those that a person has switched off'),
});

/** The filters of a list, in MikroORM's terms. */
export function webhookFilters({ name, kind, health, is_active }: z.infer<typeof webhookListQuery>) {
  return {
    ...nameHas({ name }),
    ...(kind === undefined ? {} : { kind }),
    ...(health === undefined ? {} : { health }),
    ...(is_active === undefined ? {} : { is_active: is_active === 'true' }),
  };
}
