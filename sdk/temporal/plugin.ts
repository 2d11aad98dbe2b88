import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BundleOptions, BundlerPlugin, InjectedSinks, WorkerOptions, WorkerPlugin } from '@temporalio/worker';
import type { Emitter } from '../src/emit/emitter.ts';
import { createEmitActivities } from './activities.ts';
import type { ReportSinks } from './interceptors.ts';
import { REPORT_SINK } from './report.ts';
import { createReporter, type Reporter, type ReportOptions } from './reporter.ts';

export interface WorkerPluginOptions extends ReportOptions {
  /** How events reach the service: `createTemporalEmitter(…)`, or `new ExosphereAlerts(…)` for REST. */
  emitter: Emitter;
}

/** What the plugin changes of a worker's options, and of those for a replay. */
type WorkflowSide = Pick<WorkerOptions, 'workflowsPath' | 'workflowBundle' | 'interceptors' | 'sinks'>;

const THIS_FILE = import.meta.url;
/** Beside this file, as TypeScript where this file is. */
const INTERCEPTORS = fileURLToPath(new URL(`./interceptors${THIS_FILE.endsWith('.ts') ? '.ts' : '.js'}`, THIS_FILE));

/** A text of `interceptors.ts` that its bundle cannot do without: the sink's name, in quotes or after a dot. */
const MARK = REPORT_SINK;

/**
 * A plugin for workers: every workflow of the worker tells how it began and ended, and which of its activities failed for
 * good; `emitFromWorkflow` works in them. One line: `Worker.create({ …, plugins: [exosphereAlerts({ emitter })] })`.
 *
 * It changes no workflow's history. A workflow that is terminated or times out does so on the server, where no worker sees
 * it: watch the namespace (`POST /v1/sources/temporal`) to hear of those.
 *
 * Where workflows are bundled beforehand, give the plugin to `bundleWorkflowCode({ …, plugins })` too.
 */
export function exosphereAlerts(options: WorkerPluginOptions): WorkerPlugin & BundlerPlugin {
  const reporter = createReporter(options);
  return {
    name: 'exosphere-alerts',

    configureBundler(bundle: BundleOptions): BundleOptions {
      return { ...bundle, workflowInterceptorModules: withInterceptors(bundle.workflowInterceptorModules) };
    },

    configureWorker(worker: WorkerOptions): WorkerOptions {
      return { ...worker, ...reporting(worker, reporter), ...emitting(worker, options.emitter) };
    },

    configureReplayWorker(worker) {
      return { ...worker, ...reporting(worker, reporter) };
    },

    async runWorker(worker, next) {
      try {
        await next(worker);
      } finally {
        await reporter.flush();
      }
    },
  };
}

function reporting(worker: WorkflowSide, reporter: Reporter): Pick<WorkflowSide, 'interceptors' | 'sinks'> {
  const sinks = { ...worker.sinks, ...sinksOf(reporter) };
  if (worker.workflowBundle !== undefined) {
    checkBundle(worker.workflowBundle);
    return { sinks };
  }
  // A worker of activities alone.
  if (worker.workflowsPath === undefined) return {};
  const workflowModules = withInterceptors(worker.interceptors?.workflowModules);
  return { sinks, interceptors: { ...worker.interceptors, workflowModules } };
}

/**
 * The activity of `emitFromWorkflow`. Not for a worker of workflows alone: it would take activities from the task queue that
 * only other workers know.
 */
function emitting({ activities }: WorkerOptions, emitter: Emitter): Pick<WorkerOptions, 'activities'> {
  const hasAny = activities !== undefined && Object.keys(activities).length > 0;
  return hasAny ? { activities: { ...createEmitActivities(emitter), ...activities } } : {};
}

const withInterceptors = (modules: string[] = []) =>
  modules.includes(INTERCEPTORS) ? modules : [...modules, INTERCEPTORS];

function sinksOf(reporter: Reporter): InjectedSinks<ReportSinks> {
  return { [REPORT_SINK]: { report: { fn: (_info, report) => reporter.report(report), callDuringReplay: false } } };
}

/** @throws Error with the remedy: without its interceptors the plugin would be silent, which nobody would notice */
function checkBundle(bundle: NonNullable<WorkerOptions['workflowBundle']>): void {
  const code =
    'code' in bundle ? bundle.code : existsSync(bundle.codePath) ? readFileSync(bundle.codePath, 'utf8') : MARK;
  if (code.includes(MARK)) return;
  throw new Error(
    'The workflow bundle was made without the plugin of Exosphere Alerts, which could then see no workflow. ' +
      'Give it to the bundler too: bundleWorkflowCode({ workflowsPath, plugins: [exosphereAlerts({ emitter })] }).',
  );
}
