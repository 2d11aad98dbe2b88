// Jest's setupFiles: failing receivers and refused inputs are what these tests are about, so the SDK tells errors only.
import { DefaultLogger, Runtime } from '@temporalio/worker';

Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
