/**
 * The packed package in strangers' hands: a page with three tags, and an app for each bundler, built without a flag, a
 * setting or a warning, and opened by two people.
 */
import type { Browser, Page } from 'playwright-core';
import { createLogger, createServer } from 'vite';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.js';
import { type LocalServer, natsServer } from '../support/nats.js';
import { type Packed, packed } from '../support/packed.js';
import { serveFolder } from '../support/page.js';
import { readBlocks } from '../support/snippets.js';
import { avatars, cursors } from './people.js';

let browser: Browser;
let nats: LocalServer;
let pack: Packed;

beforeAll(async () => {
  [browser, nats, pack] = await Promise.all([launchChromium(), natsServer(), packed()]);
});
afterAll(async () => {
  await browser.close();
  await nats.stop();
  await pack[Symbol.asyncDispose]();
});
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

/** What bundlers write where something is not quite right. */
const WARNING = /warn|⚠|\(!\)|externali[sz]ed|could not|can't/i;

const page = (project: string, script: string) => `<!doctype html>
<title>An app</title>
<script type="module" src="${script}"></script>
<slate-room server="${nats.wsUrl}" project="${project}">
  <slate-avatars></slate-avatars>
  <slate-cursors></slate-cursors>
</slate-room>
<h1>Hello</h1>`;

/** Elements and core in one app; the title says that the core has connected, too. */
const program = () => `import 'slate-collab/elements';
import { connect } from 'slate-collab';

const bus = await connect({ servers: '${nats.wsUrl}' });
document.title = bus.status.type;
`;

/** Two people open the page; each sees the other, one the pointer of the other, and what `shows` waits for. */
async function meet({ url }: { url: string }, shows?: (open: Page) => Promise<void>): Promise<void> {
  const troubles: string[] = [];
  const open = async () => {
    const one = await (await browser.newContext()).newPage();
    one.on('pageerror', (error) => troubles.push(String(error.stack ?? error)));
    one.on('console', (line) => {
      const expected = /favicon|Lit is in dev mode/.test(line.location().url + line.text());
      if (['error', 'warning'].includes(line.type()) && !expected) troubles.push(line.text());
    });
    await one.goto(url);
    return one;
  };
  const [ada, bob] = [await open(), await open()];
  for (const one of [ada, bob]) await expect.poll(() => avatars(one), { timeout: 10_000 }).toBe(2);
  await bob.mouse.move(100, 100);
  await bob.mouse.move(300, 200, { steps: 5 });
  await expect.poll(() => cursors(ada)).toBe(1);
  for (const one of [ada, bob]) await shows?.(one);
  expect(troubles).toEqual([]);
  await Promise.all([ada, bob].map((one) => one.context().close()));
}

const connected = (open: Page) => expect.poll(() => open.title()).toBe('connected');

it('a page with three tags and the files of the one-file build beside it', async () => {
  const app = await pack.app('plain', {
    'public/index.html': page('plain', './slate.js'),
    'public/slate.js': { from: 'dist/slate.js' },
    'public/slate-viewer.js': { from: 'dist/slate-viewer.js' },
  });
  await using site = await serveFolder(app.dir, 'public');
  await meet(site);
});

it('Vite: a build, and the development server', async () => {
  const app = await pack.app('vite', { 'index.html': page('vite', './app.js'), 'app.js': program() });
  expect(await app.run('vite', 'build')).not.toMatch(WARNING);
  {
    await using site = await serveFolder(app.dir, 'dist');
    await meet(site, connected);
  }
  const warnings: string[] = [];
  const logger = createLogger('silent');
  logger.warn = (line) => void warnings.push(line);
  logger.warnOnce = logger.warn;
  const server = await createServer({
    root: app.dir,
    configFile: false,
    customLogger: logger,
    server: { host: '127.0.0.1', port: 0 },
  });
  try {
    await server.listen();
    await meet({ url: server.resolvedUrls?.local[0] ?? '' }, connected);
  } finally {
    await server.close();
  }
  expect(warnings).toEqual([]);
});

