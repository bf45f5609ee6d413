/**
 * `npm run bench:drawing`: builds the benchmark of drawing, its page with the settings of every build for users, and
 * runs it. test/bench/drawing/main.ts lists its arguments.
 */
import { join } from 'node:path';
import { build } from 'vite';
import { bench, builtForNode, runMain } from './built.js';
import { importTypeScript } from './prepare.js';

const { production } = await importTypeScript('scripts/production.ts');

const outDir = await builtForNode('bench-drawing', {
  main: bench('drawing/main.ts'),
  crowd: bench('drawing/crowd.ts'),
});
await build({
  configFile: false,
  logLevel: 'warn',
  root: bench('drawing'),
  base: './',
  ...production(),
  build: {
    minify: process.env.PLAIN ? false : undefined,
    outDir: join(outDir, 'page'),
    emptyOutDir: false,
    target: 'es2022',
  },
});
await runMain(outDir);
