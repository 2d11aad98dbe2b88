import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { makeSecret } from '../domain/signature.ts';

/** What is kept of the sample between starts. `made`: it is there, or nobody wants it. */
export interface SampleState {
  secret: string;
  made: boolean;
}

/** Reads the state, or makes the inbox's secret. @param randomBytes a cryptographic source */
export function readSampleState(path: string, randomBytes: (size: number) => Uint8Array): SampleState {
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as SampleState;
  const state = { secret: makeSecret(randomBytes), made: false };
  writeSampleState(path, state);
  return state;
}

/** Keeps the state; the file is whole or the old one. */
export function writeSampleState(path: string, state: SampleState): void {
  writeFileSync(`${path}.new`, JSON.stringify(state), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
