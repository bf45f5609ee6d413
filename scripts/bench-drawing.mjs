/**
 * `npm run bench:drawing`: builds the benchmark of drawing, its page with the settings of every build for users, and
 * runs it. So it measures the built code. test/bench/drawing/main.ts lists its arguments.
 */
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';
import { importTypeScript } from './prepare.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const from = (name) => join(root, 'test', 'bench', 'drawing', name);
const outDir = join(root, '.cache', 'bench-drawing');
const common = { configFile: false, logLevel: 'warn' };
const { production } = await importTypeScript('scripts/production.ts');

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
  ...production(),
  build: {
    minify: process.env.PLAIN ? false : undefined,
    outDir: join(outDir, 'page'),
    emptyOutDir: false,
    target: 'es2022',
  },
});
await import(pathToFileURL(join(outDir, 'main.js')).href);
