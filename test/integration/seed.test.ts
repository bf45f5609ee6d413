/**
 * The programs of the bus document (test/fixtures/bus-document.md) that do not use React, on a real nats-server. They
 * are unchanged except for their import paths; this test provides the names that they expect from their page.
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
const cleanups: (() => void)[] = [];

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
  cleanups.push(slate.onBusError((error) => errors.push(error)));
  slate.configure({ servers: server.wsUrl, warn: (message) => void warnings.push(message) });
});
afterEach(async () => {
  for (const timer of timers.splice(0)) clearInterval(timer);
  for (const cleanup of cleanups.splice(0)) cleanup();
  await slate.closeNatsConnection();
  vi.restoreAllMocks();
});

function block(name: string): Block {
  const found = blocks.find((each) => each.name === name);
  if (!found) throw new Error(`The document has no program "${name}".`);
  ran.add(name);
  return found;
}

/** Runs a program. `given`: the names that it expects from its page; `show`: the names whose values are returned. */
async function run(name: string, given: Record<string, unknown> = {}, show: readonly string[] = []) {
  const { code } = block(name);
  const program = withPaths(code, PATHS);
  Object.assign(globalThis, { given });
  const names = Object.keys(given).join(', ');
  const imports = missingImports(program, Object.keys(slate), INDEX);
  const text = `${imports}const { ${names} } = globalThis.given;
${program}
export default { ${show.join(', ')} };\n`;
  const path = await folder.write(`${slug(name)}.ts`, text);
  return ((await import(/* @vite-ignore */ path)) as { default: Record<string, unknown> }).default;
}

/** What another connection receives. */
async function collect(subject: string): Promise<unknown[]> {
  const received: unknown[] = [];
  const subscription = bob.subscribe(subject, (message) =>
    received.push(message.data.length ? message.json() : undefined),
  );
  cleanups.push(() => subscription.unsubscribe());
  await bob.flush();
  return received;
}

const interval = (fn: () => void, ms: number) => {
  timers.push(setInterval(fn, ms));
};

