/**
 * `slate doc` and `slate docs` as processes, on a real server: what they print, what they change, and how they end.
 * Past 300 lines: one server, and each action on it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { Bus } from '../../src/bus/bus.js';
import { connect } from '../../src/bus/nats/connect.js';
import { systemClock } from '../../src/clock.js';
import {
  compact,
  type DocumentPlace,
  importDocument,
  placeOf,
  readDocument,
} from '../../src/documents/history/operations.js';
import { store } from '../../src/jetstream/messages.js';
import { encodeSealed } from '../../src/protocol/document-history.js';
import { type DocumentMessage, decodeDocumentMessage } from '../../src/protocol/document-messages.js';
import { documentSubjects } from '../../src/protocol/document-subjects.js';
import { doc } from '../../src/service/command/doc.js';
import { docs } from '../../src/service/command/docs.js';
import { exitCodeOf } from '../../src/service/command/exit.js';
import type { Io } from '../../src/service/command/io.js';
import type { LocalServer } from '../../src/service/index.js';
import { keepDocument, keepEdits } from '../support/kept-documents.js';
import { natsServer } from '../support/nats.js';
import { buildPrograms, type Programs } from '../support/program.js';
import { until, within } from '../support/wait.js';

const CLI = 'src/service/cli';
const SECONDS = 15_000;
let server: LocalServer;
let bus: Bus;
let programs: Programs;
let dir: string;

beforeAll(async () => {
  server = await natsServer({ jetstream: true });
  bus = await connect({ servers: server.wsUrl });
  programs = await buildPrograms([CLI]);
  dir = await mkdtemp(join(tmpdir(), 'slate-doc-'));
});
afterAll(async () => {
  await programs[Symbol.asyncDispose]();
  await bus.close();
  await server.stop();
  await rm(dir, { recursive: true, force: true });
});

const start = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  programs.run(CLI, args, { SLATE_SERVERS: server.wsUrl, ...env });

/** Runs the command in a terminal, which prints its exit code at the end. */
function terminal(args: string[]) {
  const command = [process.execPath, programs.path(CLI), ...args].map((part) => `'${part}'`).join(' ');
  const wrapped = `${command}; echo "exit=$?"`;
  const script =
    process.platform === 'darwin' ? ['-q', '/dev/null', 'sh', '-c', wrapped] : ['-qfc', wrapped, '/dev/null'];
  const child = spawn('script', script, { env: { ...process.env, TERM: 'xterm' } });
  let screen = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    screen += chunk;
  });
  return { child, screen: () => screen };
}

/** Runs a command to its end, in this process; `answer`: what a person answers to its question. */
async function run(command: typeof doc, args: string[], answer?: string) {
  const out: (string | Uint8Array)[] = [];
  const err: (string | Uint8Array)[] = [];
  const text = (written: typeof out) => written.map((each) => Buffer.from(each).toString()).join('');
  const io: Io = {
    stdout: { write: (bytes) => out.push(bytes) > 0 },
    stderr: { write: (bytes) => err.push(bytes) > 0 },
    env: { SLATE_SERVERS: server.wsUrl },
    clock: systemClock,
    signal: new AbortController().signal,
    ...(answer !== undefined && {
      ask: (question: string) => {
        err.push(question);
        return Promise.resolve(answer);
      },
    }),
  };
  try {
    await command(args, io);
    return { code: 0, out: text(out), err: text(err) };
  } catch (error) {
    return { code: exitCodeOf(error), out: text(out), err: text(err) + (error as Error).message };
  }
}
const slate = (...args: string[]) => run(doc, args);

const read = async (document: DocumentPlace) => readDocument(placeOf(bus, document));
const textOf = (of: Y.Doc, part = 'content') => of.getText(part).toString();
const file = (name: string) => join(dir, name);

