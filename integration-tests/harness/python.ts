import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './repository.ts';

/** The Python that has the SDK of `sdk/python`, FastAPI and uvicorn. Half a minute, where it has to be installed first. */
export function pythonOfSdk(): string {
  return execFileSync(process.execPath, [join(ROOT, 'scripts', 'python.js')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();
}
