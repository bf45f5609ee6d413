/**
 * `npm run bench:documents`: builds the benchmark of documents for Node, and its page with the settings of every build
 * for users, and runs it. test/bench/documents/options.ts lists its arguments.
 */
import { join } from 'node:path';
import { build } from 'vite';
import { bench, builtForNode, runMain } from './built.js';
import { importTypeScript } from './prepare.js';

const { production } = await importTypeScript('scripts/production.ts');

const outDir = await builtForNode('bench-documents', {
  main: bench('documents/main.ts'),
  worker: bench('documents/worker.ts'),
  'y-websocket-server': bench('documents/servers/y-websocket-server.ts'),
  'hocuspocus-server': bench('documents/servers/hocuspocus-server.ts'),
});
await build({
  configFile: false,
  logLevel: 'warn',
  root: bench('documents/page'),
  base: './',
  ...production(),
  build: { outDir: join(outDir, 'page'), emptyOutDir: false, target: 'es2022' },
});
await runMain(outDir);