describe('slate doc ls', () => {
  it('lists documents with what is kept of them, by project and name', async () => {
    const notes = await keepDocument(bus, { project: 'list', name: 'notes' }, 'hello', 'ada');
    await keepEdits(bus, { project: 'list', name: 'notes' }, notes, { count: 3, user: 'bob' });
    await keepDocument(bus, { project: 'list', name: { guid: '2b1c' } }, 'sub', 'ada');
    await keepDocument(bus, { project: 'elsewhere', name: 'notes' }, 'x');
    const { code, out } = await slate('ls', 'list');
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^project {2}document +size {2}log {2}log size {2}versions {2}last saved +by$/);
    expect(lines[1]).toMatch(/^list +notes +\d+B +3 +\d+B +1 {2}20\d\d-\S+Z {2}bob$/);
    expect(lines[2]).toMatch(/^list +~2b1c +\d+B +0 +0B +1 {2}20\d\d-\S+Z {2}ada$/);
    expect(lines).toHaveLength(3);
    expect((await slate('ls')).out).toMatch(/^elsewhere +notes /m);
    expect(await slate('ls', 'nobody')).toEqual({ code: 0, out: '', err: '' });
  });

  it('as JSON, with what documents are made of', async () => {
    const place = { project: 'stats', name: 'a' };
    const made = await keepDocument(bus, place, 'hello');
    await keepEdits(bus, place, made, { count: 2 });
    const { out } = await slate('ls', 'stats', '--json', '--stats');
    expect(JSON.parse(out)).toMatchObject({
      project: 'stats',
      document: 'a',
      deleted: false,
      versions: 1,
      log: { entries: 2 },
      madeOf: { structs: 1, deleted: 0, clients: 1 },
    });
    expect((await slate('ls', 'stats', '--stats')).out).toMatch(/structs {2}deleted\n.* 1 +0$/m);
  });

  it('prints hostile names so that they move no cursor, and heads that cannot be read as such', async () => {
    await keepDocument(bus, { project: 'evil', name: 'a\x1b[2J\nb c' }, 'x', '\u202eada');
    await bus.request(documentSubjects('evil', 'broken').head, { v: 9 }, 2000);
    const { code, out } = await slate('ls', 'evil');
    expect(code).toBe(0);
    expect(out).toContain('"a\\u001b[2J\\nb c"');
    expect(out).toContain('\\u202eada');
    expect(out).toMatch(/^evil +broken +its head cannot be read$/m);
    for (const char of ['\x1b', '\u202e']) expect(out).not.toContain(char);
    expect(out.trimEnd().split('\n')).toHaveLength(3);
  });
});

describe('slate doc show', () => {
  it('says what is kept of a document, what it holds, and its versions', async () => {
    const place = { project: 'show', name: 'notes' };
    const made = await keepDocument(bus, place, 'hello', 'ada');
    await keepEdits(bus, place, made, { count: 2 });
    await compact(placeOf(bus, place), { keep: 20, by: 'bob', name: 'first draft' });
    await bus.request(documentSubjects('show', 'notes').log, Uint8Array.of(1, 0, 255, 255), 2000);
    const { code, out, err } = await slate('show', 'show', 'notes');
    expect(code).toBe(0);
    expect(out).toMatch(/^document {2}show notes$/m);
    expect(out).toMatch(/^lineage {3}[-\w]{8,}$/m);
    expect(out).toMatch(/^log {7}1 entries, 4B$/m);
    expect(out).toMatch(/^holds {5}text content of 7 characters$/m);
    expect(out).toMatch(/^bad {7}1 entries cannot be read: \d+$/m);
    expect(out).toMatch(/^[0-9a-z]+ {2}20\d\d-\S+Z {2,}\d+B {2}bob {2}"first draft"$/m);
    expect(err).toContain('cannot be read');
    const json = JSON.parse((await slate('show', 'show', 'notes', '--json')).out);
    expect(json).toMatchObject({
      project: 'show',
      name: 'notes',
      versions: [{ by: 'bob', name: 'first draft' }, { by: 'ada' }],
      unreadable: { inSnapshot: 0, inLog: [expect.any(Number)] },
      parts: [{ name: 'content', kind: 'text' }],
    });
  });

  it('prints the texts, line by line, and safely', async () => {
    await keepDocument(bus, { project: 'show', name: 'lines' }, 'one\n\ttwo\x1b[2J\n');
    expect((await slate('show', 'show', 'lines', '--text')).out).toBe('one\n\ttwo\\u001b[2J\n\n');
  });
});

