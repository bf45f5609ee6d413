/**
 * Documents as their users open them: through a room and without one, on a real server with JetStream. Past 300 lines:
 * each part of the public face once, on one server.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { applyUpdate, Doc, encodeStateAsUpdate, type Map as YMap } from 'yjs';
import type { Bus } from '../../src/bus/bus.js';
import { connect } from '../../src/bus/nats/connect.js';
import {
  DocumentDeletedError,
  DocumentReplacedError,
  HistoryUnavailableError,
  ReadOnlyError,
} from '../../src/documents/errors.js';
import { placeOf, readDocument } from '../../src/documents/history/operations.js';
import { openDocument } from '../../src/documents/open.js';
import type { Cipher, DocumentOptions, LocalStore, SharedDocument } from '../../src/documents/types.js';
import type { SlateError } from '../../src/errors.js';
import { joinRoom } from '../../src/room/join.js';
import type { RoomOptions } from '../../src/room/options.js';
import { type LocalServer, natsServer, restarted } from '../support/nats.js';
import { until } from '../support/wait.js';

let server: LocalServer;
beforeAll(async () => {
  server = await natsServer({ jetstream: true });
});
afterAll(() => server.stop());

let count = 0;
/** A document that no other test has. */
const fresh = () => `d${++count}`;

async function bus(url = server.wsUrl): Promise<Bus> {
  const made = await connect({ servers: url });
  onTestFinished(() => made.close());
  return made;
}

async function open(name: string, options: Partial<DocumentOptions> = {}, on?: Bus): Promise<SharedDocument> {
  const document = await openDocument(on ?? (await bus()), { project: 'p1', name, ...options });
  onTestFinished(() => document.close());
  return document;
}

const textOf = ({ doc }: { doc: Doc | undefined }) => doc?.getText('content').toJSON();
const type = ({ doc }: { doc: Doc }, words: string) =>
  doc.getText('content').insert(doc.getText('content').length, words);
const isSaved = (document: SharedDocument) => until(() => document.status.state === 'saved', { what: 'saved' });

/** A store as y-indexeddb has it, in memory. */
function memoryStore(): LocalStore & {
  readonly values: Map<string, string>;
  readonly clear: ReturnType<typeof vi.fn>;
} {
  const values = new Map<string, string>();
  const clear = vi.fn();
  return {
    values,
    clear,
    whenSynced: Promise.resolve(),
    get: async (key) => values.get(key),
    set: async (key, value) => values.set(key, value),
    clearData: async () => {
      clear();
      values.clear();
    },
  };
}

