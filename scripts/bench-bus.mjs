/**
 * `npm run bench:bus`: builds the benchmark of the typed events for Node, which does not run TypeScript before version
 * 22, and runs it. So it measures the built code. test/bench/bus/main.ts lists its arguments.
 */
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const outDir = join(root, '.cache', 'bench-bus');

rmSync(outDir, { recursive: true, force: true });
await build({
  root,
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  build: {
    ssr: join(root, 'test', 'bench', 'bus', 'main.ts'),
    target: 'node20',
    outDir,
    minify: false,
    rolldownOptions: { output: { entryFileNames: 'main.js', chunkFileNames: '[name].js' } },
  },
});
process.env.NODE_ENV = 'production';
await import(pathToFileURL(join(outDir, 'main.js')).href);
