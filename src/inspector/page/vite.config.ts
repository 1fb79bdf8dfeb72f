import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: '/inspector/',
  build: {
    outDir: '../../../dist/inspector',
    emptyOutDir: true,
    modulePreload: false,
  },
});
