/* `npm run ui:types|ui:types:check`: keeps ui/src/api/schema.d.ts what docs/openapi.json says. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
// It needs the compiler API of TypeScript 5.9, which this workspace has for it.
import openapiTS, { astToString } from 'openapi-typescript';

const UI = join(import.meta.dirname, '..');
const TARGET = join(UI, 'src', 'api', 'schema.d.ts');

const document = JSON.parse(readFileSync(join(UI, '..', 'docs', 'openapi.json'), 'utf8'));
const head = '// Made from docs/openapi.json by `npm run ui:types`; never edited.\n\n';
const text = head + astToString(await openapiTS(document));
const [command] = process.argv.slice(2);
if (command === 'write') {
  writeFileSync(TARGET, text);
  process.stdout.write('Wrote ui/src/api/schema.d.ts.\n');
} else if (command === 'check') {
  if (readFileSync(TARGET, 'utf8') === text)
    process.stdout.write('ui/src/api/schema.d.ts is what docs/openapi.json says.\n');
  else {
    process.stderr.write('ui/src/api/schema.d.ts is not what docs/openapi.json says. Run: npm run ui:types\n');
    process.exitCode = 1;
  }
} else {
  process.stderr.write('Usage: types.ts write|check\n');
  process.exitCode = 1;
}
