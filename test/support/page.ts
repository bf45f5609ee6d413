/** The built demo, served as `npm start` serves it, on a free port and for servers that the test chooses. */
import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { preview } from 'vite';
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
  const page = await preview({
    root,
    configFile: false,
    logLevel: 'warn',
    plugins: [slateJson(() => servers)],
    build: { outDir: 'dist-demo' },
    preview: { host: '127.0.0.1', port: 0 },
  });
  const url = page.resolvedUrls?.local[0];
  if (!url) throw new Error('The page server started, but has no local address.');
  return { url, [Symbol.asyncDispose]: () => page.close() };
}
