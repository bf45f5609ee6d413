/**
 * What the scripts that measure share: they build their programs for Node, which does not run TypeScript before version
 * 22, and run the first of them. So they measure the built code.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { root } from './prepare.js';

/** The file of `test/bench` of this name. */
export const bench = (name) => join(root, 'test', 'bench', name);

/**
 * Builds `input`, an object of entries by name, into an empty folder `.cache/{name}`, and returns the path of that.
 * `options`: further ones of Vite.
 */
export async function builtForNode(name, input, options = {}) {
  const outDir = join(root, '.cache', name);
  rmSync(outDir, { recursive: true, force: true });
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    ...options,
    build: {
      ssr: true,
      target: 'node20',
      outDir,
      emptyOutDir: false,
      minify: false,
      rolldownOptions: { input, output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' } },
    },
  });
  return outDir;
}

/** Runs `main.js` of a folder that {@link builtForNode} has filled. */
export const runMain = (outDir) => import(pathToFileURL(join(outDir, 'main.js')).href);
