/**
 * Compares docs/bus.md with the code: every program in it compiles, runs on a real nats-server, and prints what the
 * manual says; every subject, error and function that it names exists. React programs run in
 * test/e2e/bus-react.test.ts. Past 300 lines: each program of the manual is a test.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as slate from '../../src/index.js';
import * as service from '../../src/service/index.js';
import { type LocalServer, natsServer } from '../support/nats.js';
import { buildPrograms, type Programs } from '../support/program.js';
import {
  type Block,
  compilerErrors,
  type Folder,
  makeFolder,
  readBlocks,
  root,
  SOURCES,
  slug,
  withPaths,
} from '../support/snippets.js';
import { until, within } from '../support/wait.js';

const FILE = 'docs/bus.md';
const ADDRESS = 'ws://127.0.0.1:9222';
const exec = promisify(execFile);
const document = await readFile(`${root}${FILE}`, 'utf8');
const blocks = await readBlocks(FILE);
const programs = blocks.filter(({ lang }) => lang === 'ts');
const ran = new Set<string>();

let server: LocalServer;
let folder: Folder;
let commands: Programs;
let bob: slate.Bus;
const lines: string[] = [];
const cleanups: (() => unknown)[] = [];

beforeAll(async () => {
  [server, folder, commands] = await Promise.all([
    natsServer({ jetstream: true }),
    makeFolder('docs-bus'),
    buildPrograms(['src/service/cli']),
  ]);
  bob = await slate.connect({ servers: server.wsUrl });
});
afterAll(async () => {
  await bob.close();
  await commands[Symbol.asyncDispose]();
  await server.stop();
  await folder[Symbol.asyncDispose]();
});

beforeEach(() => {
  lines.length = 0;
  vi.spyOn(console, 'log').mockImplementation((...words) => void lines.push(words.map(String).join(' ')));
  slate.configure({ servers: server.wsUrl, warn: false });
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await slate.closeNatsConnection();
  vi.restoreAllMocks();
});

/** A name that a program expects from its page: its value, and its type for the compiler. */
interface Given {
  readonly value: unknown;
  readonly type: string;
}

interface Program {
  readonly given?: Record<string, Given>;
  /** Names of the program whose values the test reads afterwards. */
  readonly show?: readonly string[];
  /** Runs after the program: checks its purpose. */
  readonly after?: (shown: Record<string, unknown>) => unknown;
  /** Runs before the program. */
  readonly first?: () => unknown;
  /** A server of its own. */
  readonly url?: () => string;
}

const shown: string[] = [];
const show: Given = { value: (text: string) => shown.push(text), type: '(text: string) => void' };
const userId: Given = { value: 'ada', type: 'string' };
const drain = (worker: unknown) => cleanups.push(() => (worker as service.Worker).drain());
const now = () => Date.now();
const seconds = 10_000;

async function collect(subject: string): Promise<unknown[]> {
  const received: unknown[] = [];
  const listening = bob.subscribe(subject, ({ data }) => received.push(JSON.parse(new TextDecoder().decode(data))));
  cleanups.push(() => listening.unsubscribe());
  await bob.flush();
  return received;
}

async function room(project: string, file?: string): Promise<slate.Room> {
  const joined = await slate.joinRoom(bob, { project, ...(file && { file }), user: { id: 'bob', name: 'Bob' } });
  cleanups.push(() => joined.leave());
  return joined;
}

let received: unknown[] = [];
let seen: slate.Room;
let lost: LocalServer;

