import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Headquarters' page: served below /hq/ by the service itself, with nothing inline, so that a strict content security policy holds. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/hq/',
  plugins: [react(), tailwind()],
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    // One file is right here: the page is opened once per shift, over a local network, and a missing chunk at 2 a.m. helps nobody.
    chunkSizeWarningLimit: 800,
  },
});
