/**
 * The React programs of docs/bus.md and of the original bus document (test/fixtures/bus-document.md), unchanged except
 * for import paths. Each is bundled, mounted in a real Chromium on a real nats-server, and gets the events that it
 * waits for. More than 300 lines, because each program is one test.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as slate from '../../src/index.js';
import { launchChromium } from '../support/chromium.js';
import { type LocalServer, natsServer } from '../support/nats.js';
import {
  type Block,
  compilerErrors,
  type Folder,
  makeFolder,
  missingImports,
  readBlocks,
  SOURCES,
  slug,
  withPaths,
} from '../support/snippets.js';

const INDEX = '../../src/index.js';
const HOOKS = '../../src/react/index.js';
const hooks = ['useMessaging', 'useQueryInvalidation'].concat(
  ['Project', 'File', 'Asset', 'Runtime', 'Build', 'Editor', 'Collaboration'].map((kind) => `use${kind}Events`),
);

/** What the programs use without declaring it. Each call of theirs is recorded in `told`. */
const PAGE = `
const told = (globalThis.told = []);
const tell = (what) => (...words) => void told.push([what, ...words]);
globalThis.given = {
  toast: { success: tell('success'), info: tell('info') },
  queryClient: { invalidateQueries: tell('invalidate') },
  appendLog: tell('log'), appendError: tell('error'), processFileEvent: tell('file'),
  setBuildStatus: tell('status'), setBuildProgress: tell('progress'),
  userId: 'ada', currentUserId: 'ada', projectId: 'p1', sessionId: 's1', currentFile: 'main.ts',
  load: async (id) => (told.push(['load', id]), 'Loaded ' + told.filter(([what]) => what === 'load').length),
};`;
const GIVEN = [...PAGE.matchAll(/(\w+): /g)].map(([, name = '']) => name);

