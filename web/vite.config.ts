import path from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * The console. `npm run dev -w web` serves it with live reload and passes everything of the API on to the server at REEVE_URL; the build goes
 * to `dist`, which `reeve serve` answers from.
 */
const api = process.env['REEVE_URL'] ?? 'http://127.0.0.1:4400';

export default defineConfig(({ command }) => ({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss()],
  // The server puts a fresh number in its place for each page, so that the policy needs no `unsafe-inline`.
  ...(command === 'build' ? { html: { cspNonce: '__CSP_NONCE__' } } : {}),
  build: {
    outDir: path.join(import.meta.dirname, 'dist'),
    emptyOutDir: true,
    target: 'es2023',
    // What is small enough to be put into the script would be a data: address; the policy allows none but images.
    assetsInlineLimit: 0,
    manifest: true,
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
  },
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(
      ['/v1', '/orchestrate', '/start-job', '/stop-job', '/status', '/health', '/ready', '/connect', '/docs', '/openapi.json'].map((prefix) => [
        prefix,
        // The server lets a session write only from a page of its own.
        { target: api, changeOrigin: true, headers: { origin: api } },
      ]),
    ),
  },
}));
