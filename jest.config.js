// Unit tests need nothing; integration, browser and fault tests share one real PostgreSQL and one real Temporal.
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
};

export default {
  testTimeout: 60_000,
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/{src,workflows,activities,scripts,bench}/**/*.test.ts'],
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
      displayName: 'faults',
      testMatch: ['<rootDir>/integration-tests/faults/*.test.ts'],
    },
  ],
};