describe('a document', () => {
  it('Y4: is the same for two who have it open, and for one who comes when they are gone', async () => {
    const name = fresh();
    const [ada, bob] = [await open(name), await open(name)];
    type(ada, 'hello');
    await until(() => textOf(bob) === 'hello', { what: "Ada's edit" });
    type(bob, ' world');
    await until(() => textOf(ada) === 'hello world', { what: "Bob's edit" });
    await Promise.all([ada.close(), bob.close()]);
    expect(ada.status.state).toBe('closed');
    const late = await open(name);
    expect(textOf(late)).toBe('hello world');
    expect(late.status).toMatchObject({ synced: true, state: 'saved', unsaved: 0 });
  });

  it('Y3: takes in the edits of others without having Yjs encode them', async () => {
    const name = fresh();
    const [ada, bob] = [await open(name), await open(name)];
    type(bob, 'hello');
    await until(() => textOf(ada) === 'hello', { what: "Bob's edit" });
    const emit = vi.spyOn(bob.doc, 'emit');
    type(ada, ' world');
    await until(() => textOf(bob) === 'hello world', { what: "Ada's edit" });
    const names = emit.mock.calls.map(([event]) => event);
    expect(names).toContain('afterTransactionCleanup');
    expect(names).not.toContain('update');
    expect(names).not.toContain('updateV2');
  });

  it('Y9: says when its edits are saved, and save() waits for that', async () => {
    const document = await open(fresh());
    await isSaved(document);
    const states: string[] = [];
    document.on('status', ({ state, unsaved }) => states.push(unsaved > 0 ? `${state} ${unsaved}` : state));
    type(document, 'a');
    expect(document.status).toMatchObject({ state: 'saving', unsaved: 1 });
    await document.save();
    expect(document.status).toMatchObject({ state: 'saved', unsaved: 0 });
    expect(states[0]).toBe('saving 1');
    expect(states.at(-1)).toBe('saved');
  });

  it('Y8: keeps edits while the server is away, and saves them when it is back', async () => {
    const storeDir = await mkdtemp(join(tmpdir(), 'slate-documents-'));
    onTestFinished(() => rm(storeDir, { recursive: true, force: true }));
    const away = await natsServer({ storeDir });
    const name = fresh();
    const on = await bus(away.wsUrl);
    const [ada, bob] = [await open(name, {}, on), await open(name, {}, await bus(away.wsUrl))];
    type(ada, 'before');
    await until(() => textOf(bob) === 'before', { what: 'the edit' });
    await away.kill();
    await until(() => ada.status.state === 'offline' && bob.status.state === 'offline', { what: 'offline' });
    expect(ada.status.synced).toBe(false);
    type(ada, ' ada');
    type(bob, ' bob');
    await using _again = await restarted(away, { storeDir });
    const both = () => textOf(ada) === textOf(bob) && /ada/.test(textOf(bob) ?? '') && /bob/.test(textOf(ada) ?? '');
    await until(both, { what: 'both edits', deadlineMs: 15_000 });
    await isSaved(ada);
    await isSaved(bob);
    await Promise.all([ada.close(), bob.close()]);
    const late = await open(name, {}, await bus(away.wsUrl));
    expect(textOf(late)).toMatch(/^before( ada bob| bob ada)$/);
  });

  it('Y22: is shared and not kept where the server has no JetStream, and says so', async () => {
    await using plain = await natsServer();
    const name = fresh();
    const errors: SlateError[] = [];
    const ada = await open(name, {}, await bus(plain.wsUrl));
    ada.on('error', (error) => errors.push(error));
    const bob = await open(name, { history: false }, await bus(plain.wsUrl));
    type(ada, 'live');
    await until(() => textOf(bob) === 'live', { what: 'the edit' });
    expect(ada.status).toMatchObject({ state: 'unsaved', synced: true, error: { name: 'HistoryUnavailableError' } });
    expect(bob.status).toMatchObject({ state: 'unsaved', error: undefined });
    await expect(ada.save()).rejects.toThrow(HistoryUnavailableError);
    await expect(bob.versions()).rejects.toThrow(HistoryUnavailableError);
  });

  it('Y9: of an author who died before saving is saved by another who has it open', async () => {
    const name = fresh();
    const dying = await bus();
    const [ada, bob] = [await open(name, {}, dying), await open(name)];
    await isSaved(ada);
    // What Ada's session hands to the history is lost, and what it says to others arrives.
    const request = vi.spyOn(dying, 'request').mockReturnValue(new Promise(() => undefined));
    type(ada, 'last words');
    await until(() => textOf(bob) === 'last words', { what: 'the edit' });
    await dying.close();
    request.mockRestore();
    await (bob as SharedDocument & { rescue(): Promise<void> }).rescue();
    await bob.close();
    expect(textOf(await open(name))).toBe('last words');
  });

  it('Y19: for reading follows others, and takes an edit back', async () => {
    const name = fresh();
    const [ada, reader] = [await open(name), await open(name, { readOnly: true })];
    const errors: SlateError[] = [];
    reader.on('error', (error) => errors.push(error));
    type(ada, 'to read');
    await until(() => textOf(reader) === 'to read', { what: 'the edit' });
    type(reader, ' and not to write');
    expect(textOf(reader)).toBe('to read');
    expect(errors[0]).toBeInstanceOf(ReadOnlyError);
    expect(reader.status.state).toBe('readonly');
    type(ada, '!');
    await until(() => textOf(reader) === 'to read!', { what: 'the next edit' });
    expect(textOf(ada)).toBe('to read!');
    await expect(reader.save()).rejects.toThrow(ReadOnlyError);
  });
});

