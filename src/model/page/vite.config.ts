import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: '/model/',
  build: {
    outDir: '../../../dist/model',
    emptyOutDir: true,
    modulePreload: false,
  },
});
