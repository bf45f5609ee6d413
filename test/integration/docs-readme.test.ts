/**
 * The programs of README.md: each compiles, and what needs no editor runs on a real nats-server. The editor runs in
 * test/e2e/docs-documents.test.ts.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect, type Room } from '../../src/index.js';
import { type LocalServer, natsServer } from '../support/nats.js';
import {
  CODEMIRROR,
  compilerErrors,
  type Folder,
  makeFolder,
  readBlocks,
  root,
  SOURCES,
  withPaths,
} from '../support/snippets.js';
import { until } from '../support/wait.js';

const ADDRESS = 'ws://127.0.0.1:9222';
const blocks = await readBlocks('README.md');

function program(name: string): string {
  const found = blocks.find((block) => block.name === name);
  if (!found) throw new Error(`README.md has no program "${name}"`);
  return found.code;
}

let server: LocalServer;
let folder: Folder;

beforeAll(async () => {
  [server, folder] = await Promise.all([natsServer({}), makeFolder('docs-readme')]);
});
afterAll(async () => {
  await server.stop();
  await folder[Symbol.asyncDispose]();
});

/** Runs a program of the README against our server; gives what it exports and what it prints. */
async function run(name: string, exported: string) {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((...words) => void lines.push(words.map(String).join(' ')));
  const code = withPaths(program(name), SOURCES).replaceAll(ADDRESS, server.wsUrl);
  const path = await folder.write(`run-${name}.ts`, `${code}\nexport { ${exported} };\n`);
  return { lines, module: (await import(/* @vite-ignore */ path)) as Record<string, unknown> };
}

describe('README.md', () => {
  it('every program compiles', async () => {
    const names = blocks.filter(({ lang }) => lang === 'js').map(({ name }) => name);
    expect(names).toEqual(['javascript', 'editor']);
    await folder.write('packages.d.ts', CODEMIRROR);
    for (const name of names) await folder.write(`${name}.ts`, withPaths(program(name), SOURCES));
    expect(await compilerErrors(folder)).toEqual([]);
  });

  it('the JavaScript program joins a room and prints who is there', async () => {
    const { lines, module } = await run('javascript', 'bus, room');
    const bob = await connect({ servers: server.wsUrl });
    const { joinRoom } = await import('../../src/index.js');
    const other = await joinRoom(bob, { project: 'p1', user: { id: 'bob', name: 'Bob' } });
    await until(() => lines.includes('Ada: active,Bob: active'), { what: 'both names' });
    await other.leave();
    await (module.room as Room).leave();
    await Promise.all([bob.close(), (module.bus as typeof bob).close()]);
  });

  it('the page names elements and a file that are there', async () => {
    const page = blocks.find(({ lang }) => lang === 'html')?.code ?? '';
    const { exports } = (await import(`${root}package.json`, { with: { type: 'json' } })).default as {
      exports: Record<string, unknown>;
    };
    expect(page).toContain('src="./slate.js"');
    expect(Object.keys(exports)).toContain('./slate.js');
    expect([...page.matchAll(/<(slate-[a-z]+)/g)].map(([, tag]) => tag)).toEqual([
      'slate-room',
      'slate-avatars',
      'slate-cursors',
    ]);
  });
});
