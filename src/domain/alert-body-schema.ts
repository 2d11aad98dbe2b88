import { z } from 'zod';
import { severities } from './rule.ts';

const time = z.iso.datetime();

/** What a `kind: http` receiver gets, contract §3: `alert-body.ts` writes it, and `/schemas/alert.v1.json` publishes this. */
export const alertBodySchema = z
  .object({
    specversion: z.literal('1.0'),
    id: z.string().describe("The delivery's id, the same on every attempt"),
    type: z.literal('exosphere.alert.v1'),
    source: z.string().describe('`/namespaces/{namespace}`'),
    subject: z.string().optional(),
    time: time.describe('When the alert fired'),
    datacontenttype: z.literal('application/json'),
    dataschema: z.string(),
    data: z.object({
      alert: z.object({
        id: z.string(),
        status: z.enum(['notify', 'firing', 'resolved']),
        severity: z.enum(severities),
        dedup_key: z.string().describe('The same for firing and resolved'),
        summary: z.string(),
        started_at: time,
        resolved_at: time.nullable(),
        value: z.number().nullable(),
        threshold: z.number().nullable(),
        suppressed_since_last: z.int(),
      }),
      rule: z.object({ id: z.string(), name: z.string(), revision: z.int() }),
      event: z.object({
        id: z.string(),
        type: z.string(),
        time,
        data: z.record(z.string(), z.unknown()).describe('As the platform sent it'),
      }),
      links: z.record(z.string(), z.string()),
    }),
  })
  .meta({ title: 'Exosphere alert, version 1', description: 'Receivers must ignore fields they do not know.' });
