#!/usr/bin/env node
/**
 * `npm run build`: the published package, in dist/ (or in the folder that is the first argument):
 *   src/, elements/    the output of tsc, one JavaScript file and one file of types for each source file. Imports of
 *                      other packages stay. One file each keeps `sideEffects` in package.json exact.
 *   slate.js           the one-file build of rooms, for a plain HTML page; slate-events.js adds the events.
 *   slate-viewer.js, slate-events-viewer.js
 *                      following, cards and chat, which few pages use: the one-file build loads it when it is needed.
 *   slate-fields.js, slate-events-fields.js
 *                      what <slate-fields> draws, loaded likewise.
 *   slate-carets.js, slate-events-carets.js
 *                      what draws carets in fields; loaded likewise.
 *   slate-documents.js, slate-events-documents.js
 *                      documents with Yjs, and <slate-text>; loaded likewise.
 *   nats-core.js       the NATS client cut to what Slate calls, for bundlers of pages: nats.ws has a call of Node's
 *                      `crypto` in it, which esbuild refuses, and about which webpack warns.
 * The result is the same in every environment (scripts/production.ts). The demo page is built by vite.config.ts.
 */
import { execFile } from 'node:child_process';
import { cp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { Failure, importTypeScript, main, root } from './prepare.js';

async function modules(outDir) {
  const args = [`${root}node_modules/typescript/bin/tsc`, '-p', 'tsconfig.build.json', '--outDir', outDir];
  await promisify(execFile)(process.execPath, args, { cwd: root }).catch((error) => {
    throw new Failure(`The build failed. The compiler says:\n${error.stdout || error.message}`);
  });
  // package.json says what `#nats` is: nats.ws in Node, nats-core.js for everything else.
  const client = `${outDir}/src/bus/nats/nats-client.js`;
  const { replaceOnce } = await importTypeScript('scripts/nats-core.ts');
  await writeFile(client, replaceOnce(await readFile(client, 'utf8'), "from 'nats.ws'", "from '#nats'"));
  // The server configurations are templates that the code reads at run time.
  const filter = (path) => !path.endsWith('.ts');
  await cp(`${root}src/service/config`, `${outDir}/src/service/config`, { recursive: true, filter });
}

async function bundles(outDir) {
  const { bundle } = await importTypeScript('scripts/bundle.ts');
  const { version } = JSON.parse(await readFile(`${root}package.json`, 'utf8'));
  const write = (entry, name, inside) =>
    bundle(`${root}${entry}`, {
      name,
      outDir,
      banner: `slate-collab ${version}, Apache-2.0. With nats.ws (cut to NATS core)${inside}: ${name}.licenses.md`,
    });
  for (const name of ['slate', 'slate-events']) await write(`elements/${name}.ts`, name, ' and others');
  await write('scripts/nats-browser.ts', 'nats-core', '');
}

/**
 * Builds in another folder and moves the result at the end, so that nobody reads a half of the old and of the new
 * build.
 */
await main(async () => {
  const outDir = resolve(root, process.argv[2] ?? 'dist');
  const building = `${root}.cache/dist-${process.pid}`;
  try {
    await Promise.all([modules(building), bundles(building)]);
    await rm(outDir, { recursive: true, force: true });
    await rename(building, outDir);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
});
