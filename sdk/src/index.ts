export { type Api, unwrap } from './api.ts';
export { ExosphereAlerts } from './client.ts';
export type { Emitter, FlushOptions, Taken } from './emit/emitter.ts';
export { ExosphereAlertsError, type FieldError } from './error.ts';
export { newEventId } from './event-id.ts';
export type * from './events.ts';
export type { ErrorContext, ExosphereAlertsOptions } from './options.ts';
export * from './verify/index.ts';
