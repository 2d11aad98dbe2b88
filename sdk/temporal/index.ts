export type { Emitter, FlushOptions, Taken } from '../src/emit/emitter.ts';
export { createEmitActivities, type EmitActivities } from './activities.ts';
export { createTemporalEmitter, type TemporalEmitterOptions } from './emitter.ts';
export { exosphereAlerts, type WorkerPluginOptions } from './plugin.ts';
