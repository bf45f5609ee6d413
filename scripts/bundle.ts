/** Bundles: one minified ES module made of one entry and what it imports. */
import { fileURLToPath } from 'node:url';
import { minify } from 'terser';
import { build, type Plugin, type Rolldown } from 'vite';
import { natsCore, replaceOnce } from './nats-core.js';
import { production } from './production.js';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface BundleOptions {
  /** The bundle is `<outDir>/<name>.js`. */
  readonly name: string;
  readonly outDir: string;
  /** Specifiers that the bundle goes on importing. */
  readonly external?: (string | RegExp)[];
  /** A comment at its start. With it, `<name>.licenses.md` lists the licences of the packages inside. */
  readonly banner?: string;
}

/**
 * Writes the bundle of `entry`. What it loads late, the viewer (`elements/viewer/viewer.ts`), the rings of fields
 * (`elements/fields/fields.ts`), carets (`elements/carets/carets.ts`) and documents (`src/documents/documents.ts`),
 * becomes a file each beside it, `<name>-viewer.js` and so on, unless it is external. They import what they share
 * with the bundle from it, which exports that in addition to its own.
 */
export async function bundle(entry: string, { name, outDir, external = [], banner }: BundleOptions): Promise<void> {
  const { plugins, ...settings } = production();
  await build({
    ...settings,
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    plugins: [...plugins, cutNats, importAtOnce, ...(banner ? [textWithDocuments] : []), smaller],
    build: {
      outDir,
      emptyOutDir: false,
      target: 'es2022',
      reportCompressedSize: false,
      license: banner ? { fileName: `${name}.licenses.md` } : false,
      lib: { entry, formats: ['es'], fileName: () => `${name}.js` },
      rolldownOptions: {
        external,
        checks: { pluginTimings: false }, // `smaller` takes most of the time
        preserveEntrySignatures: 'allow-extension',
        output: {
          chunkFileNames: `${name}-[name].js`,
          minify: true,
          ...(banner && { codeSplitting: { includeDependenciesRecursively: false, groups: [inOneFile(entry)] } }),
          ...(banner && { postBanner: `/*! ${banner} */` }),
        },
      },
    },
  });
}

/** A second minifier, which takes 2 to 3 % more from the gzipped bytes than the first one leaves. */
const smaller: Plugin = {
  name: 'smaller',
  async generateBundle(_options, files) {
    for (const file of Object.values(files)) {
      if (file.type !== 'chunk') continue;
      const { code } = await minify(file.code, { module: true, ecma: 2020 });
      if (code !== undefined) file.code = code;
    }
  },
};

/** Reachable from the entry by way of y-protocols, which uses their types alone: only documents need them. */
const OF_DOCUMENTS = /\/node_modules\/(?:yjs\/|lib0\/(?:decoding|error)\.js$)/;

/** Small things that several late files share, and the entry does not use. */
const SHARED_LATE = /\/elements\/(?:shared\/(?:own-field|shared-text)|text\/difference)\.[jt]s$/;

/**
 * The group of what the entry imports, itself included, and of what late files share. Without it, Rolldown puts what
 * two late files share into one more file, which nobody would copy:
 * https://github.com/rolldown/rolldown/issues/10731.
 */
function inOneFile(entry: string): Rolldown.CodeSplittingGroup {
  const inside = new Set<string>();
  const follow = (id: string, graph: Rolldown.ChunkingContext): void => {
    if (inside.has(id) || OF_DOCUMENTS.test(id)) return;
    inside.add(id);
    for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) follow(imported, graph);
  };
  return {
    name(id, graph) {
      follow(entry, graph);
      return inside.has(id) || SHARED_LATE.test(id) ? 'entry' : null;
    },
  };
}

/**
 * In a one-file build, `<slate-text>` is in the file of documents: only there is Yjs, which a page must not load twice.
 */
const textWithDocuments: Plugin = {
  name: 'text-with-documents',
  transform: {
    filter: { id: /\/src\/documents\/documents\.ts$/ },
    handler: (code) => ({ code: `import '../../elements/text/define.js';\n${code}`, map: null }),
  },
};

const cutNats: Plugin = {
  name: 'cut-nats',
  transform: { filter: { id: /nats\.ws\/esm\/nats\.js$/ }, handler: (code) => ({ code: natsCore(code), map: null }) },
};

/** Files that load another one late, with `import()`: the file without its ending, and what it loads. */
const LATE: Readonly<Record<string, string>> = {
  'src/bus/nats/connect': './nats-client.js',
  'src/bus/nats/redialer': './renewer.js',
  'src/room/join': './verified.js',
  'elements/room/session': '../../src/rooms.js',
  'elements/cursors/slate-cursors': './overlay.js',
};

/**
 * Turns these `import()` calls into static imports, because in one file nothing is loaded later, and because a bundler
 * keeps every export of a file that is loaded with `import()`, but only the used exports of one that is imported
 * statically.
 */
const importAtOnce: Plugin = {
  name: 'import-at-once',
  transform(code, id) {
    const [, loaded] = Object.entries(LATE).find(([file]) => new RegExp(`/${file}\\.[jt]s$`).test(id)) ?? [];
    if (!loaded) return undefined;
    const now = replaceOnce(code, new RegExp(`import\\(['"]${loaded}['"]\\)`), 'Promise.resolve(late)');
    return { code: `import * as late from '${loaded}';\n${now}`, map: null };
  },
};
