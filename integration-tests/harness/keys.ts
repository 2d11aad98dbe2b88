import { type Api, createApi } from './api.ts';
import { unique } from './scenario.ts';

/** Makes a key. @param by who makes it @returns the answer's body. @throws Error unless the API says 201 */
export async function makeKey(by: Api, scopes: string[], fields: object = {}) {
  const { status, body } = await by.post('/v1/api-keys', { name: unique('key'), scopes, ...fields });
  if (status !== 201) throw new Error(`POST /v1/api-keys answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** The API as seen by a new key. */
export async function apiWith(url: string, by: Api, scopes: string[], fields: object = {}): Promise<Api> {
  return createApi(url, (await makeKey(by, scopes, fields)).key);
}
