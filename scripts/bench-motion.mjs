/**
 * `npm run bench:motion`: builds the benchmark of motion for Node and its page for Chromium, and runs it. So it
 * measures the built code. test/bench/motion/main.ts lists its arguments.
 */
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const outDir = join(root, '.cache', 'bench-motion');
const from = (name) => join(root, 'test', 'bench', 'motion', name);
const common = { root, configFile: false, logLevel: 'warn' };
const output = { outDir, emptyOutDir: false, minify: false };

rmSync(outDir, { recursive: true, force: true });
await build({
  ...common,
  // Bundled, so that it uses the clock that the benchmark gives it.
  ssr: { noExternal: ['perfect-cursors'] },
  build: {
    ...output,
    ssr: true,
    target: 'node20',
    rollupOptions: { input: { main: from('main.ts') }, output: { entryFileNames: '[name].js' } },
  },
});
await build({
  ...common,
  build: {
    ...output,
    target: 'es2022',
    rollupOptions: { input: from('page.ts'), output: { entryFileNames: 'page.js', format: 'iife' } },
  },
});
await import(pathToFileURL(join(outDir, 'main.js')).href);
