/**
 * The bus document's own programs (test/fixtures/bus-document.md), letter by letter but for their import paths, on a real
 * nats-server: those without React. What they take from their page is given here.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as slate from '../../src/index.js';
import { type LocalServer, natsServer } from '../support/nats.js';
import {
  type Block,
  type Folder,
  makeFolder,
  missingImports,
  readBlocks,
  slug,
  withPaths,
} from '../support/snippets.js';
import { until, within } from '../support/wait.js';

const INDEX = '../../src/index.js';
const PATHS = { '@/lib/messaging/client': INDEX, '@/lib/messaging/events': INDEX };
const blocks = (await readBlocks('test/fixtures/bus-document.md')).filter(({ lang }) => lang !== 'bash' && lang !== '');
const ran = new Set<string>();

let server: LocalServer;
let folder: Folder;
let bob: slate.Bus;
const lines: unknown[][] = [];
const warnings: string[] = [];
const errors: slate.SlateError[] = [];
const timers: ReturnType<typeof setInterval>[] = [];
const undo: (() => void)[] = [];

beforeAll(async () => {
  [server, folder] = await Promise.all([natsServer(), makeFolder('seed')]);
  bob = await slate.connect({ servers: server.wsUrl });
});
afterAll(async () => {
  await bob.close();
  await server.stop();
  await folder[Symbol.asyncDispose]();
});

beforeEach(() => {
  for (const list of [lines, warnings, errors]) list.length = 0;
  vi.spyOn(console, 'log').mockImplementation((...words) => void lines.push(words));
  vi.spyOn(console, 'error').mockImplementation((...words) => void lines.push(words));
  undo.push(slate.onBusError((error) => errors.push(error)));
  slate.configure({ servers: server.wsUrl, warn: (message) => void warnings.push(message) });
});
afterEach(async () => {
  for (const timer of timers.splice(0)) clearInterval(timer);
  for (const stop of undo.splice(0)) stop();
  await slate.closeNatsConnection();
  vi.restoreAllMocks();
});

function block(name: string): Block {
  const found = blocks.find((each) => each.name === name);
  if (!found) throw new Error(`The document has no program "${name}".`);
  ran.add(name);
  return found;
}

/** Runs a program; `given` are the names that it takes from its page, `show` those that it is asked for. */
async function run(name: string, given: Record<string, unknown> = {}, show: readonly string[] = []) {
  const { code } = block(name);
  const program = withPaths(code, PATHS);
  Object.assign(globalThis, { given });
  const text = `${missingImports(program, Object.keys(slate), INDEX)}const { ${Object.keys(given).join(', ')} } = globalThis.given;
${program}
export default { ${show.join(', ')} };\n`;
  const path = await folder.write(`${slug(name)}.ts`, text);
  return ((await import(/* @vite-ignore */ path)) as { default: Record<string, unknown> }).default;
}

/** What someone else hears. */
async function hear(subject: string): Promise<unknown[]> {
  const heard: unknown[] = [];
  const subscription = bob.subscribe(subject, (message) =>
    heard.push(message.data.length ? message.json() : undefined),
  );
  undo.push(() => subscription.unsubscribe());
  await bob.flush();
  return heard;
}

const interval = (fn: () => void, ms: number) => {
  timers.push(setInterval(fn, ms));
};

describe('message patterns', () => {
  it('publish and subscribe: the event is sent; the "*" that hears nothing is said to', async () => {
    const heard = await hear('slate.project.>');
    const { sub } = await run('1. Publish-Subscribe (Pub/Sub)', {}, ['sub']);
    await until(() => heard.length === 1, { what: 'the event' });
    expect(heard).toMatchObject([{ type: 'created', projectId: 'abc' }]);
    expect((sub as slate.BusSubscription).subject).toBe('slate.project.*');
    expect(warnings).toMatchObject([expect.stringContaining('slate.project.>')]);
    await slate.publish('slate.project.created.user123', { type: 'created' });
    expect(lines).toEqual([]);
  });

  it('request and reply', async () => {
    await slate.respond(slate.NatsSubjects.runtime.status('session123'), (data) => ({ heard: data }), { bus: bob });
    expect(await run('2. Request-Reply', {}, ['result'])).toEqual({ result: { heard: { query: 'status' } } });
  });

  it('queue groups: each job to one worker', async () => {
    const others: unknown[] = [];
    const other = bob.subscribe('slate.build.jobs', (message) => others.push(message.json()), {
      queue: 'build-workers',
    });
    undo.push(() => other.unsubscribe());
    await bob.flush();
    await run('3. Queue Groups');
    for (let job = 0; job < 40; job++) await slate.publish('slate.build.jobs', { job });
    await until(() => lines.length + others.length === 40, { what: 'forty jobs' });
    expect(lines.length).toBeGreaterThan(0);
    expect(others.length).toBeGreaterThan(0);
    const numbers = [...lines.map(([, job]) => job), ...others].map((each) => (each as { job: number }).job);
    expect(new Set(numbers).size).toBe(40);
  });

  it('wildcards', async () => {
    await run('Wildcard Subscriptions');
    await slate.publish('slate.project.created.user123', { type: 'created' });
    expect(lines).toEqual([['Any project event:', { type: 'created' }]]);
    expect(warnings).toEqual([]);
  });
});

