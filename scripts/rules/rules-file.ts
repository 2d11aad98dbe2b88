import { type Document, isMap, LineCounter, parseDocument, stringify } from 'yaml';

/** A rule as a file has it: the API's own fields, endpoints by their names, the rule's name as the key. */
export type RuleInFile = Record<string, unknown> & { webhook_endpoints: string[] };

/** A file that cannot be used, with what to do about it. */
export class RulesFileError extends Error {
  override name = 'RulesFileError';
}

/**
 * Reads a rules file: `rules:` with one entry for each rule, by name.
 *
 * @param text YAML 1.2 (JSON is YAML too); @param path for messages
 * @returns the rules by name, in the file's order
 * @throws RulesFileError with the line of the fault
 */
export function readRulesFile(text: string, path: string): Map<string, RuleInFile> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const [fault] = document.errors;
  if (fault) throw new RulesFileError(`${path}: ${fault.message}`);
  const content = contentOf(document, path);
  const rules = isRecord(content) ? content.rules : undefined;
  if (!isRecord(content) || !isRecord(rules) || !isMap(document.contents)) {
    throw new RulesFileError(`${path}: must be a map with \`rules:\`, which has one entry for each rule, by its name`);
  }
  const unknown = Object.keys(content).find((key) => key !== 'rules');
  if (unknown !== undefined) throw new RulesFileError(`${path}: \`${unknown}\` is unknown; there is only \`rules\``);
  return new Map(Object.entries(rules).map(([name, rule]) => [name, readRule(name, rule, path)]));
}

/** No aliases that multiply: a file is read from anywhere, and a rule is small. */
function contentOf(document: Document, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    // An alias without its anchor, or too many of them.
    throw new RulesFileError(`${path}: ${(error as Error).message}`);
  }
}

function readRule(name: string, rule: unknown, path: string): RuleInFile {
  const where = `${path}: rule "${name}"`;
  if (!isRecord(rule)) throw new RulesFileError(`${where} must be a map of the fields that the API has`);
  if (name !== name.trim()) throw new RulesFileError(`${where}: remove the spaces at the ends of its name`);
  const { webhook_endpoints: endpoints } = rule;
  if (!Array.isArray(endpoints) || !endpoints.every((one) => typeof one === 'string')) {
    throw new RulesFileError(`${where} needs \`webhook_endpoints\`, a list of endpoints' names`);
  }
  for (const field of ['name', 'webhook_endpoint_id', 'webhook_endpoint_ids']) {
    if (field in rule) {
      throw new RulesFileError(
        `${where}: \`${field}\` is given by the entry's key and \`webhook_endpoints\` here; remove it`,
      );
    }
  }
  return rule as RuleInFile;
}

/** The file's text for these rules: sorted by name, so that two exports differ by what has changed. */
export function writeRulesFile(rules: Map<string, RuleInFile>): string {
  const sorted = [...rules].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return stringify({ rules: Object.fromEntries(sorted) }, { lineWidth: 120 });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
