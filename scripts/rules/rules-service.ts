import type { RuleInFile } from './rules-file.ts';
import { type LiveRule, patchOf, type Step } from './rules-plan.ts';

/** What the service refused, in a person's words. */
export class ServiceError extends Error {
  override name = 'ServiceError';
}

/** Fields of a rule's answer that are the service's own and belong in no file. */
const OWN_FIELDS = ['id', 'name', 'revision', 'health', 'health_message', 'created_by', 'created_at', 'updated_at'];

export type RulesService = ReturnType<typeof createRulesService>;

/** The service's rules, with endpoints by their names. @param url without a trailing slash */
export function createRulesService(url: string, apiKey: string) {
  return { read, validate, carryOut };

  /** Every rule of the key's namespace by name, and the ids of its endpoints by name. */
  async function read(): Promise<{ rules: Map<string, LiveRule>; endpointIds: Map<string, string> }> {
    const endpoints = await listAll('/v1/webhooks');
    const nameOf = new Map(endpoints.map(({ id, name }) => [id as string, name as string]));
    const rules = (await listAll('/v1/alert-rules')).map((answer): [string, LiveRule] => {
      const fields = Object.fromEntries(Object.entries(answer).filter(([field]) => !OWN_FIELDS.includes(field)));
      const { webhook_endpoint_ids: ids, ...rest } = fields;
      // One that is gone keeps its id: the file shows it, and applying the file says what is wrong.
      const names = (ids as string[]).map((id) => nameOf.get(id) ?? id);
      return [answer.name as string, { id: answer.id as string, rule: { ...rest, webhook_endpoints: names } }];
    });
    return {
      rules: new Map(rules),
      endpointIds: new Map([...nameOf].map(([id, name]) => [name, id])),
    };
  }

  /** What is wrong with a rule, as the API says; nothing is saved. @param ruleId of the one that is there already */
  async function validate(body: Record<string, unknown>, ruleId: string | undefined): Promise<string[]> {
    const query = ruleId === undefined ? '' : `?rule_id=${ruleId}`;
    const { errors } = (await call('POST', `/v1/alert-rules/validate${query}`, body)) as {
      errors: { path: string; message: string; position?: number }[];
    };
    return errors.map(({ path, message, position }) => {
      const place = position === undefined ? '' : ` (at character ${position + 1})`;
      return `${path}: ${message}${place}`;
    });
  }

  /** Does one step of a plan. @param bodyOf a file's rule as the API takes it */
  async function carryOut(
    step: Step,
    bodyOf: (name: string, rule: RuleInFile) => Record<string, unknown>,
  ): Promise<void> {
    if (step.kind === 'create') await call('POST', '/v1/alert-rules', bodyOf(step.name, step.rule));
    if (step.kind === 'delete') await call('DELETE', `/v1/alert-rules/${step.id}`);
    if (step.kind !== 'change') return;
    const changed = Object.fromEntries(step.changes.map(({ field, from, to }) => [field, patchOf(from, to)]));
    const { name: _, ...patch } = bodyOf(step.name, changed as RuleInFile);
    await call('PATCH', `/v1/alert-rules/${step.id}`, patch);
  }

  async function listAll(path: string): Promise<Record<string, unknown>[]> {
    const all: Record<string, unknown>[] = [];
    let cursor: string | null = null;
    do {
      const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = (await call('GET', `${path}?limit=200${after}`)) as {
        items: Record<string, unknown>[];
        next_cursor: string | null;
      };
      all.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor !== null);
    return all;
  }

  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    let answer: Response;
    try {
      answer = await fetch(url + path, {
        method,
        headers: { 'x-api-key': apiKey, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (cause) {
      throw new ServiceError(`${url} cannot be reached: is the service running, and EXOSPHERE_URL right?`, { cause });
    }
    if (answer.status === 204) return undefined;
    const content = (await answer.json().catch(() => ({}))) as {
      detail?: string;
      errors?: { path: string; message: string }[];
    };
    if (answer.ok) return content;
    const details = (content.errors ?? []).map(({ path: at, message }) => `\n  ${at}: ${message}`).join('');
    throw new ServiceError(`${method} ${path} was answered ${answer.status}: ${content.detail ?? ''}${details}`);
  }
}
