/* `npm run ui:pictures`: puts the pictures that ui-pages.test.ts has taken for the documents into docs/images. */
import { copyFileSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const FROM = process.env.BROWSER_SCREENSHOTS || join(ROOT, '.cache', 'ui-pictures');
const TO = join(ROOT, 'docs', 'images');
/** Of each, in kB: a repository keeps every one there ever was. */
const MOST_KB = 150;

mkdirSync(TO, { recursive: true });
for (const name of readdirSync(FROM).filter((file) => file.startsWith('documents-'))) {
  const kb = Math.ceil(statSync(join(FROM, name)).size / 1000);
  const target = name.replace('documents-', 'ui-');
  if (kb > MOST_KB) {
    process.stderr.write(
      `${target} has ${kb} kB, over ${MOST_KB}: show less, or a smaller window. It is left as it was.\n`,
    );
    process.exitCode = 1;
    continue;
  }
  copyFileSync(join(FROM, name), join(TO, target));
  process.stdout.write(`docs/images/${target}: ${kb} kB\n`);
}
