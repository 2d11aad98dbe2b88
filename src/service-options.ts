import type { ConnectionOptions } from '@temporalio/client';
import type { WorkflowBundle } from '@temporalio/worker';
import type { Router } from 'express';
import type { Logger } from 'pino';
import type { BadKeyLimitOptions } from './api/bad-key-limit.ts';
import type { Tracing } from './domain/trace.ts';
import type { HttpLimits } from './http-server.ts';
import type { SdkMetrics } from './metrics/sdk.ts';

/** All that a process of the service is made from. Nothing in here is read from anywhere else. */
export interface ServiceOptions {
  role: 'all' | 'api' | 'worker';
  /** `limits` on top of the usual ones; `trustedProxies` are CIDRs. */
  http: { host: string; port: number; trustedProxies?: string[]; limits?: Partial<HttpLimits> };
  /** Base of links, without a trailing slash. */
  publicUrl: string | undefined;
  databaseUrl: string;
  temporal: {
    connection: ConnectionOptions;
    namespace: string;
    uiUrl: string | undefined;
    /** Of the Worker Deployment that this process's worker is a version of; absent: none, no versioning. */
    deploymentName?: string | undefined;
  };
  apiKey: string | undefined;
  encryptionKeys: string;
  allowHttp: boolean;
  allowedSubnets: string[];
  /** Days that ended history, the idempotency memory and waiting dead letters are kept; 0: for ever. */
  retention: { days: number; dedupDays: number; deadLetterDays: number };
  /** Events that a namespace may hand in by this process, on average; 0: no limit. */
  eventsPerSecond: number;
  log: Logger;
  now: () => number;
  random: () => number;
  randomBytes: (size: number) => Uint8Array;
  /** Where spans are begun; absent: nobody collects them. */
  tracing?: Tracing;
  /** Reads what Temporal's SDK counts; absent: it counts nothing. */
  sdkMetrics?: SdkMetrics | undefined;
  /** Whether `/metrics` tells of the process itself: of one service in a process only. */
  processMetrics?: boolean;
  /** More routers beside the API: the embedded default's inbox. */
  extra?: { path: string; router: Router }[];
  /** Another folder of the built web UI than ui/dist (tests). */
  webUiFolder?: string;
  /** Other bounds on bad API keys than the usual ones (tests). */
  badKeys?: Omit<BadKeyLimitOptions, 'now'>;
  /** A bundle made before, for many services in one process (tests). */
  workflowBundle?: WorkflowBundle;
}
