import { z } from 'zod';
import { belongTogether, certificateFault, privateKeyFault } from '../domain/pem.ts';
import { checkTemporalAddress, plainTextFault, writtenAddress } from '../domain/temporal-address.ts';
import type { UrlPolicy } from '../domain/url-policy.ts';
import { hasItsBrackets } from '../domain/visibility-query.ts';
import { nameSchema } from './schemas.ts';

/** A chain of certificates has a few thousand characters. */
const MAX_PEM = 65_536;
/** A key of Temporal Cloud has about a thousand characters. */
const MAX_API_KEY = 4_096;

const pem = (fault: (text: string) => string | undefined) =>
  z
    .string()
    .max(MAX_PEM, `must be at most ${MAX_PEM.toLocaleString('en')} characters`)
    .superRefine((text, context) => {
      const message = fault(text);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    });

const tlsSchema = z
  .strictObject({
    server_name: z
      .string()
      .max(253, 'must be at most 253 characters')
      .regex(/^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9])?$/, 'must be a host name such as temporal.example.com')
      .optional()
      .describe("The name in the server's certificate, where the address has another one"),
    ca: pem(certificateFault)
      .optional()
      .describe("PEM: the authority of the server's certificate, where it is your own"),
    client_cert: pem(certificateFault).optional().describe('PEM: the certificate that we show the server (mTLS)'),
    client_key: pem(privateKeyFault).optional().describe('PEM: its private key; never shown'),
  })
  .superRefine(({ client_cert, client_key }, context) => {
    const say = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (client_cert !== undefined && client_key === undefined) say('client_key', 'is needed with a client_cert');
    if (client_cert === undefined && client_key !== undefined) say('client_cert', 'is needed with a client_key');
    if (client_cert === undefined || client_key === undefined) return;
    // Of one that cannot be read that is told already.
    if (certificateFault(client_cert) ?? privateKeyFault(client_key)) return;
    if (!belongTogether(client_cert, client_key)) say('client_key', 'must be the key of client_cert; give its own');
  })
  .meta({ id: 'TemporalSourceTls' });

const TLS =
  'How it is reached: by TLS or in plain text. An object is TLS with what belongs to it. Default: true with an `api_key`';

/** Who writes an object means its fields: a fault in one of them is told as such, not as that of "one of several forms". */
const tlsField = (isObject: boolean) =>
  isObject ? tlsSchema.optional() : z.boolean('must be true, false or an object').optional();

/**
 * The body of a creation, each field with all its checks. `address` comes out with its port, `tls` as what is stored.
 *
 * @param body as it came
 */
export function sourceCreateSchema(policy: UrlPolicy, body: Record<string, unknown>) {
  const { allowHttp, addressPolicy } = policy;
  const address = z.string().transform((text, context) => {
    const checked = checkTemporalAddress(text, addressPolicy);
    if (checked.ok) return writtenAddress(checked);
    context.addIssue({ code: 'custom', message: checked.reason });
    return z.NEVER;
  });
  const isTlsObject = typeof body.tls === 'object' && body.tls !== null;
  return z.strictObject({ ...plainFields, address, tls: tlsField(isTlsObject) }).superRefine((source, context) => {
    const { tls = source.api_key !== undefined } = source;
    if (tls === false && (!allowHttp || source.api_key !== undefined)) {
      context.addIssue({ code: 'custom', path: ['tls'], message: plainTextFault(allowHttp) });
    }
  });
}

const plainFields = {
  name: nameSchema,
  namespace: z
    .string()
    .min(1, 'must not be empty')
    .max(255, 'must be at most 255 characters')
    .regex(/^[^\p{Cc}\s]*$/u, 'must not hold white space or control characters')
    .describe('The Temporal namespace that is watched; in Temporal Cloud with its account: `prod.a2dd6`'),
  query: z
    .string()
    .trim()
    .min(1, 'must not be empty; leave it out to watch everything')
    .max(2_000, 'must be at most 2,000 characters')
    .refine(hasItsBrackets, 'must have its brackets in pairs; it is asked as one condition among others')
    .nullable()
    .default(null)
    .describe('A list filter, which narrows what is watched: `WorkflowType = "Order"`'),
  api_key: z
    .string()
    .max(MAX_API_KEY, `must be at most ${MAX_API_KEY.toLocaleString('en')} characters`)
    .regex(/^[\x21-\x7e]+$/, 'must be of visible ASCII characters without spaces; paste the key alone')
    .optional()
    .describe('Of Temporal Cloud; one that may only read is enough. Never shown'),
  ui_url: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL such as https://temporal.example.com' })
    .max(2_048, 'must be at most 2,048 characters')
    .regex(/^[^@?#]*$/, 'must have no user name, query or fragment')
    .transform((url) => url.replace(/\/+$/, ''))
    .nullable()
    .default(null)
    .describe('Its Web UI, for links in alerts; known by itself for Temporal Cloud'),
};

/** What OpenAPI shows of a creation. */
export const sourceCreateDocument = z
  .strictObject({
    ...plainFields,
    ui_url: z.url().nullable().default(null).describe('Its Web UI, for links in alerts; known for Temporal Cloud'),
    address: z
      .string()
      .max(260)
      .describe('`host:port` of its frontend (gRPC), IPv6 in brackets; port 7233 if left out'),
    tls: z.union([z.boolean(), tlsSchema]).optional().describe(TLS),
  })
  .meta({ id: 'TemporalSourceCreate' });

export type SourceBody = z.infer<ReturnType<typeof sourceCreateSchema>>;