describe('slate doc export and import', () => {
  it('write a document as an update, and make one of it: the same content under another name', async () => {
    const place = { project: 'files', name: 'from' };
    const made = await keepDocument(bus, place, 'hello ');
    await keepEdits(bus, place, made, { count: 3 });
    const exported = await slate('export', 'files', 'from', '-o', file('from.bin'));
    expect(exported).toMatchObject({ code: 0, out: '' });
    expect(await slate('import', 'files', 'to', file('from.bin'))).toMatchObject({ code: 0, out: '' });
    expect(textOf((await read({ project: 'files', name: 'to' })).doc)).toBe('hello xxx');
    await writeFile(file('v2.bin'), Y.encodeStateAsUpdateV2(made));
    await slate('import', 'files', '~guid', file('v2.bin'));
    expect(textOf((await read({ project: 'files', name: { guid: 'guid' } })).doc)).toBe('hello xxx');
    expect((await slate('export', 'files', '~guid', '--json')).out).toBe('{"content":"hello xxx"}\n');
  });

  it('write an earlier version, and bytes to a pipe', async () => {
    const place = { project: 'files', name: 'versions' };
    const made = await keepDocument(bus, place, 'first');
    const version = (await read(place)).head?.id ?? '';
    await keepEdits(bus, place, made, { count: 3 });
    const { code } = await slate('export', 'files', 'versions', '--version', version, '--output', file('old.bin'));
    expect(code).toBe(0);
    const old = new Y.Doc();
    Y.applyUpdate(old, await readFile(file('old.bin')));
    expect(textOf(old)).toBe('first');
    expect((await slate('export', 'files', 'versions')).out).toContain('first');
    const missing = await slate('export', 'files', 'versions', '--version', 'none');
    expect(missing).toMatchObject({ code: 2, out: '', err: expect.stringContaining('version') });
  });

  it('make a document of plain text', async () => {
    await writeFile(file('text.md'), '# Titel äöü\n');
    expect((await slate('import', 'files', 'text', file('text.md'), '--text', 'body')).code).toBe(0);
    expect(textOf((await read({ project: 'files', name: 'text' })).doc, 'body')).toBe('# Titel äöü\n');
  });

  it('Y16: take no other place than asked to, and then as a new life of the document', async () => {
    const place = { project: 'files', name: 'taken' };
    const made = await keepDocument(bus, place, 'mine');
    await keepEdits(bus, place, made, { count: 3 });
    await writeFile(file('other.txt'), 'theirs');
    const args = ['import', 'files', 'taken', file('other.txt'), '--text', 'content'];
    const { lineage } = (await read(place)).head ?? {};
    const heard: DocumentMessage[] = [];
    bus.subscribe(documentSubjects('files', 'taken').liveAll, ({ data }) => heard.push(decodeDocumentMessage(data)));
    expect(await slate(...args)).toMatchObject({ code: 2, err: expect.stringContaining('there already') });
    expect(await slate(...args, '--replace')).toMatchObject({ code: 2, err: expect.stringContaining('--yes') });
    expect(textOf((await read(place)).doc)).toBe('minexxx');
    expect((await slate(...args, '--replace', '--yes')).code).toBe(0);
    await until(() => heard.length > 0, { what: 'the members to be told' });
    expect(heard).toEqual([{ type: 'look' }]);
    const now = await read(place);
    expect(textOf(now.doc)).toBe('theirs');
    expect(now.head?.lineage).not.toBe(lineage);
    expect(now).toMatchObject({ tail: { messages: 0 }, head: { old: [] }, incomplete: false });
    expect((await slate('import', 'files', 'new', file('other.txt'), '--text', 'a', '--replace')).code).toBe(0);
  });

  it.each([
    ['a file that is not there', ['missing.bin'], 1, /ENOENT/],
    ['text where an update is expected', ['plain.txt'], 2, /no update of Yjs/],
    ['bytes where text is expected', ['bytes.bin', '--text', 'a'], 2, /no text in UTF-8/],
  ])('refuse %s', async (_, [name = '', ...options], code, words) => {
    await writeFile(file('plain.txt'), 'hello, this is text');
    await writeFile(file('bytes.bin'), Uint8Array.of(0xff, 0xfe, 0));
    expect(await slate('import', 'files', 'refused', file(name), ...options)).toMatchObject({
      code,
      err: expect.stringMatching(words),
    });
    expect((await read({ project: 'files', name: 'refused' })).head).toBeUndefined();
  });
});

