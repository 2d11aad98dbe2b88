import { expect } from '@jest/globals';
import { COORDINATES_VARIABLE, type Coordinates } from './coordinates.ts';
import { namespaceOf } from './repository.ts';

/**
 * The servers that this test run shares, and this test file's own Temporal namespace on them.
 *
 * @param testFile path or URL of the test file, by default the one that is running
 * @throws Error outside the integration project of Jest
 */
export function testServers(testFile?: string): Coordinates & { temporalNamespace: string } {
  const json = process.env[COORDINATES_VARIABLE];
  if (!json) throw new Error('No test servers: run with jest --selectProjects integration.');
  const file = testFile ?? expect.getState().testPath;
  if (!file) throw new Error('Call testServers within a test file.');
  return { ...(JSON.parse(json) as Coordinates), temporalNamespace: namespaceOf(file) };
}
