import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { run } from '../../src/embedded/run.ts';
import { ROOT } from './repository.ts';

/** What promtool says, and whether it found no fault. */
export interface Verdict {
  ok: boolean;
  output: string;
}

/** Prometheus's own checker, as it is installed or fetched by scripts/install-promtool.sh. */
export type Promtool = (args: string[], input?: string) => Promise<Verdict>;

/** @throws Error with what to do, where there is none and none can be fetched */
export async function findPromtool(): Promise<Promtool> {
  const found = await run(join(ROOT, 'scripts', 'install-promtool.sh'), [], { timeoutMs: 300_000 });
  if (!found.ok) throw new Error(`There is no promtool: ${found.output}`);
  const path = found.output.trim().split('\n').at(-1) as string;
  return (args, input = '') =>
    new Promise((resolve, reject) => {
      const child = spawn(path, args, { stdio: ['pipe', 'pipe', 'pipe'] });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          output += text;
        });
      }
      child.once('error', reject);
      child.once('close', (code) => resolve({ ok: code === 0, output }));
      child.stdin.end(input);
    });
}
