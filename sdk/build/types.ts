/* `npm run sdk:types|sdk:types:check`: keeps sdk/src/openapi.ts what docs/openapi.json says. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
// It needs the compiler API of TypeScript 5.9, which this workspace has for it.
import openapiTS, { astToString } from 'openapi-typescript';

const SDK = join(import.meta.dirname, '..');
const TARGET = join(SDK, 'src', 'openapi.ts');

const document = JSON.parse(readFileSync(join(SDK, '..', 'docs', 'openapi.json'), 'utf8'));
const head = '// Made from docs/openapi.json by `npm run sdk:types`; never edited.\n\n';
// A field with a default may be left out of a request; those of answers are required by the description itself.
const text = head + astToString(await openapiTS(document, { defaultNonNullable: false }));
const [command] = process.argv.slice(2);
if (command === 'write') {
  writeFileSync(TARGET, text);
  process.stdout.write('Wrote sdk/src/openapi.ts.\n');
} else if (command === 'check') {
  if (readFileSync(TARGET, 'utf8') === text)
    process.stdout.write('sdk/src/openapi.ts is what docs/openapi.json says.\n');
  else {
    process.stderr.write('sdk/src/openapi.ts is not what docs/openapi.json says. Run: npm run sdk:types\n');
    process.exitCode = 1;
  }
} else {
  process.stderr.write('Usage: types.ts write|check\n');
  process.exitCode = 1;
}