const documented = (await readBlocks('docs/bus.md')).filter(({ lang }) => lang === 'tsx');
const original = (await readBlocks('test/fixtures/bus-document.md')).filter(({ code }) =>
  /\buse(?:\w*Events|Messaging|Effect)\(/.test(code),
);
const ran = new Set<string>();

let server: LocalServer;
let folder: Folder;
let browser: Browser;
let site: Server;
let bob: slate.Bus;

/**
 * The module that mounts a program: its own component, or a component around a fragment of code. A fragment that awaits
 * runs once in an async function.
 */
function componentOf({ code }: Block): string {
  const program = withPaths(code, { ...SOURCES, '@/hooks/useMessaging': HOOKS });
  const imports =
    missingImports(program, Object.keys(slate), INDEX) +
    missingImports(program, hooks, HOOKS) +
    missingImports(program, ['useEffect', 'useState'], 'react');
  const given = GIVEN.filter((name) => new RegExp(`\\b${name}\\b`).test(program) && !declares(program, name));
  const head = `${imports}const { ${given.join(', ')} } = (globalThis as any).given;\n`;
  const component = /^(?:export )?function (\w+)\(/m.exec(program)?.[1];
  if (component) return `${head}${program}\nexport default ${component};\n`;
  const shown = /\[(activeUsers),/.exec(program)?.[1];
  if (!/\bawait\b/.test(program)) {
    const text = shown ? `${shown}.join()` : "''";
    return `${head}export default function Fragment() {\n${program}\nreturn <p>{${text}}</p>;\n}\n`;
  }
  return `${head}let begun = false;
async function program() {\n${program}\n}
export default function Fragment() {
  void program().then(() => (globalThis as any).told.push(['done']));
  return null;
}\n`;
}

/** The program declares `name` itself, as a parameter or a constant. */
const declares = (program: string, name: string) => new RegExp(`(?:const \\{?|\\(\\{) *${name}\\b`).test(program);

beforeAll(async () => {
  [server, folder, browser] = await Promise.all([natsServer(), makeFolder('bus-react'), launchChromium()]);
  bob = await slate.connect({ servers: server.wsUrl });
  const all = [
    ...documented.map((block) => ['docs', block] as const),
    ...original.map((block) => ['own', block] as const),
  ];
  for (const [from, block] of all) await folder.write(`${from}-${slug(block.name)}.tsx`, componentOf(block));
  const list = all.map(([from, { name }]) => `'${from} ${name}': () => import('./${from}-${slug(name)}.tsx'),`);
  await folder.write(
    'main.tsx',
    `${PAGE.trim()}
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { configure, defaultBus, onInvalidate } from '${INDEX}';
const programs = { ${list.join('\n')} };
Object.assign(window, {
  async mount(name, servers, props) {
    configure({ servers });
    onInvalidate((key) => void told.push(['key', key]));
    const { default: Component } = await programs[name]();
    const client = new QueryClient();
    const page = document.querySelector('main');
    createRoot(page).render(<QueryClientProvider client={client}><Component {...props} /></QueryClientProvider>);
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const bus = defaultBus();
    while (bus.status.type !== 'connected') await new Promise((next) => bus.on('status', next));
    await bus.flush();
  },
});
window.ready = true;`
      .replace('globalThis.told', '(globalThis as any).told')
      .replace('globalThis.given', '(globalThis as any).given'),
  );
  await build({
    root: folder.dir,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    build: {
      outDir: `${folder.dir}/out`,
      minify: false,
      target: 'es2022',
      rolldownOptions: {
        input: `${folder.dir}/main.tsx`,
        output: { entryFileNames: 'main.js', chunkFileNames: '[name].js' },
      },
    },
  });
  site = createServer((request, answer) => {
    const name = (request.url ?? '/').slice(1);
    if (name === '') {
      answer
        .setHeader('content-type', 'text/html')
        .end('<!doctype html><main></main><script type="module" src="/main.js"></script>');
    } else if (/^[\w.-]+\.js$/.test(name)) {
      readFile(`${folder.dir}/out/${name}`).then(
        (script) => answer.setHeader('content-type', 'text/javascript').end(script),
        () => answer.writeHead(404).end(),
      );
    } else answer.writeHead(404).end();
  });
  await new Promise<void>((listening) => site.listen(0, '127.0.0.1', listening));
});
afterAll(async () => {
  await browser.close();
  site.close();
  await bob.close();
  await server.stop();
  await folder[Symbol.asyncDispose]();
});
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

interface Mounted {
  readonly page: Page;
  /** The recorded calls of the program: the name of the function and its arguments. */
  told(): Promise<unknown[][]>;
  readonly logs: string[];
  readonly troubles: string[];
}

/** Mounts the program in a new page and waits until its subscriptions are made. */
async function mount(name: string, props: object = {}): Promise<Mounted> {
  ran.add(name);
  const page = await (await browser.newContext()).newPage();
  const logs: string[] = [];
  const troubles: string[] = [];
  page.on('console', (line) => logs.push(line.text()));
  page.on('pageerror', (error) => troubles.push(error.message));
  await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
  await page.waitForFunction('window.ready', undefined, { timeout: 10_000 }).catch((cause) => {
    throw new Error(`The page did not load: ${[...troubles, ...logs].join('; ')}`, { cause });
  });
  await page.evaluate(`mount(${JSON.stringify(name)}, ${JSON.stringify(server.wsUrl)}, ${JSON.stringify(props)})`);
  return { page, told: () => page.evaluate('told') as Promise<unknown[][]>, logs, troubles };
}

const bus = () => ({ bus: bob });
const time = () => ({ timestamp: Date.now() });
const project = (type: 'created' | 'updated' | 'deleted', userId: string, notify: string[] = []) =>
  slate.publishProjectEvent({ type, projectId: 'p1', userId, ...time() }, { ...bus(), notify });
const builds = (event: Pick<slate.BuildEvent, 'type'> & { data?: unknown }) =>
  slate.publishBuildEvent({ projectId: 'p1', ...time(), ...event } as slate.BuildEvent, bus());
const file = (fileId: string) =>
  slate.publishFileEvent({ type: 'updated', fileId, projectId: 'p1', userId: 'ada', ...time() }, bus());

describe('docs/bus.md', () => {
  it('compiles', async () => {
    await using modules = await makeFolder('bus-react-types');
    for (const block of documented) {
      const rest = '\ndeclare function load(id: string): Promise<string>;\nexport {};\n';
      const code = withPaths(block.code, SOURCES) + rest;
      await modules.write(`${slug(block.name)}.tsx`, code);
    }
    expect(await compilerErrors(modules)).toEqual([]);
  });

  it('MyComponent: shows events of the user’s projects', async () => {
    const { page, troubles } = await mount('docs MyComponent', { userId: 'ada' });
    await expect.poll(() => page.textContent('p')).toBe('nothing new');
    await project('updated', 'eve', ['ada']);
    await expect.poll(() => page.textContent('p')).toBe('p1 was updated');
    expect(troubles).toEqual([]);
  });

  it('ProjectView: shows files and builds side by side', async () => {
    const { page, troubles } = await mount('docs ProjectView', { projectId: 'p1' });
    const progress = () => page.getAttribute('progress', 'value');
    await file('f1');
    await expect.poll(() => page.textContent('p')).toContain('f1');
    await builds({ type: 'progress', data: { percent: 40 } });
    await expect.poll(progress).toBe('40');
    await builds({ type: 'completed' });
    await expect.poll(progress).toBe('100');
    expect(troubles).toEqual([]);
  });

  it('useMessaging: publishes, and shows the status of the connection', async () => {
    const { page, troubles } = await mount('docs useMessaging');
    await expect.poll(() => page.textContent('button')).toBe('Send');
    const received: unknown[] = [];
    const subscription = bob.subscribe('slate.custom.subject', (message) => received.push(message.json()));
    await bob.flush();
    await page.click('button');
    await expect.poll(() => received).toEqual([{ data: 'value' }]);
    subscription.unsubscribe();
    expect(troubles).toEqual([]);
  });

  it('useQueryInvalidation: loads the query again after an event', async () => {
    const { page, troubles } = await mount('docs useQueryInvalidation', { projectId: 'p1' });
    await expect.poll(() => page.textContent('h1')).toBe('Loaded 1');
    await project('updated', 'eve');
    await expect.poll(() => page.textContent('h1')).toBe('Loaded 2');
    expect(troubles).toEqual([]);
  });

  it('has no React program without a test', () => {
    expect(documented.map(({ name }) => `docs ${name}`).filter((name) => !ran.has(name))).toEqual([]);
  });
});

describe('the bus document', () => {
  it('Subscribing to Events', async () => {
    const { told, logs } = await mount('own Subscribing to Events');
    await slate.publishProjectEvent({ type: 'created', projectId: 'p1', userId: 'user123', ...time() }, bus());
    await expect.poll(told).toEqual([['invalidate', ['projects']]]);
    expect(logs.some((line) => line.startsWith('Project event received:'))).toBe(true);
  });

  it('Multiple Subscriptions', async () => {
    const { told, logs } = await mount('own Multiple Subscriptions', { projectId: 'p1' });
    await file('f1');
    await builds({ type: 'completed' });
    await expect.poll(told).toEqual([['success', 'Build completed!']]);
    await expect.poll(() => logs.some((line) => line.startsWith('File event:'))).toBe(true);
  });

  it('Integration with Cache', async () => {
    const { told, troubles } = await mount('own Integration with Cache');
    await project('updated', 'eve', ['ada']);
    await expect.poll(told).toEqual([['key', ['project', 'p1']]]);
    expect(troubles).toEqual([]);
  });

  it('useMessaging()', async () => {
    const { told, troubles } = await mount('own useMessaging()');
    await expect.poll(told).toContainEqual(['done']);
    expect(troubles).toEqual([]);
  });

  it('Event Validation: receives no invalid event, so its warning never appears', async () => {
    const { told, logs } = await mount('own Event Validation');
    bob.publish('slate.file.updated.p1', { type: 'updated', ...time() });
    await file('f1');
    await expect.poll(told).toMatchObject([['file', { fileId: 'f1' }]]);
    expect(logs.filter((line) => line.startsWith('Invalid file event'))).toEqual([]);
  });

  it('Presence Tracking and 4. Multi-User Awareness: show a user who is present', async () => {
    const { page } = await mount('own 4. Multi-User Awareness');
    const { page: other } = await mount('own Presence Tracking');
    await expect.poll(() => page.textContent('p'), { timeout: 15_000 }).toBe('ada');
    await other.close();
  });

  it('1. Real-Time Notifications: notifies of events by other users', async () => {
    const { told } = await mount('own 1. Real-Time Notifications');
    await project('updated', 'ada');
    await project('updated', 'eve', ['ada']);
    await expect.poll(told).toEqual([['info', 'Project p1 was updated']]);
  });

  it('2. Build Status Updates', async () => {
    const { told } = await mount('own 2. Build Status Updates');
    await builds({ type: 'started' });
    await builds({ type: 'progress', data: { percent: 40 } });
    await builds({ type: 'failed' });
    await builds({ type: 'completed' });
    await expect.poll(told).toEqual([
      ['status', 'building'],
      ['progress', 40],
      ['status', 'error'],
      ['status', 'success'],
    ]);
  });

  it('3. Runtime Logs', async () => {
    const { told } = await mount('own 3. Runtime Logs');
    const event = { sessionId: 's1', projectId: 'p1', ...time() };
    await slate.publishRuntimeEvent({ ...event, type: 'log', data: { message: 'hello' } }, bus());
    await slate.publishRuntimeEvent({ ...event, type: 'error', data: { error: 'crashed' } }, bus());
    await expect.poll(told).toEqual([
      ['log', 'hello'],
      ['error', 'crashed'],
    ]);
  });

  it('has no React program without a test', () => {
    expect(original.map(({ name }) => `own ${name}`).filter((name) => !ran.has(name))).toEqual([]);
  });
});