describe('events', () => {
  const publishers = {
    ProjectEvent: slate.publishProjectEvent,
    FileEvent: slate.publishFileEvent,
    RuntimeEvent: slate.publishRuntimeEvent,
  };

  it.each(['ProjectEvent', 'FileEvent', 'RuntimeEvent'])('%s: what has the documented fields is one', async (name) => {
    const types = [...(/type: (.+),/.exec(block(name).code)?.[1] ?? '').matchAll(/'(\w+)'/g)].map(([, type]) => type);
    expect(types.length).toBeGreaterThan(2);
    const ids = { fileId: 'f1', projectId: 'p1', userId: 'ada', sessionId: 's1' };
    const fields = [...block(name).code.matchAll(/(\w+): (?:string|number)/g)].map(([, field]) => field ?? '');
    for (const type of types) {
      const data = type === 'log' ? { message: 'x' } : type === 'error' ? { error: 'x' } : { any: ['thing'] };
      const all: Record<string, unknown> = { ...ids, timestamp: 1 };
      const event = { type, data, ...Object.fromEntries(fields.map((field) => [field, all[field]])) };
      const sent = publishers[name as keyof typeof publishers] as (event: unknown) => Promise<void>;
      await expect(sent(event), `${name} ${type}`).resolves.toBeUndefined();
    }
  });

  it('publishing', async () => {
    const heard = await hear('slate.project.created.user456');
    await run('Publishing Events', { projectData: { name: 'A project' } });
    await until(() => heard.length === 1, { what: 'the event' });
    expect(heard).toMatchObject([{ type: 'created', projectId: 'abc123', data: { name: 'A project' } }]);
  });

  it('a failed publish is caught and told', async () => {
    await run('Error Handling', { event: { type: 'created', projectId: '', userId: 'ada', timestamp: Date.now() } });
    expect(lines).toEqual([['Failed to publish event:', expect.any(slate.EventError)]]);
  });

  it('reading JSON by hand still works, and is not needed: what is not JSON reaches no callback', async () => {
    const heard: unknown[] = [];
    await run('Error Handling 2', { payload: '{"a":1}', callback: (data: unknown) => heard.push(data) });
    expect(heard).toEqual([{ a: 1 }]);
    await slate.subscribe('text', (data) => heard.push(data));
    bob.publish('text', new TextEncoder().encode('{"a":'));
    await until(() => errors.length === 1, { what: 'the error' });
    expect(errors).toMatchObject([{ name: 'PayloadError', subject: 'text' }]);
    expect(heard).toHaveLength(1);
  });

  it('the document’s own test', async () => {
    const tests: (() => Promise<void>)[] = [];
    await run('Integration Testing', { expect, test: (_: string, fn: () => Promise<void>) => tests.push(fn) });
    expect(tests).toHaveLength(1);
    for (const each of tests) await within(each(), 'the document’s test');
  });
});

describe('the connection', () => {
  it('its status and its end', async () => {
    await run('Connection Status');
    expect(lines).toEqual([]);
    await slate.publish('slate.test', 1);
    const path = `${folder.dir}/${slug('Connection Status')}.ts?again`;
    await import(/* @vite-ignore */ path);
    expect(lines).toEqual([['NATS is connected']]);
    await run('Cleanup');
    expect(slate.isNatsConnected()).toBe(false);
  });

  it('its reconnection: each of the documented settings holds without being set', async () => {
    const { code } = block('Auto-Reconnection');
    const settings = [...code.matchAll(/(\w+): (-?\w+),/g)].map(([, name, value]) => [name, value]);
    expect(Object.fromEntries(settings)).toEqual({
      maxReconnectAttempts: '-1',
      reconnectTimeWait: '1000',
      waitOnFirstConnect: 'true',
    }); // held to by the tests of the bus: dialer.test.ts, nats-bus.test.ts and events-verbs.test.ts
  });
});