it('esbuild: --bundle --format=esm', async () => {
  const app = await pack.app('esbuild', { 'public/index.html': page('esbuild', './app.js'), 'app.js': program() });
  const said = await app.run('esbuild', '--bundle', '--format=esm', 'app.js', '--outfile=public/app.js');
  // It marks files above 1 MB: without --splitting, one file holds all that is loaded late.
  expect(said.replace(/\d(?:\.\d+)?mb ⚠️/, '')).not.toMatch(WARNING);
  await using site = await serveFolder(app.dir, 'public');
  await meet(site, connected);
});

it('webpack 5', async () => {
  const app = await pack.app('webpack', {
    'public/index.html': page('webpack', './main.js'),
    'app.js': program(),
    'build.js': `import webpack from 'webpack';
const output = { path: import.meta.dirname + '/public' };
webpack({ mode: 'production', entry: './app.js', output }, (error, stats) => {
  if (error) throw error;
  process.stdout.write(stats.toString('errors-warnings'));
});`,
  });
  expect((await app.run('node', 'build.js')).trim()).toBe('webpack compiled successfully');
  await using site = await serveFolder(app.dir, 'public');
  await meet(site, connected);
});

it('Next.js: an app router page in TSX, rendered on the server, checked by the compiler', {
  timeout: 120_000,
}, async () => {
  const [example] = (await readBlocks('docs/frameworks.md')).filter(({ name }) => name === 'next');
  if (!example) throw new Error('docs/frameworks.md has no program "next".');
  const app = await pack.app('next', {
    'next.config.js': `// useTypeScriptCli: TypeScript 7 has no API that Next.js could call.
export default { output: 'export', experimental: { useTypeScriptCli: true } };`,
    'app/layout.tsx': `import type { ReactNode } from 'react';

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}`,
    'app/page.tsx': example.code.replace('ws://127.0.0.1:9222', nats.wsUrl),
  });
  expect(await app.run('next', 'build')).not.toMatch(WARNING);
  await using site = await serveFolder(app.dir, 'out');
  await meet(site, (open) => expect.poll(() => open.textContent('h1')).toMatch(/^Welcome, \w/));
});

it('TypeScript: a wrong property of an element is an error', async () => {
  const compilerOptions = {
    jsx: 'react-jsx',
    module: 'esnext',
    moduleResolution: 'bundler',
    strict: true,
    noEmit: true,
  };
  const app = await pack.app('typescript', {
    'tsconfig.json': JSON.stringify({ compilerOptions, files: ['app.tsx'] }),
    'app.tsx': `import type {} from 'slate-collab/react';
export const right = <slate-avatars max="9"></slate-avatars>;
export const wrong = <slate-avatars max="few"></slate-avatars>;
`,
  });
  await expect(app.run('tsc', '-p', '.')).rejects.toThrow(/^tsc failed:\napp\.tsx\(3,.*"few"/);
});

it('a server imports every entry but the one-file builds, and nothing is said', async () => {
  const app = await pack.app('server', {
    'app.js': `import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
const { exports } = JSON.parse(readFileSync(fileURLToPath(import.meta.resolve('slate-collab/package.json')), 'utf8'));
for (const [path, target] of Object.entries(exports)) {
  if (typeof target === 'string' || /^\\.\\/dist\\/slate/.test(target.default)) continue;
  await import('slate-collab' + path.slice(1));
  process.stdout.write(path + '\\n');
}`,
  });
  const paths = (await app.run('node', 'app.js')).trim().split('\n');
  expect(paths).toEqual(
    expect.arrayContaining(['.', './elements', './elements/feed', './react', './service', './vue']),
  );
  expect(paths.filter((path) => !path.startsWith('.'))).toEqual([]);
});
