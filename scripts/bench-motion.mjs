/**
 * `npm run bench:motion`: builds the benchmark of motion for Node and its page for Chromium, and runs it.
 * test/bench/motion/main.ts lists its arguments.
 */
import { build } from 'vite';
import { bench, builtForNode, runMain } from './built.js';
import { root } from './prepare.js';

const outDir = await builtForNode(
  'bench-motion',
  { main: bench('motion/main.ts') },
  { ssr: { noExternal: ['perfect-cursors'] } }, // bundled, so that it uses the clock that the benchmark gives it
);
await build({
  root,
  configFile: false,
  logLevel: 'warn',
  build: {
    outDir,
    emptyOutDir: false,
    minify: false,
    target: 'es2022',
    rolldownOptions: { input: bench('motion/page.ts'), output: { entryFileNames: 'page.js', format: 'iife' } },
  },
});
await runMain(outDir);