describe('slate doc compact, delete and undelete', () => {
  it('Y13, Y15: compact makes a version, with a name, and says when there is nothing to do', async () => {
    const place = { project: 'change', name: 'compact' };
    const made = await keepDocument(bus, place, 'a');
    await keepEdits(bus, place, made, { count: 2 });
    const { code, out } = await slate('compact', 'change', 'compact', '--name', 'v1');
    expect(code).toBe(0);
    expect(out).toMatch(/^change compact: version [0-9a-z]+, \d+B\n$/);
    expect((await read(place)).head).toMatchObject({ name: 'v1', by: 'slate doc compact' });
    expect((await slate('compact', 'change', 'compact')).out).toBe('change compact: nothing to compact\n');
  });

  it('Y17: delete asks, keeps the versions, and undelete has the document back', async () => {
    const place = { project: 'change', name: 'gone' };
    const made = await keepDocument(bus, place, 'a');
    await keepEdits(bus, place, made, { count: 2 });
    expect(await slate('delete', 'change', 'gone')).toMatchObject({ code: 2, err: expect.stringContaining('--yes') });
    for (const no of ['', 'n', 'yesterday']) {
      const refused = await run(doc, ['delete', 'change', 'gone'], no);
      expect(refused).toMatchObject({
        code: 1,
        out: '',
        err: expect.stringMatching(/versions are kept\? \[y\/N\] Nothing/),
      });
    }
    expect((await run(doc, ['delete', 'change', 'gone'], ' Yes\n')).out).toBe('change gone: deleted\n');
    expect((await slate('ls', 'change')).out).not.toContain('gone');
    expect((await slate('ls', 'change', '--deleted')).out).toMatch(/^change +gone +deleted/m);
    expect((await slate('show', 'change', 'gone')).out).toMatch(/^deleted {3}at /m);
    expect(await slate('delete', 'change', 'gone', '--yes')).toMatchObject({ code: 1 });
    expect(await slate('export', 'change', 'gone')).toMatchObject({ code: 1, out: '' });
    expect((await slate('undelete', 'change', 'gone')).out).toBe('change gone: back\n');
    expect(textOf((await read(place)).doc)).toBe('axx');
  });

  it.each([
    ['y\r', 0, 'deleted'],
    ['\r', 1, 'Nothing was changed'],
    ['\x03', 1, 'Nothing was changed'], // Ctrl-C
    ['\x04', 1, 'Nothing was changed'], // Ctrl-D
  ])('Y17: in a terminal, delete asks, and %j ends with %i', async (keys, code, said) => {
    const place = { project: 'change', name: `asked ${keys.charCodeAt(0)}` };
    await keepDocument(bus, place, 'a');
    const { child, screen } = terminal(['doc', 'delete', place.project, place.name, '-s', server.wsUrl]);
    await until(() => screen().includes('[y/N]'), { what: 'the question', deadlineMs: SECONDS });
    child.stdin.write(keys);
    await within(once(child, 'close'), 'its end', SECONDS);
    expect(screen()).toContain(said);
    expect(screen()).toContain(`exit=${code}`);
    expect((await read(place)).head?.deleted).toBe(code === 0 ? true : undefined);
  });

  it('Y17: what is deleted for good is not had back', async () => {
    await keepDocument(bus, { project: 'change', name: 'lost' }, 'a');
    expect((await slate('delete', 'change', 'lost', '--for-good', '-y')).code).toBe(0);
    expect(await slate('undelete', 'change', 'lost')).toMatchObject({
      code: 2,
      err: expect.stringContaining('for good'),
    });
  });
});

