import type { Place } from './seal.ts';

/** Where an endpoint's boxes live: sealed into them, so that a box moved elsewhere does not open. */
export const endpointPlace = {
  secret: (endpointId: string): Place => ({ table: 'webhook_endpoints', row: endpointId, column: 'sealed_secret' }),
  /** What `secret` was until a rotation. A box does not move between columns: it is opened and sealed anew. */
  previousSecret: (endpointId: string): Place => ({
    table: 'webhook_endpoints',
    row: endpointId,
    column: 'sealed_previous_secret',
  }),
  targetUrl: (endpointId: string): Place => ({
    table: 'webhook_endpoints',
    row: endpointId,
    column: 'sealed_target_url',
  }),
  routingKey: (endpointId: string): Place => ({
    table: 'webhook_endpoints',
    row: endpointId,
    column: 'sealed_routing_key',
  }),
  header: (endpointId: string, name: string): Place => ({
    table: 'webhook_endpoints',
    row: endpointId,
    column: `sealed_headers.${name.toLowerCase()}`,
  }),
};

/** Where the boxes of a watched Temporal namespace live. */
export const sourcePlace = {
  clientKey: (sourceId: string): Place => ({ table: 'temporal_sources', row: sourceId, column: 'sealed_client_key' }),
  apiKey: (sourceId: string): Place => ({ table: 'temporal_sources', row: sourceId, column: 'sealed_api_key' }),
};
