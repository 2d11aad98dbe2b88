/* `npm run rules -- export|diff|apply file.yaml`: alert rules as code, over the API of a running service. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { alertRuleFields } from '../src/api/alert-rule-fields.ts';
import { type RuleInFile, RulesFileError, readRulesFile, writeRulesFile } from './rules/rules-file.ts';
import { describePlan, type LiveRule, planOf } from './rules/rules-plan.ts';
import { createRulesService, type RulesService, ServiceError } from './rules/rules-service.ts';

const USAGE = `Usage: npm run rules -- export FILE           writes the service's rules into a file
       npm run rules -- diff FILE             shows what applying the file would do; exits with 1 if anything
       npm run rules -- apply FILE [--yes]    shows it and, once confirmed, does it
       --prune also deletes rules that the file does not name
EXOSPHERE_URL (http://127.0.0.1:8080) and EXOSPHERE_API_KEY say which service.
`;

const say = (line: string) => void process.stdout.write(`${line}\n`);

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof RulesFileError || error instanceof ServiceError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

async function main(args: string[]): Promise<number> {
  const asked = readArgs(args);
  if (asked === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  const { command, path, values } = asked;
  const { EXOSPHERE_URL: url = 'http://127.0.0.1:8080', EXOSPHERE_API_KEY: apiKey } = process.env;
  if (!apiKey) throw new ServiceError('EXOSPHERE_API_KEY is not set: it says whose rules these are.');
  const service = createRulesService(url.replace(/\/$/, ''), apiKey);
  // A file that cannot be used is told before anybody is asked.
  const wanted = command === 'export' ? new Map<string, RuleInFile>() : readRulesFile(read(path), path);
  const live = await service.read();
  if (command === 'export') {
    writeFileSync(path, writeRulesFile(new Map([...live.rules].map(([name, { rule }]) => [name, rule]))));
    say(`Wrote ${live.rules.size} rule(s) to ${path}.`);
    return 0;
  }
  const bodyOf = (name: string, rule: RuleInFile) => bodyFor(name, rule, live.endpointIds, path);
  await refuseInvalid(service, { wanted, live: live.rules, bodyOf, path });
  const whole = new Map([...wanted].map(([name, rule]) => [name, withDefaults(name, rule)]));
  const steps = planOf(whole, live.rules, values.prune ?? false);
  say(describePlan(steps));
  const open = steps.filter(({ kind }) => kind !== 'keep');
  if (command === 'diff') return open.length === 0 ? 0 : 1;
  if (open.length === 0) return 0;
  if (!values.yes && !(await isConfirmed())) return 1;
  for (const [index, step] of open.entries()) {
    await service.carryOut(step, bodyOf);
    say(`${index + 1}/${open.length} ${step.kind}d ${step.name}`);
  }
  return 0;
}

/** @returns undefined where they are not what the usage says */
function readArgs(args: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { yes: { type: 'boolean' }, prune: { type: 'boolean' } },
    });
    const [command, path, more] = positionals;
    const isKnown = command === 'export' || command === 'diff' || command === 'apply';
    return isKnown && path !== undefined && more === undefined ? { command, path, values } : undefined;
  } catch {
    return undefined;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new RulesFileError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

interface Checked {
  wanted: Map<string, RuleInFile>;
  live: Map<string, LiveRule>;
  bodyOf: (name: string, rule: RuleInFile) => Record<string, unknown>;
  path: string;
}

/** All that is wrong with all of them, before anything is done. */
async function refuseInvalid(service: RulesService, { wanted, live, bodyOf, path }: Checked): Promise<void> {
  const faults: string[] = [];
  for (const [name, rule] of wanted) {
    const found = await service.validate(bodyOf(name, rule), live.get(name)?.id);
    faults.push(...found.map((fault) => `${path}: rule "${name}": ${fault}`));
  }
  if (faults.length > 0) throw new RulesFileError(faults.join('\n'));
}

/** What the API would make of it, so that what the file leaves out equals what the service has by default. */
function withDefaults(name: string, rule: RuleInFile): RuleInFile {
  const { webhook_endpoints, event_type, ...fields } = rule;
  const body = {
    ...fields,
    ...(event_type === undefined ? {} : { event_types: [event_type] }),
    name,
    webhook_endpoint_ids: webhook_endpoints,
  };
  const { name: _, webhook_endpoint_ids: __, ...whole } = z.strictObject(alertRuleFields()).parse(body);
  return { ...whole, webhook_endpoints };
}

function bodyFor(name: string, rule: RuleInFile, ids: Map<string, string>, path: string): Record<string, unknown> {
  const { webhook_endpoints: endpoints, ...fields } = rule;
  if (endpoints === undefined) return { ...fields, name };
  const unknown = endpoints.find((endpoint) => !ids.has(endpoint));
  if (unknown !== undefined) {
    throw new RulesFileError(
      `${path}: rule "${name}": there is no webhook endpoint "${unknown}"; create it (POST /v1/webhooks) or correct the name`,
    );
  }
  return { ...fields, name, webhook_endpoint_ids: endpoints.map((endpoint) => ids.get(endpoint)) };
}

async function isConfirmed(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    process.stderr.write('Nothing was done: there is nobody to ask. Add --yes.\n');
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('Do this? Only "yes" is taken for it: ');
  terminal.close();
  return answer.trim() === 'yes';
}