describe('message patterns', () => {
  it('publish and subscribe: the event is sent; there is a warning about the "*" that matches nothing', async () => {
    const received = await collect('slate.project.>');
    const { sub } = await run('1. Publish-Subscribe (Pub/Sub)', {}, ['sub']);
    await until(() => received.length === 1, { what: 'the event' });
    expect(received).toMatchObject([{ type: 'created', projectId: 'abc' }]);
    expect((sub as slate.BusSubscription).subject).toBe('slate.project.*');
    expect(warnings).toMatchObject([expect.stringContaining('slate.project.>')]);
    await slate.publish('slate.project.created.user123', { type: 'created' });
    expect(lines).toEqual([]);
  });

  it('request and reply', async () => {
    await slate.respond(slate.NatsSubjects.runtime.status('session123'), (data) => ({ received: data }), { bus: bob });
    expect(await run('2. Request-Reply', {}, ['result'])).toEqual({ result: { received: { query: 'status' } } });
  });

  it('queue groups: each job to one worker', async () => {
    const others: unknown[] = [];
    const other = bob.subscribe('slate.build.jobs', (message) => others.push(message.json()), {
      queue: 'build-workers',
    });
    cleanups.push(() => other.unsubscribe());
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

  it.each(['ProjectEvent', 'FileEvent', 'RuntimeEvent'])(
    '%s: an event with the documented fields is valid',
    async (name) => {
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
    },
  );

  it('publishing', async () => {
    const received = await collect('slate.project.created.user456');
    await run('Publishing Events', { projectData: { name: 'A project' } });
    await until(() => received.length === 1, { what: 'the event' });
    expect(received).toMatchObject([{ type: 'created', projectId: 'abc123', data: { name: 'A project' } }]);
  });

  it('a failed publish is caught and reported', async () => {
    await run('Error Handling', { event: { type: 'created', projectId: '', userId: 'ada', timestamp: Date.now() } });
    expect(lines).toEqual([['Failed to publish event:', expect.any(slate.EventError)]]);
  });

  it('reading JSON by hand works and is not needed: a message that is not JSON reaches no callback', async () => {
    const received: unknown[] = [];
    await run('Error Handling 2', { payload: '{"a":1}', callback: (data: unknown) => received.push(data) });
    expect(received).toEqual([{ a: 1 }]);
    await slate.subscribe('text', (data) => received.push(data));
    bob.publish('text', new TextEncoder().encode('{"a":'));
    await until(() => errors.length === 1, { what: 'the error' });
    expect(errors).toMatchObject([{ name: 'PayloadError', subject: 'text' }]);
    expect(received).toHaveLength(1);
  });

  it('the test in the bus document', async () => {
    const tests: (() => Promise<void>)[] = [];
    await run('Integration Testing', { expect, test: (_: string, fn: () => Promise<void>) => tests.push(fn) });
    expect(tests).toHaveLength(1);
    for (const each of tests) await within(each(), 'the document’s test');
  });
});

describe('the connection', () => {
  it('status and closing', async () => {
    await run('Connection Status');
    expect(lines).toEqual([]);
    await slate.publish('slate.test', 1);
    const path = `${folder.dir}/${slug('Connection Status')}.ts?again`;
    await import(/* @vite-ignore */ path);
    expect(lines).toEqual([['NATS is connected']]);
    await run('Cleanup');
    expect(slate.isNatsConnected()).toBe(false);
  });

  it('reconnection: each documented setting is the default', async () => {
    const { code } = block('Auto-Reconnection');
    const settings = [...code.matchAll(/(\w+): (-?\w+),/g)].map(([, name, value]) => [name, value]);
    expect(Object.fromEntries(settings)).toEqual({
      maxReconnectAttempts: '-1',
      reconnectTimeWait: '1000',
      waitOnFirstConnect: 'true',
    }); // tested in dialer.test.ts, nats-bus.test.ts and events-verbs.test.ts
  });
});

describe('many events', () => {
  /** A room in the file that the program of the bus document works on. */
  async function roomOf(file: string) {
    const room = await slate.joinRoom(bob, { project: 'p1', file, user: { id: 'bob', name: 'Bob' } });
    cleanups.push(() => void room.leave());
    const position = () => [...room.awareness.getStates().values()].find(({ user }) => user?.id === 'ada')?.position;
    return { room, position };
  }

  it('M9: batching, also received in a room of the file', async () => {
    const { room, position } = await roomOf('f1');
    const received = await collect('slate.editor.cursors.batch');
    const event = { type: 'cursor', userId: 'ada', fileId: 'f1', timestamp: Date.now(), data: { position: 3 } };
    const { add } = await run('Batching', { setInterval: interval }, ['add: (event) => batch.push(event)']);
    (add as (event: unknown) => void)(event);
    await until(() => received.length === 1, { what: 'the batch' });
    expect(received).toEqual([[event]]);
    await until(() => position() === 3, { what: 'the cursor in the room' });
    expect(room.members.map(({ user }) => user.id)).toEqual(['bob', 'ada']);
  });

  it('M9: a debounced cursor, received by listeners of the file and in a room of the file', async () => {
    const fileId = 'src/main.ts';
    const { room, position } = await roomOf(fileId);
    const received: slate.EditorEvent[] = [];
    cleanups.push(slate.onEditorEvents(fileId, (event) => received.push(event), { bus: bob }));
    await bob.flush();
    const debounce = (fn: (position: unknown) => void) => fn;
    const { move } = await run('Cursor Synchronization', { debounce, userId: 'ada', fileId }, [
      'move: debouncedCursorUpdate',
    ]);
    await slate.publish('slate.test', 1); // a cursor is dropped before there is a connection
    (move as (position: unknown) => void)({ line: 3, column: 7 });
    await until(() => received.length === 1, { what: 'the cursor' });
    expect(received).toMatchObject([{ type: 'cursor', userId: 'ada', data: { position: { line: 3, column: 7 } } }]);
    await until(position, { what: 'the cursor in the room' });
    expect(position()).toEqual({ line: 3, column: 7 });
    expect(room.members.map(({ user }) => user.id)).toEqual(['bob', 'ada']);
  });

  it('presence and members', async () => {
    const room = await slate.joinRoom(bob, { project: 'p1', user: { id: 'bob', name: 'Bob' } });
    cleanups.push(() => void room.leave());
    const ends: (() => void)[] = [];
    const useEffect = (effect: () => () => void) => ends.push(effect());
    const setInterval = (fn: () => void) => interval(fn, 20); // the five seconds of the bus document, shortened
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
  it('permissions: with its block a user may publish, subscribe, request and respond, on slate.> alone', async () => {
    const config = block('Subject Permissions').code.replace('$PASSWORD', 'secret');
    await using strict = await natsServer({ config });
    await slate.closeNatsConnection();
    slate.configure({ servers: strict.wsUrl, user: 'slate_user', pass: 'secret' });
    await slate.publish('slate.test', 1);
    await expect(slate.subscribe('other.>', () => undefined)).rejects.toThrow(slate.PermissionError);
    await slate.respond('slate.runtime.status.s1', () => 'running');
    expect(await slate.request('slate.runtime.status.s1')).toBe('running');
  });
});

it('no program of the bus document is left out', () => {
  const react = /\buse\w*(?:Events|Messaging)\b/; // those run in a real browser: test/e2e/bus-react.test.ts
  const left = blocks.filter(({ name, code }) => !ran.has(name) && !react.test(code));
  expect(left.map(({ name }) => name)).toEqual([]);
});
