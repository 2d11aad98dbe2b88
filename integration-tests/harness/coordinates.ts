/** The environment variable by which global-setup.ts tells test files where the servers are: JSON of {@link Coordinates}. */
export const COORDINATES_VARIABLE = 'EXOSPHERE_TEST_SERVERS';

/** Where the servers of this test run are. */
export type Coordinates = {
  /** Superuser's URL of the maintenance database; database.ts makes databases with it. */
  postgresUrl: string;
  /** `127.0.0.1:41233` */
  temporalAddress: string;
  /** `http://127.0.0.1:41234` */
  temporalUiUrl: string;
  /** Name of a migrated database to copy. */
  templateDatabase: string;
  /** The workflows' code, bundled once for all test files. */
  workflowBundlePath: string;
  /** Path of the Temporal CLI, for tests that use it as a person would. */
  temporalCli: string;
  /** Path of the time-skipping test server; absent: Temporal's SDK downloads its own. */
  timeSkippingServer?: string;
};
