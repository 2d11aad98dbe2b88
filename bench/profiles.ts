import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Options } from './options.ts';
import { OUTPUT_DIR } from './output.ts';

const PROFILE_DIR = join(OUTPUT_DIR, 'profiles');

/** Node's arguments for a program under test: it writes the profile of every thread when it ends, workflows' ones too. */
export const profileArguments = ({ profile }: Options, name: string): string[] =>
  profile ? ['--cpu-prof', `--cpu-prof-dir=${join(PROFILE_DIR, name)}`] : [];

/** Those of an earlier run are not to be taken for this one's. */
export const removeProfiles = (): void => rmSync(PROFILE_DIR, { recursive: true, force: true });