const PROGRAMS: Record<string, Program> = {
  configure: { after: () => slate.publish('slate.test', 1) },
  'configure with credentials': {
    given: { password: { value: 'secret', type: 'string' } },
    after: () => expect(slate.natsStatus()).toBeUndefined(),
  },
  'credentials that are renewed': { after: () => expect(slate.natsStatus()).toBeUndefined() },
  'publish and subscribe': { after: () => until(() => slate.natsStats()?.subscriptions === 0) },
  'request and reply': {},
  'queue groups': {
    async after() {
      await slate.publish('slate.build.jobs', 17);
      expect(lines).toEqual(['building 17']);
    },
  },
  worker: {
    given: { run: { value: async () => undefined, type: '(step: string) => Promise<void>' } },
    show: ['builder'],
    async first() {
      received = await collect('slate.build.>');
    },
    async after({ builder }) {
      drain(builder);
      await until(() => received.some((event) => (event as { type: string }).type === 'completed'), {
        what: 'the build',
      });
      const events = received as { type?: string }[];
      expect(events.map(({ type }) => type).filter(Boolean)).toEqual(
        expect.arrayContaining(['started', 'progress', 'completed']),
      );
    },
  },
  'durable worker': {
    given: {
      load: {
        value: (...job: unknown[]) => shown.push(JSON.stringify(job)),
        type: '(job: unknown, attempt: number) => unknown',
      },
    },
    show: ['importer'],
    async after({ importer }) {
      drain(importer);
      await until(() => (importer as service.Worker).stats.completed === 1, { what: 'the job', deadlineMs: seconds });
      expect(shown).toEqual(['[{"asset":"a1"},1]']);
    },
  },
  subjects: {},
  notify: {
    async first() {
      received = await collect('slate.project.updated.*');
    },
    after: () => until(() => received.length === 4), // of the project, of Ada, of Bob and of Eve
  },
  'publishing events': {
    async first() {
      received = await collect('slate.project.created.user456');
    },
    after: () => until(() => received.length === 1),
  },
  subscribing: {
    after: () => slate.publishProjectEvent({ type: 'created', projectId: 'p7', userId: 'user123', timestamp: now() }),
  },
  cache: {
    given: { userId },
    after: () => slate.publishProjectEvent({ type: 'updated', projectId: 'p1', userId: 'ada', timestamp: now() }),
  },
  'connect cache': {
    async after() {
      await slate.publishBuildEvent({ type: 'started', projectId: 'p1', timestamp: now() });
      expect(lines).toEqual([]);
      await slate.publishBuildEvent({ type: 'completed', projectId: 'p1', timestamp: now() });
    },
  },
  status: {},
  cleanup: {
    first: () => slate.publish('slate.test', 1),
    after: () => expect(slate.natsStatus()).toBeUndefined(),
  },
  'when offline': {},
  'request errors': {
    show: ['stateOf'],
    async after(shown) {
      const stateOf = shown.stateOf as (session: string) => Promise<unknown>;
      const { status } = slate.NatsSubjects.runtime;
      expect(await stateOf('nobody')).toBe('nobody responds there');
      const silent = bob.subscribe(status('silent'), () => undefined);
      cleanups.push(() => silent.unsubscribe());
      await slate.respond(status('broken'), () => Promise.reject(new Error('out of memory')), { bus: bob });
      await slate.respond(status('fine'), () => 'running', { bus: bob });
      expect(await stateOf('silent')).toBe('no answer in time');
      expect(await stateOf('broken')).toBe('it failed: out of memory');
      expect(await stateOf('fine')).toBe('running');
    },
  },
  'request that gives up': {
    show: ['bus'],
    async first() {
      lost = await natsServer({});
      const silent = await slate.connect({ servers: lost.wsUrl });
      silent.subscribe('slate.runtime.status.s9', () => void lost.kill());
      await silent.flush();
      cleanups.push(() => silent.close());
    },
    url: () => lost.wsUrl,
    after: ({ bus }) => cleanups.push(() => (bus as slate.Bus).close()),
  },
  'payload too large': {},
  'event error': {},
  'bus errors': {
    async after() {
      cleanups.push(slate.onBuildEvents('p1', () => expect.unreachable('it is not valid')));
      await slate.publish('slate.build.progress.p1', { type: 'progress', projectId: 'p1', timestamp: now(), data: {} });
    },
  },
  wildcards: {
    async after() {
      await slate.publish('slate.project.updated.p1', { type: 'updated' });
      expect(lines).toHaveLength(2);
      await slate.publish('slate.file.deleted.f1', {});
      expect(lines[2]).toBe('gone');
    },
  },
  validation: {
    async after() {
      await slate.publish('slate.file.updated.f1', { fileId: 'f1' });
      expect(lines).toEqual([]);
      await slate.publishFileEvent({ type: 'created', fileId: 'f1', projectId: 'p1', userId: 'ada', timestamp: now() });
    },
  },
  room: {
    show: ['room'],
    async first() {
      seen = await room('p1', 'src/main.ts');
    },
    async after(shown) {
      cleanups.push(() => (shown.room as slate.Room).leave());
      await until(() => seen.members.some(({ location }) => location === 'line 12'), { what: 'Ada at line 12' });
      await until(() => lines.some((line) => /Ada/.test(line) && /Bob/.test(line)), { what: 'both names' });
    },
  },
  presence: {
    show: ['timer'],
    async first() {
      seen = await room('p1');
    },
    async after({ timer }) {
      cleanups.push(() => clearInterval(timer as NodeJS.Timeout));
      const ada = () => seen.members.find(({ user }) => user.id === 'ada');
      await until(ada, { what: 'the member' });
      expect(ada()).toMatchObject({ user: { name: 'Ada' }, location: 'main.ts' });
      clearInterval(timer as NodeJS.Timeout);
      await slate.publishCollaborationEvent({ type: 'left', projectId: 'p1', userId: 'ada', timestamp: now() });
      await until(() => !ada(), { what: 'the end of the member' });
    },
  },
  'telling programs': {
    show: ['room', 'sub'],
    async after({ room, sub }) {
      cleanups.push(
        () => (room as slate.Room).leave(),
        () => (sub as slate.BusSubscription).unsubscribe(),
      );
      await until(() => lines.length > 0, { what: 'the heartbeat' });
    },
  },
  cursor: {},
  'cursor batch': {
    given: { show },
    show: ['room', 'frames'],
    async after({ room, frames }) {
      cleanups.push(
        () => (room as slate.Room).leave(),
        () => clearInterval(frames as NodeJS.Timeout),
      );
      await until(() => shown.includes('ada 0.5 0.25'), { what: 'the pointer' });
    },
  },
  notifications: {
    given: { userId, toast: show },
    async after() {
      const event = { type: 'updated', projectId: 'p1', timestamp: now() } as const;
      await slate.publishProjectEvent({ ...event, userId: 'ada' });
      await slate.publishProjectEvent({ ...event, userId: 'eve' }, { notify: ['ada'] });
      expect(shown).toEqual(['p1 was updated by eve']);
    },
  },
  'build status': {
    given: { show },
    async after() {
      const event = { projectId: 'p1', timestamp: now() } as const;
      await slate.publishBuildEvent({ ...event, type: 'started' });
      await slate.publishBuildEvent({ ...event, type: 'progress', data: { percent: 40 } });
      await slate.publishBuildEvent({ ...event, type: 'completed' });
      await slate.publishBuildEvent({ ...event, type: 'failed', data: { error: 'no space left' } });
      expect(shown).toEqual(['building', '40 %', 'done', 'no space left']);
    },
  },
  'runtime logs': {
    given: {
      append: {
        value: (...words: string[]) => shown.push(words.join(': ')),
        type: '(level: string, text: string) => void',
      },
    },
    async after() {
      const event = { sessionId: 'session123', projectId: 'p1', timestamp: now() };
      await slate.publishRuntimeEvent({ ...event, type: 'log', data: { message: 'hello' } });
      await slate.publishRuntimeEvent({ ...event, type: 'error', data: { error: 'crashed' } });
      expect(shown).toEqual(['info: hello', 'error: crashed']);
    },
  },
  'who is here': {
    given: { show },
    show: ['room'],
    async after({ room }) {
      cleanups.push(() => (room as slate.Room).leave());
      await slate.publish('slate.test', 1);
      await slate.publishCollaborationEvent({ type: 'presence', projectId: 'p1', userId: 'ada', timestamp: now() });
      await until(() => shown.some((text) => text.includes('ada')), { what: 'Ada' });
    },
  },
  'testing in process': {},
  'testing for real': { first: () => slate.closeNatsConnection() },
};

