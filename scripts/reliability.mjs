/**
 * `npm run reliability`: builds the properties of docs/reliability.md for Node, and measures them on Slate, y-websocket
 * and Hocuspocus, in about ten minutes. With numbers as arguments it runs those alone, and writes nothing.
 */
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const outDir = join(root, '.cache', 'reliability');
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
    minify: false,
    rolldownOptions: {
      input: {
        main: from('reliability/main.ts'),
        'y-websocket-server': from('servers/y-websocket-server.ts'),
        'hocuspocus-server': from('servers/hocuspocus-server.ts'),
      },
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
});
await import(pathToFileURL(join(outDir, 'main.js')).href);
