/** Bundles: one minified ES module made of one entry and what it imports. */
import { fileURLToPath } from 'node:url';
import { minify } from 'terser';
import { build, type Plugin } from 'vite';
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
 * Writes the bundle of `entry`. The viewer (`elements/viewer/viewer.ts`) becomes a second file beside it,
 * `<name>-viewer.js`, unless it is external. The second file imports what both need from the first one, which exports
 * it in addition to its own exports.
 */
export async function bundle(entry: string, { name, outDir, external = [], banner }: BundleOptions): Promise<void> {
  const { plugins, ...settings } = production();
  await build({
    ...settings,
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    plugins: [...plugins, cutNats, importAtOnce, smaller],
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

const cutNats: Plugin = {
  name: 'cut-nats',
  transform: { filter: { id: /nats\.ws\/esm\/nats\.js$/ }, handler: (code) => ({ code: natsCore(code), map: null }) },
};

/** Files that load another one late, with `import()`: the file without its ending, and what it loads. */
const LATE: Readonly<Record<string, string>> = {
  'src/bus/nats/connect': './nats-client.js',
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