describe('the first content', () => {
  const seed = (doc: Doc) => doc.getText('content').insert(0, 'Dear ');

  it.each([true, false])('Y16: is there once, when five open the document at once (kept: %s)', async (history) => {
    const name = fresh();
    const all = await Promise.all([1, 2, 3, 4, 5].map(() => open(name, { seed, history })));
    await until(() => all.every((each) => textOf(each) === 'Dear '), { what: 'one content' });
    type(all[0] as SharedDocument, 'Ada');
    await until(() => all.every((each) => textOf(each) === 'Dear Ada'), { what: 'the edit' });
    await Promise.all(all.map((each) => each.close()));
    expect(textOf(await open(name, { seed, history }))).toBe(history ? 'Dear Ada' : 'Dear ');
  });

  it('Y16: that is made anew each time is refused', async () => {
    let run = 0;
    const opening = open(fresh(), { seed: (doc) => doc.getText('content').insert(0, `${run++}`) });
    await expect(opening).rejects.toMatchObject({ name: 'SeedNotDeterministicError' });
  });
});

describe('versions', () => {
  it('Y15: are named, listed, read, and restored while another types', async () => {
    const name = fresh();
    const [ada, bob] = [await open(name, { user: 'ada' }), await open(name)];
    type(ada, 'one two three');
    const named = await ada.nameVersion(undefined, 'before the talk');
    expect(named).toMatchObject({ name: 'before the talk', by: 'ada' });
    ada.doc.getText('content').delete(0, 8);
    await until(() => textOf(bob) === 'three', { what: 'the deletion' });
    expect((await bob.versions()).map((version) => version.name)).toContain('before the talk');
    expect((await bob.at(named.id)).getText('content').toJSON()).toBe('one two three');
    bob.doc.getText('content').insert(0, '>');
    await bob.restore(named.id);
    type(ada, ' four');
    await until(() => textOf(ada) === textOf(bob) && /four/.test(textOf(bob) ?? ''), { what: 'the same' });
    expect(textOf(ada)).toMatch(/^>?one two three four$/);
    await expect(bob.at('no such version')).rejects.toMatchObject({ name: 'OptionError' });
  });
});

describe('a document that is deleted', () => {
  it('Y17: ends for everyone, clears local stores, and is not made again by those who have it', async () => {
    const name = fresh();
    const store = memoryStore();
    const [ada, bob] = [await open(name), await open(name, { store })];
    type(ada, 'gone soon');
    await isSaved(ada);
    expect(store.values.get('slate-lineage')).toBe(ada.lineage);
    await ada.delete();
    expect(ada.status.state).toBe('deleted');
    await until(() => bob.status.state === 'deleted', { what: 'the end for Bob' });
    expect(bob.status.error).toBeInstanceOf(DocumentDeletedError);
    await until(() => store.clear.mock.calls.length === 1, { what: 'the store' });
    type(bob, ' and back?');
    await bob.close();
    await expect(open(name)).rejects.toThrow(DocumentDeletedError);
  });

  it('Y16: and made anew is never merged with an old copy: the page chooses', async () => {
    const name = fresh();
    const store = memoryStore();
    const old = new Doc();
    old.getText('content').insert(0, 'mine');
    store.values.set('slate-lineage', 'the lineage before');
    const ada = await open(name);
    type(ada, 'theirs');
    await isSaved(ada);
    const opening = open(name, { doc: old, store });
    const error = await opening.then(
      () => undefined,
      (thrown: unknown) => thrown as DocumentReplacedError,
    );
    expect(error).toBeInstanceOf(DocumentReplacedError);
    const content = (update: Uint8Array = new Uint8Array()) => {
      const doc = new Doc();
      applyUpdate(doc, update);
      return doc.getText('content').toJSON();
    };
    expect(content(error?.mine)).toBe('mine');
    expect(content(error?.theirs)).toBe('theirs');
    expect(textOf({ doc: old })).toBe('mine');
    const copy = await error?.saveCopy(`${name} (mine)`);
    expect(copy && textOf(copy)).toBe('mine');
    const theirs = await error?.takeTheirs();
    expect(theirs && textOf(theirs)).toBe('theirs');
    const mine = await error?.keepMine();
    await until(() => textOf(ada) === 'mine', { what: 'the choice for everyone' });
    await Promise.all([copy, theirs, mine].map((each) => each?.close()));
  });
});

