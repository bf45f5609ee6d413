/**
 * The programs of docs/documents.md: each compiles, and what needs no browser runs on a real nats-server. Those that
 * need one run in test/e2e/docs-documents.test.ts.
 */
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { connect, joinRoom, type Room } from '../../src/index.js';
import { type LocalServer, natsServer } from '../support/nats.js';
import {
  CODEMIRROR,
  compilerErrors,
  type Folder,
  makeFolder,
  readBlocks,
  SOURCES,
  withPaths,
} from '../support/snippets.js';
import { until } from '../support/wait.js';

const ADDRESS = 'ws://127.0.0.1:9222';
const blocks = (await readBlocks('docs/documents.md')).filter(({ lang }) => lang === 'js');
const program = (name: string) => blocks.find((block) => block.name === name)?.code ?? `no program "${name}"`;

/** What a program expects from the page around it. */
const GIVEN: Record<string, string> = {
  room: "import type { Room } from 'slate-collab';\ndeclare const room: Room;\n",
  indicator: 'declare const indicator: HTMLElement;\n',
};
const PROGRAMS: Record<string, readonly string[]> = {
  codemirror: [],
  status: ['room', 'indicator'],
  others: ['room'],
  bot: [],
  seed: ['room'],
  versions: ['room'],
  schema: ['room'],
  offline: [],
};

let server: LocalServer;
let folder: Folder;
beforeAll(async () => {
  [server, folder] = await Promise.all([natsServer({ jetstream: true }), makeFolder('docs-documents')]);
});
afterAll(async () => {
  await server.stop();
  await folder[Symbol.asyncDispose]();
});

/** A room with a document, as the programs have it. */
async function room(file: string): Promise<Room> {
  const bus = await connect({ servers: server.wsUrl });
  const joined = await joinRoom(bus, { project: 'p1', file, user: { id: 'ada', name: 'Ada' }, history: true });
  onTestFinished(async () => {
    await joined.leave();
    await bus.close();
  });
  await joined.documents.get()?.whenSynced();
  return joined;
}

/** Runs a program with what it expects; gives what it exports and what it prints. */
async function run(name: string, given: object, exported = '') {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((...words) => void lines.push(words.map(String).join(' ')));
  vi.stubGlobal('given', given);
  const code = withPaths(program(name), SOURCES).replaceAll(ADDRESS, server.wsUrl);
  const before = `const { ${Object.keys(given).join(', ')} } = globalThis.given;\n`;
  const path = await folder.write(`run-${name}.js`, `${before}${code}\nexport { ${exported} };\n`);
  const module = (await import(/* @vite-ignore */ path)) as Record<string, unknown>;
  vi.unstubAllGlobals();
  return { lines, module };
}

const text = (one: Room) => one.doc?.getText('content');

describe('docs/documents.md', () => {
  it('every program compiles', async () => {
    expect(blocks.map(({ name }) => name)).toEqual(Object.keys(PROGRAMS));
    await folder.write('packages.d.ts', CODEMIRROR);
    for (const [name, given] of Object.entries(PROGRAMS)) {
      const before = given.map((each) => GIVEN[each]).join('');
      await folder.write(`${name}.ts`, withPaths(`${before}${program(name)}\nexport {};\n`, SOURCES));
    }
    expect(await compilerErrors(folder)).toEqual([]);
  });

  it('status: shows the state, and asks who leaves while edits wait', async () => {
    const ada = await room('status.md');
    const indicator = { textContent: '' };
    const asking: ((event: { preventDefault(): void }) => void)[] = [];
    const addEventListener = (_: string, fn: (typeof asking)[number]) => asking.push(fn);
    await run('status', { room: ada, indicator, addEventListener });
    const asks = () => {
      const preventDefault = vi.fn();
      for (const fn of asking) fn({ preventDefault });
      return preventDefault.mock.calls.length;
    };
    text(ada)?.insert(0, 'x');
    expect(asks()).toBe(1);
    await until(() => indicator.textContent === 'saved', { what: 'saved' });
    expect(asks()).toBe(0);
  });

  it('others: opens another document, and reads it', async () => {
    const [ada, bob] = [await room('one.md'), await room('other.md')];
    text(bob)?.insert(0, 'what is in the other');
    await bob.documents.get()?.save();
    const { lines } = await run('others', { room: ada });
    expect(lines).toEqual(['what is in the other']);
    expect(ada.documents.get('other.md')).toBeUndefined();
  });

  it('bot: writes without being seen, and saves before it ends', async () => {
    await run('bot', {});
    const ada = await room('notes.md');
    expect(String(text(ada))).toBe('Hello from a bot. ');
    expect(ada.members).toHaveLength(1);
  });

  it('seed: is there once, for two who open it', async () => {
    const [ada, bob] = [await room('a.md'), await room('b.md')];
    const { module } = await run('seed', { room: ada }, 'document');
    expect(String((module.document as { doc: { getText(name: string): unknown } }).doc.getText('content'))).toBe(
      'Dear ',
    );
    const theirs = await bob.documents.open('letter.md', { seed: (doc) => doc.getText('content').insert(0, 'Dear ') });
    expect(String(theirs.doc.getText('content'))).toBe('Dear ');
  });

  it('schema: says that a newer page has written', async () => {
    const ada = await room('schema.md');
    const { module, lines } = await run('schema', { room: ada }, 'page');
    const other = await room('schema-newer.md');
    await other.documents.open('page.md', { schema: 3 });
    await until(() => (module.page as { readOnly: boolean }).readOnly, { what: 'only reading', deadlineMs: 10_000 });
    expect(lines).toContain('DocumentOutdatedError');
  });

  it('versions: names one, lists it, and restores it', async () => {
    const ada = await room('versions.md');
    text(ada)?.insert(0, 'as it was');
    const { module } = await run('versions', { room: ada }, 'versions');
    expect((module.versions as { name: string }[]).map(({ name }) => name)).toContain('before the talk');
    expect(String(text(ada))).toBe('as it was');
  });
});
