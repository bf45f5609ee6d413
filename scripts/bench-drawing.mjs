// Builds the page and the people of the drawing bench, the page as a page would get it, and runs it; see
// test/bench/drawing/main.ts for its arguments. What is measured is the built code.
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const from = (name) => join(root, 'test', 'bench', 'drawing', name);
const outDir = join(root, '.cache', 'bench-drawing');
const common = { configFile: false, logLevel: 'warn' };
/** package.json says which files of dist/ register elements; of their sources here it would say that none does. */
const sourcesRegister = {
  name: 'sources-register',
  transform: { filter: { id: /\/elements\/.*\.ts$/ }, handler: () => ({ moduleSideEffects: true }) },
};

rmSync(outDir, { recursive: true, force: true });
await build({
  ...common,
  root,
  build: {
    ssr: true,
    target: 'node20',
    outDir,
    minify: false,
    rolldownOptions: {
      input: { main: from('main.ts'), crowd: from('crowd.ts') },
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
});
await build({
  ...common,
  root: from(''),
  base: './',
  plugins: [sourcesRegister],
  define: { require: 'undefined' },
  build: {
    minify: process.env.PLAIN ? false : undefined,
    outDir: join(outDir, 'page'),
    emptyOutDir: false,
    target: 'es2022',
  },
});
await import(pathToFileURL(join(outDir, 'main.js')).href);
