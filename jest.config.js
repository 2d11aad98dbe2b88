import { availableParallelism } from 'node:os';

// Unit tests need nothing; integration, browser, contract and fault tests share one real PostgreSQL and one real Temporal.
const common = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/integration-tests/harness/strip-types.js' },
};

const withServers = {
  ...common,
  globalSetup: '<rootDir>/integration-tests/harness/global-setup.ts',
  globalTeardown: '<rootDir>/integration-tests/harness/global-teardown.ts',
  setupFiles: ['<rootDir>/integration-tests/harness/quiet-sdk.ts'],
  setupFilesAfterEnv: ['<rootDir>/integration-tests/harness/require-conformity.ts'],
};

export default {
  // A test that waits for something says for what and how long itself; this is for a machine that does all of it slowly.
  testTimeout: 120_000,
  // Three files at a time on two cores also: most of them wait, for timers and for other processes, rather than compute.
  // No more than harness/free-port.ts has ports for.
  maxWorkers: Math.min(30, Math.max(3, availableParallelism() - 1)),
  testSequencer: '<rootDir>/integration-tests/harness/longest-first.js',
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/{src,workflows,activities,scripts,bench,ui/src,sdk/src,sdk/temporal}/**/*.test.ts'],
    },
    {
      ...withServers,
      displayName: 'integration',
      testMatch: ['<rootDir>/integration-tests/*.test.ts'],
    },
    {
      ...withServers,
      displayName: 'browser',
      testMatch: ['<rootDir>/integration-tests/browser/*.test.ts'],
    },
    {
      ...withServers,
      displayName: 'contract',
      testMatch: ['<rootDir>/integration-tests/contract/*.test.ts'],
    },
    {
      ...withServers,
      displayName: 'faults',
      testMatch: ['<rootDir>/integration-tests/faults/*.test.ts'],
    },
  ],
};