it('Y21: a sealed document is shown and listed, and nothing that needs its key is done to it', async () => {
  const place = { project: 'sealed', name: 'a' };
  const sealer = { seal: (bytes: Uint8Array) => bytes.map((each) => each ^ 7), open: (bytes: Uint8Array) => bytes };
  const made = new Y.Doc();
  made.getText('content').insert(0, 'secret');
  await importDocument(placeOf(bus, place, { cipher: { log: sealer, snapshot: sealer } }), Y.encodeStateAsUpdate(made));
  await store(bus, documentSubjects('sealed', 'a').log, encodeSealed(Uint8Array.of(1, 2, 3)));
  expect((await slate('show', 'sealed', 'a')).out).toMatch(/^sealed {4}only pages/m);
  expect(JSON.parse((await slate('show', 'sealed', 'a', '--json')).out)).toMatchObject({ sealed: true });
  expect((await slate('ls', 'sealed', '--stats')).out).toMatch(/^sealed {3}a +\d+B +1 +4B +1 /m);
  const refused = [
    ['show', 'sealed', 'a', '--text'],
    ['export', 'sealed', 'a'],
    ['compact', 'sealed', 'a'],
    ['delete', 'sealed', 'a', '--yes'],
  ];
  for (const args of refused) {
    expect(await slate(...args)).toMatchObject({ code: 1, out: '', err: expect.stringContaining('is sealed') });
  }
  expect((await slate('delete', 'sealed', 'a', '--yes', '--for-good')).code).toBe(0);
});

describe('wrong usage', () => {
  it.each([
    [[], 2, /needs an action: ls, show/],
    [['rename', 'p', 'a'], 2, /needs an action/],
    [['constructor'], 2, /needs an action/],
    [['ls', 'a', 'b'], 2, /one project/],
    [['show', 'p'], 2, /needs a project and the name/],
    [['show', 'p', 'a', 'b'], 2, /needs a project and the name/],
    [['show', 'p', 'x'.repeat(300)], 2, /longer than 256 bytes/],
    [['import', 'p', 'a'], 2, /and a file/],
    [['compact', 'p', 'a', '--keep', '0'], 2, /--keep must be a whole number/],
    [['show', 'p', 'a', '--what'], 2, /--what/],
    [['show', 'nobody', 'nothing'], 1, /There is no document nobody nothing/],
    [['delete', 'nobody', 'nothing', '--yes'], 1, /There is no document/],
    [['undelete', 'nobody', 'nothing'], 1, /There is no document/],
    [['compact', 'nobody', 'nothing'], 1, /There is no document/],
    [['ls', '--server', 'ws://127.0.0.1:1'], 3, /127\.0\.0\.1:1/],
  ])('slate doc %j ends with %i', async (args, code, words) => {
    expect(await slate(...args)).toMatchObject({ code, out: '', err: expect.stringMatching(words) });
  });

  it('a server without documents is told as such', async () => {
    await using bare = await natsServer();
    await using empty = await natsServer({ jetstream: true });
    const none = await slate('ls', '-s', bare.wsUrl);
    expect(none).toMatchObject({ code: 1, err: expect.stringContaining('JetStream is not enabled') });
    const noStream = await slate('ls', '-s', empty.wsUrl);
    expect(noStream).toMatchObject({ code: 1, err: expect.stringContaining('stream not found') });
  });

  it('a process ends with the exit code, and its output is the bytes of the document', async () => {
    await keepDocument(bus, { project: 'process', name: 'a' }, 'hello');
    const [missing, there] = ['b', 'a'].map((name) => start(['doc', 'export', 'process', name]));
    expect(await within(missing?.ended as Promise<number>, 'its end', SECONDS)).toBe(1);
    expect(missing?.stderr()).toMatch(/^slate: There is no document process b/);
    expect(await within(there?.ended as Promise<number>, 'its end', SECONDS)).toBe(0);
    expect(there?.stdout()).toContain('hello');
  });
});

