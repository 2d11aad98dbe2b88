import type { Place } from './seal.ts';
import { endpointPlace, sourcePlace } from './sealed-place.ts';

/** A table with boxes. */
export interface SealedTable {
  table: string;
  /** What its rows are, in the plural, for people. */
  what: string;
  /** Every sealed column, with its place. */
  columns: Record<string, (id: string) => Place>;
  /** The place of each member of `sealed_headers`, where there is such a column. */
  header?: (id: string, name: string) => Place;
}

/** Every table with boxes, for sealing them anew: a further one, or a further column, belongs here too. */
export const sealedTables: readonly SealedTable[] = [
  {
    table: 'webhook_endpoints',
    what: 'endpoints',
    columns: {
      sealed_secret: endpointPlace.secret,
      sealed_previous_secret: endpointPlace.previousSecret,
      sealed_target_url: endpointPlace.targetUrl,
      sealed_routing_key: endpointPlace.routingKey,
    },
    header: endpointPlace.header,
  },
  {
    table: 'temporal_sources',
    what: 'Temporal sources',
    columns: { sealed_client_key: sourcePlace.clientKey, sealed_api_key: sourcePlace.apiKey },
  },
];
