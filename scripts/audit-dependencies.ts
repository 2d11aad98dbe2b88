import { spawnSync } from 'node:child_process';

/*
 * npm run audit:check: npm's audit of what the service runs on. Exits 0 where nothing high or critical is known, 1 where
 * something is, and 75 where the registry cannot be asked.
 */

/** BSD's EX_TEMPFAIL: `.ci/run` reports such a step as skipped. */
export const UNANSWERED = 75;

interface Audit {
  metadata?: { vulnerabilities?: Record<string, number> };
  vulnerabilities?: Record<string, { severity: string; range: string }>;
  message?: string;
  error?: { summary?: string };
}

/**
 * What an audit means.
 *
 * @param output of `npm audit --json`
 * @returns exit code, and what to say
 */
export function verdictOn(output: string): { code: number; text: string } {
  const report = parsed(output);
  const counts = report?.metadata?.vulnerabilities;
  if (counts === undefined) {
    const why = report?.message || report?.error?.summary || output.trim().slice(0, 300) || 'it said nothing';
    return { code: UNANSWERED, text: `The registry gave no audit: ${why}` };
  }
  const serious = (counts.high ?? 0) + (counts.critical ?? 0);
  const found = Object.entries(report?.vulnerabilities ?? {}).map(
    ([name, { severity, range }]) => `${severity}: ${name} ${range}`,
  );
  const head = serious > 0 ? `${serious} high or critical; see npm audit --omit=dev` : 'Nothing high or critical';
  return { code: serious > 0 ? 1 : 0, text: [`${head}.`, ...found].join('\n') };
}

function parsed(text: string): Audit | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const { stdout, error } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8', timeout: 120_000 });
  const { code, text } = error
    ? { code: UNANSWERED, text: `npm audit did not run: ${error.message}` }
    : verdictOn(stdout);
  process.stdout.write(`${text}\n`);
  process.exitCode = code;
}