describe('a sealed document', () => {
  /** It changes every byte, and marks what it sealed with its context; not a cipher that protects anything. */
  const cipher = (key: number): Cipher => {
    const mark = ({ project, document, kind }: { project: string; document: unknown; kind: string }) =>
      new TextEncoder().encode(`${key}/${project}/${JSON.stringify(document)}/${kind}/`);
    const turn = (bytes: Uint8Array) => bytes.map((byte) => byte ^ key);
    return {
      seal: async (bytes, context) => Uint8Array.from([...mark(context), ...turn(bytes)]),
      open: async (bytes, context) => {
        const expected = mark(context);
        if (expected.some((byte, i) => byte !== bytes[i])) throw new Error('sealed for something else');
        return turn(bytes.slice(expected.length));
      },
    };
  };

  it('Y21: is read by who has the key, live and from the history, and by nobody else', async () => {
    const name = fresh();
    const watching = await bus();
    const seen: string[] = [];
    watching.subscribe('slate.collab.>', ({ data }) => seen.push(Buffer.from(data).toString('latin1')));
    const [ada, bob] = [await open(name, { cipher: cipher(7) }), await open(name, { cipher: cipher(7) })];
    type(ada, 'a secret of Ada');
    await until(() => textOf(bob) === 'a secret of Ada', { what: 'the edit' });
    await ada.save();
    await Promise.all([ada.close(), bob.close()]);
    expect(textOf(await open(name, { cipher: cipher(7) }))).toBe('a secret of Ada');
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.filter((each) => each.includes('secret'))).toEqual([]);
    const eve = await open(name, { cipher: cipher(8) });
    expect(textOf(eve)).toBe('');
  });
});

describe('a subdocument', () => {
  it('Y1: is opened when the page loads it, and kept as a document of its own', async () => {
    const name = fresh();
    const [ada, bob] = [await open(name), await open(name)];
    const inner = new Doc();
    ada.doc.getMap('pages').set('one', inner);
    inner.getText('content').insert(0, 'inside');
    await until(() => bob.doc.getMap('pages').get('one'), { what: 'the subdocument' });
    const theirs = bob.doc.getMap('pages').get('one') as Doc;
    expect(theirs.getText('content').toJSON()).toBe('');
    theirs.load();
    await until(() => theirs.getText('content').toJSON() === 'inside', { what: 'its content' });
    theirs.getText('content').insert(0, '>');
    await until(() => inner.getText('content').toJSON() === '>inside', { what: "Bob's edit" });
    await Promise.all([ada.close(), bob.close()]);
    const late = await open(name);
    const kept = (late.doc.getMap('pages') as YMap<Doc>).get('one') as Doc;
    kept.load();
    await until(() => kept.getText('content').toJSON() === '>inside', { what: 'what was kept' });
  });
});

