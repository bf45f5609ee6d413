#!/usr/bin/env node
/**
 * Builds the published package into dist/:
 *   dist/src, dist/elements  one file out for each file in, with its types (tsc). Dependencies stay imports. A file for
 *                            a file keeps `sideEffects` in package.json exact: it lists the registering files only.
 *   dist/slate.js            the one-file build: rooms and all they need inside, for a plain HTML page.
 *   dist/slate-events.js     the same with the events of the message bus.
 *   dist/slate-viewer.js, dist/slate-events-viewer.js
 *                            what few pages use (following, menus, chat), beside the one that loads it when it is needed.
 * `node scripts/build.mjs sizes` makes instead, under .cache/size/, each public entry as a page would receive it; the
 * size budgets measure those. The demo page is built by vite.config.ts.
 */
import { execFile } from 'node:child_process';
import { cp, readFile, rename, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(await readFile(`${root}package.json`, 'utf8'));

/** What the sizes leave out: the NATS client and the viewer are loaded late, yjs and react belong to the page. */
const LEFT_OUT = ['nats.ws', 'yjs', 'react', /\.\/viewer\.js$/];

/** The text with what `pattern` finds once replaced; whoever wrote the text may have changed it since. */
function exactlyOnce(code, pattern, replacement) {
  const parts = code.split(pattern);
  if (parts.length !== 2) throw new Error(`No longer there exactly once: ${pattern}`);
  return parts.join(replacement);
}

/** What runs when nats.ws is loaded, so that no bundler can leave it out, though NATS core never calls it. */
const UNCALLED = [
  /^k = x, function\(\) \{$.*?^\}\(\);$/ms, // a SHA-256, for the object store
  /^ {4}nacl\.lowlevel = \{$.*?^ {4}\};$/ms, // all of tweetnacl but signing, with which a seed proves itself
  /^ {4}nacl\.secretbox = .*?(?=^ {4}nacl\.sign = )/ms,
  /^ {4}nacl\.sign\.open = .*?(?=^ {4}nacl\.sign\.detached = )/ms,
  /^ {4}nacl\.sign\.detached\.verify = .*?(?=^ {4}nacl\.sign\.keyPair = )/ms,
  /^ {4}nacl\.hash = .*?(?=^ {4}nacl\.setPRNG = )/ms,
];

/**
 * What nats.ws carries in its one file and a page of rooms never calls: JetStream, key-value, object store and services,
 * behind three doors that are walled up here; and what they alone would use.
 */
const natsCoreOnly = {
  name: 'nats-core-only',
  transform(code, id) {
    if (!/nats\.ws\/esm\/nats\.js$/.test(id)) return undefined;
    let rest = UNCALLED.reduce((left, pattern) => exactlyOnce(left, pattern, ''), code);
    for (const door of [
      'JetStreamManagerImpl(this, opts)',
      'JetStreamClientImpl(this, opts)',
      'ServicesFactory(this)',
    ]) {
      const wall = `(() => { throw new Error('The one-file builds have NATS core only'); })();`;
      rest = exactlyOnce(rest, `new ${door};`, wall);
    }
    return { code: rest, map: null };
  },
};

/** In one file nothing comes late but the viewer. A bundler keeps all of what is imported late, and of what is imported at once what is used. */
const nothingLate = {
  name: 'nothing-late',
  transform(code, id) {
    const late = {
      'src/bus/nats/connect.ts': './nats-client.js',
      'elements/room/session.ts': '../../src/rooms.js',
      'elements/cursors/slate-cursors.ts': './overlay.js',
    };
    const [, from] = Object.entries(late).find(([file]) => id.endsWith(`/${file}`)) ?? [];
    if (!from) return undefined;
    const now = exactlyOnce(code, new RegExp(`import\\(['"]${from}['"]\\)`), 'Promise.resolve(late)');
    return { code: `import * as late from '${from}';\n${now}`, map: null };
  },
};

/** package.json says which files of dist/ register elements; of their sources here it would say that none does. */
const sourcesRegister = {
  name: 'sources-register',
  transform: { filter: { id: /\/elements\/.*\.ts$/ }, handler: () => ({ moduleSideEffects: true }) },
};

/**
 * One minified ES module out of one entry, `external` left as imports. The viewer, where it is not left out, is a file
 * beside it, which finds in the first one what both use: that exports more for it than its own entry does.
 */
function bundle(entry, outDir, name, external = []) {
  return build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    plugins: [natsCoreOnly, nothingLate, sourcesRegister],
    // Without Web Crypto, nats.ws would ask Node for chance; a page has the one and not the other.
    define: { require: 'undefined' },
    build: {
      outDir,
      emptyOutDir: false,
      target: 'es2022',
      reportCompressedSize: false,
      license: external.length === 0 ? { fileName: `${name}.licenses.md` } : false,
      lib: { entry, formats: ['es'], fileName: () => `${name}.js` },
      rolldownOptions: {
        external,
        preserveEntrySignatures: 'allow-extension',
        output: {
          chunkFileNames: `${name}-[name].js`,
          minify: true, // white space too, which a library build leaves in
          ...(external.length === 0 && {
            postBanner: `/*! slate-collab ${version}, Apache-2.0. Holds nats.ws (cut to NATS core) and others: ${name}.licenses.md */`,
          }),
        },
      },
    },
  });
}

async function modules(outDir) {
  const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
  const args = [tsc, '-p', 'tsconfig.build.json', '--outDir', outDir];
  await promisify(execFile)(process.execPath, args, { cwd: root }).catch((error) => {
    throw new Error(error.stdout || error.message);
  });
  await cp(`${root}src/service/config`, `${outDir}/src/service/config`, { recursive: true }); // read as they stand
}

/** Built beside dist/ and put in its place at the end: whoever reads it meanwhile has all of the old or all of the new. */
async function library() {
  const dist = `${root}dist`;
  const building = `${root}.cache/dist-${process.pid}`;
  try {
    await modules(building);
    for (const name of ['slate', 'slate-events']) await bundle(`${root}elements/${name}.ts`, building, name);
    await rm(dist, { recursive: true, force: true });
    await rename(building, dist);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

async function sizes() {
  const directory = `${root}.cache/size`;
  await rm(directory, { recursive: true, force: true });
  const { exports } = JSON.parse(await readFile(`${root}package.json`, 'utf8'));
  for (const [name, target] of Object.entries(exports)) {
    const source = target.default?.match(/^\.\/dist\/((?:src\/(?:react\/)?index|elements\/.*))\.js$/)?.[1];
    if (!source) continue;
    const short = name === '.' ? 'core' : name.slice('./'.length).replaceAll('/', '-');
    await bundle(`${root}${source}.ts`, directory, short, LEFT_OUT);
  }
  await bundle(`${root}elements/index.ts`, directory, 'elements-first', [
    ...LEFT_OUT,
    /src\/rooms\.js$/,
    /\.\/overlay\.js$/,
  ]);
}

try {
  if (process.argv[2] === 'sizes') await sizes();
  else await library();
} catch (error) {
  console.error(`The build failed.\n${error.message}`);
  process.exitCode = 1;
}
