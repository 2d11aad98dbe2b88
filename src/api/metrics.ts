import { z } from 'zod';
import { type Route, route } from './route.ts';

/** Prometheus's text format, as every scraper reads it. */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** `/metrics`: what Prometheus scrapes. It names nobody and nothing of a tenant, so it needs no key. */
export function metricsRoutes({ metricsPage }: { metricsPage: () => Promise<string> }): Route[] {
  return [
    route({
      method: 'get',
      path: '/metrics',
      operationId: 'getMetrics',
      summary: "This process's metrics, and those of the service that stand in PostgreSQL",
      tag: 'Operations',
      authenticated: false,
      replies: {
        200: { description: "Prometheus's text format", schema: z.string(), contentType: 'text/plain' },
      },
      handle: async () => ({ status: 200, text: await metricsPage(), headers: { 'content-type': CONTENT_TYPE } }),
    }),
  ];
}
