import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { precompress } from './build/precompress.ts';

/** Replaced for each request by the service (`src/web/index.ts`). */
const NONCE = '__CSP_NONCE__';

/** The service that `npm run ui:dev` talks to. */
const SERVICE = process.env.EXOSPHERE_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), precompress()],
  html: { cspNonce: NONCE },
  build: {
    target: 'es2023',
    // All that know `light-dark()`: lowered, it would miss the scheme that Mantine sets.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // No data: URLs but images; a policy without `data:` elsewhere.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_000,
    manifest: 'manifest.json',
  },
  server: {
    proxy: Object.fromEntries(
      ['/v1', '/docs', '/openapi.json', '/schemas', '/healthz', '/readyz'].map((path) => [path, { target: SERVICE }]),
    ),
  },
});
