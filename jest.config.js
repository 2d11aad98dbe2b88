// Two projects: unit tests need nothing; integration tests share one real PostgreSQL and one real Temporal.
const common = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/integration-tests/harness/strip-types.js' },
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
      ...common,
      displayName: 'integration',
      testMatch: ['<rootDir>/integration-tests/*.test.ts'],
      globalSetup: '<rootDir>/integration-tests/harness/global-setup.ts',
      globalTeardown: '<rootDir>/integration-tests/harness/global-teardown.ts',
    },
  ],
};