describe('the documents of a room', () => {
  const join = async (file: string, id: string, options: Pick<RoomOptions, 'doc' | 'history' | 'document'> = {}) => {
    const room = await joinRoom(await bus(), { project: 'p1', file, user: { id, name: id }, ...options });
    onTestFinished(() => room.leave());
    return room;
  };

  it('Y4: are its own, with a Doc that it makes, and any number of others', async () => {
    const file = fresh();
    const [ada, bob] = [await join(file, 'ada', { history: true }), await join(file, 'bob', { history: true })];
    expect(ada.doc?.clientID).toBe(ada.client);
    await Promise.all([ada, bob].map((room) => room.documents.get()?.whenSynced()));
    ada.doc?.getText('content').insert(0, 'in a room');
    await until(() => textOf(bob) === 'in a room', { what: 'the edit' });
    await until(() => ada.documents.status.state === 'saved', { what: 'saved' });
    const other = await ada.documents.open(`${file}-other`);
    type(other, 'elsewhere');
    expect(await ada.documents.open(`${file}-other`)).toBe(other);
    expect(ada.documents.get(`${file}-other`)).toBe(other);
    const theirs = await bob.documents.open(`${file}-other`);
    await until(() => textOf(theirs) === 'elsewhere', { what: 'the other document' });
    await Promise.all([ada.leave(), bob.leave()]);
    expect(ada.documents.status).toMatchObject({ state: 'closed', synced: false });
    expect(textOf(await open(file))).toBe('in a room');
    expect(textOf(await open(`${file}-other`))).toBe('elsewhere');
  });

  it('have a provider each, with the Awareness of the room for its own', async () => {
    const file = fresh();
    const doc = new Doc();
    const room = await join(file, 'ada', { doc, history: false });
    const provider = room.documents.provider(doc);
    expect(provider.awareness).toBe(room.awareness);
    expect(provider.document).toBe(doc);
    expect(room.documents.provider()).toBe(provider);
    const other = await room.documents.open(`${file}-other`);
    expect(room.documents.provider(other.doc).awareness).not.toBe(room.awareness);
    expect(() => room.documents.provider(new Doc())).toThrow(/is not open in this room/);
  });

  it('Y16, Y19: have the options that the room was joined with', async () => {
    const file = fresh();
    const seed = (doc: Doc) => doc.getText('content').insert(0, 'Dear ');
    const ada = await join(file, 'ada', { history: true, document: { seed } });
    await ada.documents.get()?.whenSynced();
    expect(textOf(ada)).toBe('Dear ');
    const bob = await join(file, 'bob', { history: true, document: { readOnly: true } });
    await bob.documents.get()?.whenSynced();
    expect(textOf(bob)).toBe('Dear ');
    expect(bob.documents.status.state).toBe('readonly');
  });

  it('are none without the option: the page may have another provider', async () => {
    const doc = new Doc();
    const room = await join(fresh(), 'ada', { doc });
    expect(room.documents.status).toEqual({ state: 'none', synced: false, unsaved: 0 });
    expect(room.documents.get()).toBeUndefined();
    await expect(room.documents.versions()).rejects.toMatchObject({ name: 'OptionError', option: 'history' });
    expect(encodeStateAsUpdate(doc).length).toBe(2);
  });

  it('Y9: saves the last edits of a member that died', async () => {
    const file = fresh();
    const dying = await bus();
    const ada = await joinRoom(dying, { project: 'p1', file, user: { id: 'ada', name: 'Ada' }, history: true });
    const bob = await join(file, 'bob', { history: true });
    await Promise.all([ada, bob].map((room) => room.documents.get()?.whenSynced()));
    await until(() => bob.members.length === 2, { what: 'both' });
    await until(() => ada.documents.status.state === 'saved', { what: 'saved' });
    const resaved: number[] = [];
    bob.documents.get()?.on('resaved', (bytes) => resaved.push(bytes));
    const request = vi.spyOn(dying, 'request').mockReturnValue(new Promise(() => undefined));
    ada.doc?.getText('content').insert(0, 'last words');
    await until(() => textOf(bob) === 'last words', { what: 'the edit' });
    const status = vi.spyOn(dying, 'publish').mockReturnValue(undefined); // it dies without a goodbye
    await dying.close();
    const reader = await bus();
    const isKept = async () => {
      const { doc } = await readDocument(placeOf(reader, { project: 'p1', name: file }));
      return textOf({ doc }) === 'last words';
    };
    await until(isKept, { what: 'the rescue', deadlineMs: 20_000 });
    request.mockRestore();
    status.mockRestore();
    await bob.leave();
    expect(textOf(await open(file))).toBe('last words');
  });
});
