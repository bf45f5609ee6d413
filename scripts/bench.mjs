/**
 * `npm run bench`: builds the benchmark and the library for Node, which does not run TypeScript before version 22, and
 * runs it. So it measures the built code. test/bench/options.ts lists its arguments.
 */
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const outDir = join(root, '.cache', 'bench');
const from = (name) => join(root, 'test', 'bench', name);

rmSync(outDir, { recursive: true, force: true });
await build({
  root,
  configFile: false,
  logLevel: 'warn',
  build: {
    ssr: true,
    target: 'node20',
    outDir,
    emptyOutDir: false,
    minify: false,
    rollupOptions: {
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
await import(pathToFileURL(join(outDir, 'main.js')).href);
