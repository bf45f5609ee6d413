/**
 * `npm run bench:documents`: builds the benchmark of documents for Node, and its page with the settings of every build
 * for users, and runs it. So it measures the built code. test/bench/documents/options.ts lists its arguments.
 */
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';
import { importTypeScript } from './prepare.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const from = (name) => join(root, 'test', 'bench', 'documents', name);
const outDir = join(root, '.cache', 'bench-documents');
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
      input: {
        main: from('main.ts'),
        worker: from('worker.ts'),
        'y-websocket-server': from('servers/y-websocket-server.ts'),
        'hocuspocus-server': from('servers/hocuspocus-server.ts'),
      },
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
});
await build({
  ...common,
  root: from('page'),
  base: './',
  ...production(),
  build: { outDir: join(outDir, 'page'), emptyOutDir: false, target: 'es2022' },
});
await import(pathToFileURL(join(outDir, 'main.js')).href);