describe('slate docs', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('compacts what is due, a line for each, until %s', async (signal) => {
    const place = { project: 'service', name: `due\x1b ${signal}` };
    await keepEdits(bus, place, await keepDocument(bus, place, ''), { count: 501 });
    const program = start(['docs', '--interval', '0.2', '--keep', '5']);
    await until(() => program.lines().length === 1, { what: 'a line', deadlineMs: SECONDS });
    expect(program.stdout()).toMatch(/^\d\d:\d\d:\d\d {2}service "due\\u001b \w+" {2}501 entries, now \d+B, \d+ ms\n$/);
    program.process.kill(signal);
    expect(await within(program.ended, 'its end', SECONDS)).toBe(0);
    expect(program.stderr()).toMatch(
      /Compacting documents at ws:(?:.|\n)*\nStopped: 1 compacted, 0 left to others, 0 failures/,
    );
    expect((await read(place)).tail.messages).toBe(0);
  });

  it('prints JSON, and creates the stream with the limits it is given', async () => {
    await using own = await natsServer({ jetstream: true });
    const program = start(['docs', '--json', '-i', '0.1', '--max-bytes', '100MB', '--server', own.wsUrl]);
    await until(() => program.stderr().includes('Compacting'), { what: 'the start', deadlineMs: SECONDS });
    const client = await connect({ servers: own.wsUrl });
    const info = (await client.request('$JS.API.STREAM.INFO.SLATE_DOCS', undefined, 2000)).json();
    expect(info).toMatchObject({ config: { max_bytes: 1e8, discard: 'new', allow_direct: true } });
    const place = { project: 'p', name: { guid: 'g' } };
    const made = new Y.Doc();
    made.getText('content').insert(0, 'a');
    await slateImport(own.wsUrl, made);
    await keepEdits(client, place, made, { count: 501 });
    await until(() => program.lines().length === 1, { what: 'a line', deadlineMs: SECONDS });
    expect(JSON.parse(program.stdout())).toMatchObject({ project: 'p', document: { guid: 'g' }, entries: 501 });
    await client.close();
    program.process.kill('SIGTERM');
    expect(await within(program.ended, 'its end', SECONDS)).toBe(0);
  });

  it.each([
    [['--keep', 'x'], 2, /--keep/],
    [['--interval', '0'], 2, /--interval must be 0\.1 to 3600 seconds/],
    [['--max-bytes', 'lots'], 2, /--max-bytes/],
    [['--replicas', '9'], 2, /--replicas/],
    [['p1'], 2, /p1/],
    [['-s', 'ws://127.0.0.1:1'], 3, /127\.0\.0\.1:1/],
  ])('slate docs %j ends with %i', async (args, code, words) => {
    expect(await run(docs, args)).toMatchObject({ code, out: '', err: expect.stringMatching(words) });
  });
});

/** Imports a document as the subdocument `g` of the project `p`. */
async function slateImport(wsUrl: string, made: Y.Doc): Promise<void> {
  await writeFile(file('g.bin'), Y.encodeStateAsUpdate(made));
  const program = start(['doc', 'import', 'p', '~g', file('g.bin'), '-s', wsUrl]);
  expect(await within(program.ended, 'the import', SECONDS)).toBe(0);
}
