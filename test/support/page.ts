/** Built pages on a free port; the demo as `npm start` serves it, for servers that the test chooses. */
import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Plugin, preview } from 'vite';
import { slateJson } from '../../scripts/slate-json.js';

export interface ServedPage extends AsyncDisposable {
  /** `http://127.0.0.1:…/` */
  readonly url: string;
}

/** Serves `dist-demo`, which "npm run build:demo" makes. Its `/slate.json` names `servers`. */
export async function servePage(...servers: string[]): Promise<ServedPage> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  await access(`${root}dist-demo/index.html`).catch((cause) => {
    throw new Error('The demo is not built: run "npm run build:demo" first.', { cause });
  });
  return serveFolder(root, 'dist-demo', [slateJson(() => servers)]);
}

/** Serves the files in the folder `outDir` of `root`. */
export async function serveFolder(root: string, outDir: string, plugins: Plugin[] = []): Promise<ServedPage> {
  const page = await preview({
    root,
    configFile: false,
    logLevel: 'warn',
    plugins,
    build: { outDir },
    preview: { host: '127.0.0.1', port: 0, allowedHosts: ['page.test'] }, // a name that a test may give to it
  });
  const url = page.resolvedUrls?.local[0];
  if (!url) throw new Error('The page server started, but has no local address.');
  return { url, [Symbol.asyncDispose]: () => page.close() };
}
