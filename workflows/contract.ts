/**
 * The contract: names, ids and shapes that clients, workers, operators and outside programs share. Nothing here may change
 * lightly. This is its one door; the files behind it import nothing of ours.
 */
export * from './contract/alerts.ts';
export * from './contract/dead-letters.ts';
export * from './contract/deliveries.ts';
export * from './contract/events.ts';
export * from './contract/names.ts';
export * from './contract/retention.ts';
export * from './contract/search-attributes.ts';
export * from './contract/sources.ts';