describe('many events', () => {
  /** A room of ours in the file that the document's program works on. */
  async function roomOf(file: string) {
    const room = await slate.joinRoom(bob, { project: 'p1', file, user: { id: 'bob', name: 'Bob' } });
    undo.push(() => void room.leave());
    const position = () => [...room.awareness.getStates().values()].find(({ user }) => user?.id === 'ada')?.position;
    return { room, position };
  }

  it('M9: batching; in a room of the file too', async () => {
    const { room, position } = await roomOf('f1');
    const heard = await hear('slate.editor.cursors.batch');
    const event = { type: 'cursor', userId: 'ada', fileId: 'f1', timestamp: Date.now(), data: { position: 3 } };
    const { add } = await run('Batching', { setInterval: interval }, ['add: (event) => batch.push(event)']);
    (add as (event: unknown) => void)(event);
    await until(() => heard.length === 1, { what: 'the batch' });
    expect(heard).toEqual([[event]]);
    await until(() => position() === 3, { what: 'the cursor in the room' });
    expect(room.members.map(({ user }) => user.id)).toEqual(['bob', 'ada']);
  });

  it('M9: a cursor, debounced: heard by who listens to the file, and in a room of the file', async () => {
    const fileId = 'src/main.ts';
    const { room, position } = await roomOf(fileId);
    const heard: slate.EditorEvent[] = [];
    undo.push(slate.onEditorEvents(fileId, (event) => heard.push(event), { bus: bob }));
    await bob.flush();
    const debounce = (fn: (position: unknown) => void) => fn;
    const { move } = await run('Cursor Synchronization', { debounce, userId: 'ada', fileId }, [
      'move: debouncedCursorUpdate',
    ]);
    await slate.publish('slate.test', 1); // a cursor that moves before there is a connection is dropped
    (move as (position: unknown) => void)({ line: 3, column: 7 });
    await until(() => heard.length === 1, { what: 'the cursor' });
    expect(heard).toMatchObject([{ type: 'cursor', userId: 'ada', data: { position: { line: 3, column: 7 } } }]);
    await until(position, { what: 'the cursor in the room' });
    expect(position()).toEqual({ line: 3, column: 7 });
    expect(room.members.map(({ user }) => user.id)).toEqual(['bob', 'ada']);
  });

  it('presence, and who is here', async () => {
    const room = await slate.joinRoom(bob, { project: 'p1', user: { id: 'bob', name: 'Bob' } });
    undo.push(() => void room.leave());
    const ends: (() => void)[] = [];
    const useEffect = (effect: () => () => void) => ends.push(effect());
    const setInterval = (fn: () => void) => interval(fn, 20); // the document's five seconds, for the impatient
    const given = { useEffect, setInterval, projectId: 'p1', userId: 'ada', currentFile: 'main.ts' };
    let users: string[] = [];
    const useState = () => [users, (change: (old: string[]) => string[]) => (users = change(users))];
    await run('4. Multi-User Awareness', { useEffect, useState, projectId: 'p1' });
    await run('Presence Tracking', given);
    await until(() => users.length > 0, { what: 'the user' });
    expect(users).toEqual(['ada']);
    await until(() => room.members.some(({ user }) => user.id === 'ada'), { what: 'the member' });
    expect(room.members.find(({ user }) => user.id === 'ada')?.location).toBe('main.ts');
    for (const end of ends) end();
  });
});

describe('the server', () => {
  it('permissions: its block starts a server that lets the user publish and subscribe, but not ask: see docs/bus.md', async () => {
    const config = block('Subject Permissions').code.replace('$PASSWORD', 'secret');
    await using strict = await natsServer({ config });
    await slate.closeNatsConnection();
    slate.configure({ servers: strict.wsUrl, user: 'slate_user', pass: 'secret' });
    await slate.publish('slate.test', 1);
    await expect(slate.subscribe('other.>', () => undefined)).rejects.toThrow(slate.PermissionError);
    await expect(slate.request('slate.runtime.status.s1', {}, 500)).rejects.toThrow(slate.PermissionError);
  });
});

it('no program of the document is left out', () => {
  const react = /\buse\w*(?:Events|Messaging)\b/; // those run in a real browser: test/e2e/bus-react.test.ts
  const left = blocks.filter(({ name, code }) => !ran.has(name) && !react.test(code));
  expect(left.map(({ name }) => name)).toEqual([]);
});
