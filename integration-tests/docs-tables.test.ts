import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { retryPolicySchema } from '../src/domain/retry-policy-schema.ts';
import { ALERTS, read } from './harness/documents.ts';
import { ROOT } from './harness/repository.ts';

/* What the documents list is what there is: settings, fields, error codes, files. */

/** One row of a table, its cells as they stand between the bars. */
function row(path: string, firstCell: string): string[] | undefined {
  const line = read(path)
    .split('\n')
    .find((text) => text.startsWith('|') && text.split('|')[1]?.includes(`\`${firstCell}\``));
  return line?.split(/(?<!\\)\|/).map((cell) => cell.trim());
}

describe('tables', () => {
  const config = read('src/config.ts');
  const shape = config.slice(config.indexOf('z.object({'), config.indexOf('\n});'));
  /** Name and definition of each setting: an entry begins with two spaces and a capital letter. */
  const settings = shape
    .split(/^ {2}(?=[A-Z])/m)
    .slice(1)
    .map((entry) => entry.split(/:(.*)/s, 2) as [string, string]);

  test('every setting is in the table, with its default', () => {
    expect(settings.length).toBeGreaterThan(15);
    // PATH is the shell's, and told with TEMPORAL_CLI_PATH.
    const told = settings.filter(([name]) => name !== 'PATH');
    for (const [name, definition] of told) {
      const fallback = definition.match(/(?:port|days)\((\d+)\)|\.default\('([^']*)'\)/);
      const cells = row(ALERTS, name);
      expect({ name, found: cells !== undefined }).toEqual({ name, found: true });
      if (fallback) expect({ name, default: cells?.[2] }).toEqual({ name, default: fallback[1] ?? fallback[2] });
    }
  });

  test('every field of the retry policy is in the table, with its default', () => {
    interface Field {
      default?: unknown;
      properties?: Record<string, Field>;
    }
    // With an id of its own the schema is told as a definition.
    const { $defs, ...schema } = z.toJSONSchema(retryPolicySchema) as { $defs?: Record<string, Field> } & Field;
    const properties = schema.properties ?? $defs?.RetryPolicy?.properties ?? {};
    const fields = Object.entries(properties).flatMap(([name, { properties: inner, default: value }]) =>
      inner ? Object.entries(inner).map(([part, field]) => [`${name}.${part}`, field.default]) : [[name, value]],
    ) as [string, unknown][];
    expect(fields.length).toBeGreaterThan(10);
    for (const [name, value] of fields) {
      const shown =
        value === undefined
          ? 'none'
          : [value]
              .flat()
              .map((part) => `\`${part}\``)
              .join(', ');
      expect({ name, default: row(ALERTS, name)?.[2] }).toEqual({ name, default: shown });
    }
  });
});

test('every code of an error is in the table of statuses, in the row of its status', () => {
  const sources = ['src/app.ts', ...readdirSync(join(ROOT, 'src/api')).map((name) => `src/api/${name}`)];
  const text = sources
    .filter((path) => /(?<!\.test)\.ts$/.test(path))
    .map(read)
    .join('\n');
  const made = [...text.matchAll(/new ApiError\(\s*(\d{3}),\s*'(\w+)'/g)].map(([, status, code]) => [status, code]);
  const unauthorized = [...text.matchAll(/unauthorized\(\s*'(\w+)'/g)].map(([, code]) => ['401', code]);
  const codes = [...made, ...unauthorized, ['422', 'invalid'], ['422', 'reserved_type']] as [string, string][];
  expect(codes.length).toBeGreaterThan(25);
  const rows = read(ALERTS).match(/^\| \d{3}\b.*$/gm) ?? [];
  const missing = codes.filter(([status, code]) => {
    const told = rows.find((line) => line.split('|')[1]?.includes(status));
    return told?.includes(`\`${code}\``) !== true;
  });
  expect(missing).toEqual([]);
});

describe('links', () => {
  const documents = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md') && !/(^|\/)(node_modules|\.[a-z]+)\//.test(path))
    .sort();

  test('every relative link leads to a file, and to a heading of it', () => {
    expect(documents).toContain(ALERTS);
    const broken = documents.flatMap((path) =>
      [...read(path).matchAll(/\]\((?![a-z]+:)([^)#]*)(?:#([^)]*))?\)/g)].flatMap(([link, target, anchor]) => {
        const file = target ? relative(ROOT, join(ROOT, dirname(path), target)) : path;
        if (!existsSync(join(ROOT, file))) return [`${path}: ${link}`];
        return anchor === undefined || anchors(file).includes(anchor) ? [] : [`${path}: ${link}`];
      }),
    );
    expect(broken).toEqual([]);
  });

  test('every file that the documents name is there', () => {
    const named = documents.flatMap((path) =>
      [
        ...read(path).matchAll(/`((?:src|workflows|activities|integration-tests|scripts|temporal-config)\/[\w./-]*)`/g),
      ].map(([, file]) => ({ path, file: file as string })),
    );
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter(({ file }) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  /** Headings as GitHub makes anchors of them. */
  function anchors(path: string): string[] {
    const headings = [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading.toLowerCase());
    return headings.map((heading) => heading.replaceAll(/[^\w\s-]/g, '').replaceAll(' ', '-'));
  }
});