/** A module made of the program, with declarations before it and exports after it. */
function moduleOf({ code }: Block, { given = {}, show = [] }: Program, url = ADDRESS): string {
  const types = Object.entries(given).map(([name, { type }]) => `${name}: ${type}`);
  const known = Object.keys(given).join(', ');
  const page = `globalThis as unknown as { given: { ${types.join('; ')} } }`;
  const head = types.length ? `const { ${known} } = (${page}).given;\n` : '';
  const names = show.filter((name) => !code.includes(`export async function ${name}`));
  names.push(...unsubscribes(code));
  return `${head}${withPaths(code, SOURCES).replace(ADDRESS, url)}\nexport { ${names.join(', ')} };\n`;
}

/** The functions that end what the program started; the test calls them. */
const unsubscribes = (code: string) =>
  [...code.matchAll(/^const (unsubscribe|disconnect) = /gm)].map(([, name = '']) => name);

/** The comments behind its `console.log` calls: what it prints. */
const promised = ({ code }: Block) =>
  [...code.matchAll(/console\.log\(.* \/\/ (.+)$/gm)].map(([, words = '']) => words);

it('every program compiles', async () => {
  await using modules = await makeFolder('docs-bus-types');
  for (const block of programs)
    await modules.write(`${slug(block.name)}.ts`, moduleOf(block, PROGRAMS[block.name] ?? {}));
  expect(await compilerErrors(modules)).toEqual([]);
}, 60_000);

describe('a program runs and prints what the manual says', () => {
  it.each(programs)('$name (line $line)', async (block) => {
    const program = PROGRAMS[block.name];
    if (!program) throw new Error(`"${block.name}" of ${FILE}, line ${block.line}, has no entry in this test.`);
    ran.add(block.name);
    shown.length = 0;
    const { given = {}, first, after } = program;
    await first?.();
    lines.length = 0;
    const values = Object.fromEntries(Object.entries(given).map(([name, { value }]) => [name, value]));
    Object.assign(globalThis, { given: values });
    const path = await folder.write(
      `${slug(block.name)}.ts`,
      moduleOf(block, program, program.url?.() ?? server.wsUrl),
    );
    const exported = (await import(/* @vite-ignore */ path)) as Record<string, unknown>;
    for (const name of unsubscribes(block.code)) cleanups.push(exported[name] as () => void);
    await after?.(exported);
    for (const words of promised(block)) {
      await until(() => lines.join(', ').includes(words), { what: `"${words}"` }).catch((error: Error) => {
        throw new Error(`${error.message} It printed: ${lines.join(', ')}`);
      });
    }
  });
});

describe('the server', () => {
  const block = (name: string, lang: string) => {
    const found = blocks.find((each) => each.name === name && each.lang === lang);
    if (!found) throw new Error(`${FILE} has no "${name}".`);
    ran.add(name);
    return found.code;
  };

  it('permissions: pages may publish, subscribe, request and respond on slate.>, and nothing else', async () => {
    const config = block('permissions', 'conf').replace('port: 9222', 'port: -1').replace('$PASSWORD', 'secret');
    await using strict = await natsServer({ config });
    slate.configure({ servers: strict.wsUrl, user: 'slate_user', pass: 'secret', warn: false });
    const errors: slate.SlateError[] = [];
    cleanups.push(slate.onBusError((error) => errors.push(error)));
    await slate.respond('slate.runtime.status.s1', () => 'running');
    expect(await slate.request('slate.runtime.status.s1')).toBe('running');
    expect(errors).toMatchObject([{ operation: 'subscribe', subject: expect.stringMatching(/^\$SRV/) }]);
    await expect(slate.subscribe('other', () => undefined)).rejects.toThrow(slate.PermissionError);
    expect(errors).toHaveLength(2);
    await expect(slate.publish('other', 1)).rejects.toThrow(slate.PermissionError);
    expect(errors).toHaveLength(3);
    await slate.closeNatsConnection();
  });

  it('nats-server accepts the shipped configuration, as the command prints it', async () => {
    const [command = '', file = ''] = block('slate config', 'sh').split(' > ');
    const printed = commands.run('src/service/cli', command.split(' ').slice(1));
    expect(await within(printed.ended, 'the command', seconds)).toBe(0);
    await folder.write(file, printed.stdout());
    const path = await folder.write('including.conf', block('server', 'conf'));
    const env = { ...process.env, PASSWORD: 'a', WORKER_PASSWORD: 'b', DOCUMENTS_PASSWORD: 'c', MONITOR_PASSWORD: 'd' };
    const { stderr } = await exec(server.path, ['-t', '-c', path], { env });
    expect(stderr).toContain('is valid');
    expect(document).toContain(file);
  });

  it('a janitor has the users that it is started with, and nats-server accepts them', async () => {
    const text = await service.serverConfig('single');
    const shipped = text.replace('users = [', () => `users = [ ${block('janitor user', 'conf')}`);
    const accounts = shipped.replace('authorization {', 'accounts { SLATE { jetstream: enabled');
    const all = `${accounts}\n${block('janitor system', 'conf')} }\nsystem_account: SYS`;
    const path = await folder.write('accounts.conf', all);
    const names = ['PASSWORD', 'WORKER_PASSWORD', 'DOCUMENTS_PASSWORD', 'MONITOR_PASSWORD'];
    names.push('JANITOR_PASSWORD', 'SYSTEM_PASSWORD');
    const env = { ...process.env, ...Object.fromEntries(names.map((name) => [name, 'a'])) };
    expect((await exec(server.path, ['-t', '-c', path], { env })).stderr).toContain('is valid');
    const words = block('slate janitor', 'sh').replaceAll('\\\n', '').split(/\s+/);
    const args = words.slice(words.indexOf('janitor')).map((word) => word.replace(/^wss:.*/, 'ws://127.0.0.1:1'));
    const janitor = commands.run('src/service/cli', args);
    expect(await within(janitor.ended, 'its end', seconds)).toBe(3);
    const users = args.filter((_, index) => args[index - 1]?.endsWith('user'));
    expect(users).toHaveLength(2);
    for (const user of users) expect(all).toContain(`user: ${user}`);
  });

  it('slate tail prints what is published', async () => {
    const args = block('slate tail', 'sh').replaceAll("'", '').split(' ').slice(1);
    const tail = commands.run('src/service/cli', [...args, '--count', '1'], { SLATE_SERVERS: server.wsUrl });
    await until(
      () => {
        bob.publish('slate.build.started.p1', { type: 'started', projectId: 'p1', timestamp: now() });
        return tail.stdout() !== '';
      },
      { what: 'a line', deadlineMs: seconds },
    );
    expect(await within(tail.ended, 'its end', seconds)).toBe(0);
    expect(tail.stdout()).toContain('slate.build.started.p1');
  });

  it('slate top shows the server', async () => {
    const args = block('slate top', 'sh').split(' ').slice(1);
    const top = commands.run('src/service/cli', args, { SLATE_MONITORS: server.monitorUrl });
    expect(await within(top.ended, 'its end', seconds)).toBe(0);
    expect(top.stdout()).toMatch(/1 connection .*\d subscriptions/);
  });
});

describe('what the manual names', () => {
  const exists = { ...slate, ...service } as Record<string, unknown>;

  it('subjects are those of NatsSubjects, and all of them', () => {
    const table = document.slice(document.indexOf('## Naming convention'), document.indexOf('### Who receives what'));
    const named = [...table.matchAll(/^\|.*$/gm)].flatMap(([row]) => [...row.matchAll(/`(slate\.[^`]+)`/g)]);
    const subjects: string[] = [];
    const walk = (node: unknown) => {
      if (typeof node === 'function') subjects.push((node as (...ids: string[]) => string)('A', 'B'));
      else for (const each of Object.values(node as object)) walk(each);
    };
    walk(slate.NatsSubjects);
    const given = named.map(([, subject = '']) => {
      const ids = ['A', 'B'];
      return subject.replace(/\{\w+\}/g, () => ids.shift() ?? '');
    });
    expect(given.filter((subject) => subject !== 'slate.{resource}.{action}.{identifier}').sort()).toEqual(
      subjects.sort(),
    );
  });

  it('the error classes and functions exist', () => {
    const errors = [...document.matchAll(/`(\w+Error)`/g)].map(([, name = '']) => name);
    expect(errors.length).toBeGreaterThan(10);
    expect(errors.filter((name) => !(name in exists))).toEqual([]);
    const functions = [...document.matchAll(/`((?:publish|on)[A-Z]\w+|[a-z]+[A-Z]\w+)\(/g)].map(
      ([, name = '']) => name,
    );
    const ofOthers = /^(?:use[A-Z]|invalidateQueries|setInterval)/;
    expect(functions.filter((name) => !(name in exists) && !ofOthers.test(name))).toEqual([]);
  });

  it('the event types are those of the schemas', () => {
    const section = document.slice(document.indexOf('## Event types'), document.indexOf('### Publishing events'));
    const rows = [...section.matchAll(/^\| (?:`(\w+Event)` )?\| ((?:`\w+` ?)+)\|.*\|.*\|$/gm)];
    const types = new Map<string, string[]>();
    let event = '';
    for (const [, name, list = ''] of rows) {
      if (name === undefined && event === '') continue; // the head of the table
      event = name ?? event;
      types.set(event, [...(types.get(event) ?? []), ...[...list.matchAll(/`(\w+)`/g)].map(([, type = '']) => type)]);
    }
    expect([...types.keys()]).toHaveLength(7);
    for (const [name, listed] of types) expect(typesOf(name), name).toEqual(listed.sort());
  });
});

/** The values of `type` in a schema. */
function typesOf(event: string): string[] {
  const schema = (slate as unknown as Record<string, Schema>)[`${event}Schema`];
  const list = (schema?.options ?? [schema]) as Schema[];
  return list.flatMap(({ entries }) => entries?.type.options ?? entries?.type.literal ?? []).sort();
}

interface Schema {
  readonly options?: readonly Schema[];
  readonly entries?: { readonly type: { readonly options?: string[]; readonly literal?: string } };
}

it('no program of the manual is left out', () => {
  const elsewhere = new Set(['tsx']); // test/e2e/bus-react.test.ts
  const left = blocks.filter(({ name, lang }) => !ran.has(name) && !elsewhere.has(lang));
  expect(left.map(({ name, line }) => `${name}, line ${line}`)).toEqual([]);
  expect(new Set(blocks.map(({ name }) => name)).size).toBe(blocks.length);
  expect(Object.keys(PROGRAMS).filter((name) => !ran.has(name))).toEqual([]);
});
