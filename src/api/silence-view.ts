import { z } from 'zod';
import { type SilenceMatchers, silenceFields } from '../domain/alerting/silence-schema.ts';
import type { Silence } from '../store/entities/silence.ts';
import type { Audited } from './audit.ts';
import { timeSchema } from './schemas.ts';

/** A silence as answers show it. */
export const silenceViewSchema = z
  .object({
    id: z.string(),
    matchers: silenceFields.matchers,
    starts_at: timeSchema,
    ends_at: timeSchema,
    comment: z.string().nullable(),
    is_active: z.boolean().describe('Whether it holds back now'),
    created_by: z.string(),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .meta({ id: 'Silence' });

/** @param now epoch milliseconds */
export function presentSilence(silence: Silence, now: number): z.infer<typeof silenceViewSchema> {
  const { id, matchers, starts_at, ends_at, comment = null, created_by, created_at, updated_at } = silence;
  return {
    id,
    matchers: matchers as SilenceMatchers,
    starts_at,
    ends_at,
    comment,
    is_active: starts_at.getTime() <= now && ends_at.getTime() > now,
    created_by,
    created_at,
    updated_at,
  };
}

/** What the audit log says of a silence, which has no name. */
export const silenceAudited = (what: 'created' | 'updated' | 'deleted', { id }: Silence): Audited => ({
  action: `silence.${what}`,
  target: { type: 'silence', id, name: null },
});
