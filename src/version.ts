import manifest from '../package.json' with { type: 'json' };

/** The service's version: package.json is its only home. */
export const version: string = manifest.version;
