import { defineConfig } from 'vite'

/** Where the development server finds a homeserver; the built page talks to the origin that serves it. */
const homeserver = process.env['HALLWAY_DEV_SERVER'] ?? 'http://127.0.0.1:8008'
const proxied = { target: homeserver, changeOrigin: false, ws: true }

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    sourcemap: false,
    rolldownOptions: { treeshake: { manualPureFunctions: ['endpoint'] } },
  },
  server: { host: '127.0.0.1', proxy: { '/_matrix': proxied, '/_synapse': proxied } },
})
