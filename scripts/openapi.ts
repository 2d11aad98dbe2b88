/* `npm run openapi:write|openapi:check`: keeps docs/openapi.json what the service serves at /openapi.json. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeApi } from '../src/api/index.ts';

const [command] = process.argv.slice(2);
const path = join(import.meta.dirname, '..', 'docs', 'openapi.json');
const text = `${JSON.stringify(describeApi(), null, 2)}\n`;
if (command === 'write') {
  writeFileSync(path, text);
  process.stdout.write('Wrote docs/openapi.json.\n');
} else if (command === 'check') {
  if (readFileSync(path, 'utf8') === text) process.stdout.write('docs/openapi.json is what the service serves.\n');
  else {
    process.stderr.write('docs/openapi.json is not what the service serves. Run: npm run openapi:write\n');
    process.exitCode = 1;
  }
} else {
  process.stderr.write('Usage: openapi.ts write|check\n');
  process.exitCode = 1;
}
