import { z } from 'zod';
import type { Database } from '../store/database.ts';
import { ApiKey } from '../store/entities/api-key.ts';
import type { Authentication } from './auth.ts';
import { problemSchema } from './problem.ts';
import { BOOTSTRAP_KEY_ID, type Caller, type Route, route } from './route.ts';
import { bodyReplies, commonReplies, timeSchema } from './schemas.ts';
import { dropSession, keepSession } from './session-cookie.ts';
import { csrfTokenOf } from './session-token.ts';

export interface SessionDeps {
  database: Database;
  signIn: Authentication['signIn'];
  now: () => number;
}

const whoSchema = {
  namespace: z.string(),
  scopes: z.array(z.string()),
  key: z.object({ id: z.string(), name: z.string() }).nullable().describe("null for the operator's key"),
  bootstrap: z.boolean().describe("Whether it is the operator's key (EXOSPHERE_API_KEY)"),
};
const begunSchema = z
  .object({
    ...whoSchema,
    expires_at: timeSchema,
    csrf_token: z.string().describe('To be sent as `x-exosphere-csrf` with everything but GET'),
  })
  .meta({ id: 'Session' });
const currentSchema = z
  .object({ ...whoSchema, expires_at: timeSchema.nullable(), csrf_token: z.string().nullable() })
  .meta({ id: 'CurrentSession', description: 'Of a request with a key, without a session, both last are null' });

const none = { none: 'It changes nothing of the namespace; the log has its line, and the key its last use.' };

/** `/v1/session`: an API key exchanged for a cookie that no script can read. */
export function sessionRoutes({ database, signIn, now }: SessionDeps): Route[] {
  const shared = { tag: 'Session', path: '/v1/session' } as const;
  return [
    route({
      ...shared,
      method: 'post',
      operationId: 'createSession',
      audit: none,
      authenticated: false,
      signsIn: true,
      summary: 'Sign in with an API key',
      description:
        'For browsers. The cookie stands for the key in every call, for 12 hours at most; it ends at once when the key is revoked or expires.',
      body: { schema: z.strictObject({ api_key: z.string().min(1, 'must not be empty').max(1_000) }) },
      replies: {
        200: { description: 'Signed in; `Set-Cookie` has the session', schema: begunSchema },
        403: { description: 'From a page of another site', schema: problemSchema },
        ...commonReplies(...bodyReplies),
      },
      async handle({ body, isSecure }) {
        const { caller, box } = await signIn(body.api_key.trim());
        const { expiresAt } = caller.session;
        const cookie = keepSession(box, Math.max(0, Math.floor((expiresAt - now()) / 1_000)), isSecure);
        return { status: 200, body: await present(caller), headers: { 'set-cookie': cookie } };
      },
    }),
    route({
      ...shared,
      method: 'get',
      operationId: 'getSession',
      scope: 'any',
      summary: 'Who am I',
      description: 'Of the session, or of the key that the request has.',
      replies: { 200: { description: 'Whom the request is of', schema: currentSchema }, ...commonReplies() },
      handle: async ({ caller }) => ({ status: 200, body: await present(caller) }),
    }),
    route({
      ...shared,
      method: 'delete',
      operationId: 'deleteSession',
      audit: none,
      scope: 'any',
      summary: 'Sign out',
      replies: { 204: { description: 'The cookie is gone' }, ...commonReplies() },
      handle: async ({ isSecure }) => ({ status: 204, headers: { 'set-cookie': dropSession(isSecure) } }),
    }),
  ];

  async function present({ keyId, namespace, scopes, session }: Caller): Promise<z.infer<typeof currentSchema>> {
    const bootstrap = keyId === BOOTSTRAP_KEY_ID;
    const row = bootstrap ? null : await database.inNamespace(namespace).findOne(ApiKey, { id: keyId });
    return {
      namespace,
      scopes: [...scopes],
      key: row && { id: row.id, name: row.name },
      bootstrap,
      expires_at: session ? new Date(session.expiresAt) : null,
      csrf_token: session ? csrfTokenOf(session) : null,
    };
  }
}
