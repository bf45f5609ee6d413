/** The history of documents on a real server (Y9 to Y17): what was acknowledged is there for whoever opens it cold. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { Bus } from '../../src/bus/bus.js';
import { connect } from '../../src/bus/nats/connect.js';
import {
  compact,
  countMessages,
  deleteDocument,
  listDocuments,
  readDocument,
} from '../../src/documents/history/operations.js';
import type { Sealer } from '../../src/documents/history/options.js';
import { coldText, opened, PROJECT, place, session } from '../support/history-lab.js';
import { type LocalServer, natsServer } from '../support/nats.js';
import { until } from '../support/wait.js';

let server: LocalServer;
let bus: Bus;
let documents = 0;
const fresh = () => `doc-${documents++}`;

beforeAll(async () => {
  server = await natsServer({ jetstream: true });
  bus = await connect({ servers: server.wsUrl });
});
afterAll(async () => {
  await bus.close();
  await server.stop();
});

describe('a document with a history', () => {
  it('Y11: the first session makes the stream and the first head, and is the one that may seed', async () => {
    const name = fresh();
    const first = session(bus, name);
    const found = await first.history.open();
    expect(found).toEqual({ lineage: expect.stringMatching(/^[0-9a-f]{32}$/), created: true });
    expect(first.history.lineage).toBe(found.lineage);
    const second = session(bus, name);
    expect(await second.history.open()).toEqual({ lineage: found.lineage, created: false });
    expect([...first.errors, ...second.errors]).toEqual([]);
  });

  it('Y9: an edit is saved when the stream has acknowledged it, and a cold reader has it', async () => {
    const name = fresh();
    const { history, text, errors } = await opened(bus, name);
    expect(history.state).toBe('saved');
    text.insert(0, 'hello');
    expect(history.state).toBe('saving');
    expect(history.unsaved).toBe(1);
    await history.flush();
    expect(history.state).toBe('saved');
    expect(history.coversAll).toBe(true);
    expect(await coldText(bus, name)).toBe('hello');
    expect(errors).toEqual([]);
  });

  it('Y9: edits within a second are one message, and without an edit nothing is written', async () => {
    const name = fresh();
    const { history, text } = await opened(bus, name);
    text.insert(0, 'a');
    for (const char of 'bcdefghijklmnopqrst') text.insert(text.length, char);
    await history.flush();
    await opened(bus, name);
    expect((await countMessages(place(bus, name))).log).toBeLessThanOrEqual(2);
    expect(await coldText(bus, name)).toBe('abcdefghijklmnopqrst');
  });

  it('Y9: edits made before the history is open are saved too', async () => {
    const name = fresh();
    const { history, text } = session(bus, name);
    text.insert(0, 'early');
    await history.open();
    history.start();
    await history.flush();
    expect(await coldText(bus, name)).toBe('early');
  });

  it('Y9: what a document had before it got a history is saved by reconcile, once', async () => {
    const name = fresh();
    const doc = new Y.Doc();
    doc.getText('text').insert(0, 'from elsewhere');
    const { history } = await opened(bus, name, { doc });
    expect(history.coversAll).toBe(false);
    expect(await history.reconcile()).toBeGreaterThan(0);
    expect(history.coversAll).toBe(true);
    expect(await history.reconcile()).toBe(0);
    expect(await coldText(bus, name)).toBe('from elsewhere');
  });

  it('Y9: what another session left unsaved is saved by reconcile, deletions included', async () => {
    const name = fresh();
    const [one, two] = [await opened(bus, name), await opened(bus, name)];
    one.text.insert(0, 'one two');
    await one.history.flush();
    await two.history.catchUp();
    // The other one edits and dies before it has saved; its edits came on the live lane.
    const dead = new Y.Doc();
    Y.applyUpdate(dead, Y.encodeStateAsUpdate(one.doc));
    dead.getText('text').delete(0, 4);
    Y.applyUpdate(two.doc, Y.encodeStateAsUpdate(dead), 'live');
    expect(two.history.coversAll).toBe(false);
    expect(await two.history.reconcile()).toBeGreaterThan(0);
    expect(await coldText(bus, name)).toBe('two');
  });

  it('Y9: a large edit goes in parts', async () => {
    const name = fresh();
    const { history, text, errors } = await opened(bus, name);
    const long = 'x'.repeat(500_000);
    text.insert(0, long);
    await history.flush();
    expect((await countMessages(place(bus, name))).log).toBeGreaterThan(5);
    expect(await coldText(bus, name)).toBe(long);
    expect(errors).toEqual([]);
  });

  it('Y10, Y13: folds the log, keeps one generation of it, and cold readers have everything', async () => {
    const name = fresh();
    const { history, text } = await opened(bus, name);
    const heads = [];
    for (let generation = 0; generation < 4; generation++) {
      for (let i = 0; i < 3; i++) {
        text.insert(text.length, `${generation}${i} `);
        await history.flush();
      }
      heads.push((await compact(place(bus, name), { keep: 1 }))?.head);
    }
    expect(heads.map((head) => head?.old.length)).toEqual([0, 1, 1, 1]);
    const { log, chunks } = await countMessages(place(bus, name));
    expect(log).toBe(3); // those that the last head folded
    expect(chunks).toBe(2);
    expect(await compact(place(bus, name), { keep: 1 })).toBeUndefined();
    expect(await coldText(bus, name)).toBe(text.toString());
    const { tail, head } = await readDocument(place(bus, name));
    expect(tail).toEqual({ messages: 0, bytes: 0 });
    expect(head?.lineage).toBe(history.lineage);
  });

  it('Y13: a session whose head was replaced meanwhile reads what it lacks', async () => {
    const name = fresh();
    const [one, two] = [await opened(bus, name), await opened(bus, name)];
    for (let generation = 0; generation < 4; generation++) {
      one.text.insert(one.text.length, `${generation} `);
      await one.history.flush();
      await compact(place(bus, name), { keep: 2 });
    }
    expect(await two.history.catchUp()).toBe(0);
    expect(two.text.toString()).toBe('0 1 2 3 ');
    expect([...one.errors, ...two.errors]).toEqual([]);
    expect(await two.history.catchUp()).toBe(0);
    two.text.insert(0, '>');
    await two.history.flush();
    expect(await one.history.catchUp()).toBe(0);
    expect(one.text.toString()).toBe('>0 1 2 3 ');
    expect([...one.errors, ...two.errors]).toEqual([]);
  });

  it('Y13: a session folds by itself when the log is long', async () => {
    const name = fresh();
    const { history, text } = await opened(bus, name);
    for (let i = 0; i < 120; i++) {
      text.insert(0, 'y'.repeat(900));
      await history.flush();
    }
    await until(async () => ((await readDocument(place(bus, name))).head?.n ?? 0) > 0, {
      what: 'a snapshot',
      deadlineMs: 10_000,
    });
    expect(await coldText(bus, name)).toBe(text.toString());
  });

  it('Y15: names versions, lists them, and loads them', async () => {
    const name = fresh();
    const { history, text } = await opened(bus, name);
    text.insert(0, 'draft');
    const draft = await history.name(undefined, 'the draft');
    expect(draft).toMatchObject({ name: 'the draft', by: 'ada', bytes: expect.any(Number) });
    for (const word of ['a', 'b', 'c']) {
      text.insert(text.length, word);
      await history.flush();
      await compact(place(bus, name), { keep: 1 });
    }
    const versions = await history.versions();
    expect(versions.map((version) => version.name)).toEqual([undefined, undefined, 'the draft']);
    expect((await history.load(draft.id)).getText('text').toString()).toBe('draft');
    const renamed = await history.name(versions[1]?.id, 'with b');
    expect((await history.versions()).find(({ id }) => id === renamed.id)?.name).toBe('with b');
    expect((await history.load(renamed.id)).getText('text').toString()).toBe('draftab');
    await expect(history.load('nothing')).rejects.toMatchObject({ name: 'OptionError' });
    await expect(history.name('nothing', 'x')).rejects.toMatchObject({ name: 'OptionError' });
    await expect(history.name(undefined, '')).rejects.toMatchObject({ name: 'OptionError' });
  });

  it('lists documents with their heads', async () => {
    const found = await listDocuments(bus, PROJECT);
    expect(found.length).toBeGreaterThan(5);
    expect(found.every(({ project, head }) => project === PROJECT && head?.v === 1)).toBe(true);
    expect(await listDocuments(bus, 'another project')).toEqual([]);
  });
});

describe('Y21: a sealed document', () => {
  /** Not a cipher: it shows what goes through one. */
  const sealer = (key: number): Sealer => ({
    seal: (bytes) => Uint8Array.of(key, ...bytes.map((byte) => byte ^ key)),
    open: (bytes) => {
      if (bytes[0] !== key) throw new Error('another key');
      return bytes.slice(1).map((byte) => byte ^ key);
    },
  });
  const cipher = (key: number) => ({ log: sealer(key), snapshot: sealer(key + 1) });

  it('is read and folded by those who have the key, and by nobody else', async () => {
    const name = fresh();
    const { history, text, errors } = await opened(bus, name, { cipher: cipher(7) });
    text.insert(0, 'secret '.repeat(10_000));
    await history.flush();
    text.insert(0, 'very ');
    await history.flush();
    // Who has another key opens nothing of the log, and must not fold it away.
    await expect(compact({ ...place(bus, name), cipher: cipher(9) }, { keep: 3 })).rejects.toMatchObject({
      reason: 'corrupt',
    });
    // Nor who has none: it would take every entry for unreadable, and an empty document for the whole.
    const keyless = { name: 'HistoryUnavailableError', reason: expect.stringContaining('sealed') };
    await expect(compact(place(bus, name), { keep: 3 })).rejects.toMatchObject(keyless);
    await expect(deleteDocument(place(bus, name), { keep: 3 })).rejects.toMatchObject(keyless);
    await compact({ ...place(bus, name), cipher: cipher(7) }, { keep: 3 });
    const reader = session(bus, name, { cipher: cipher(7) });
    await reader.history.open();
    expect(reader.text.toString()).toBe(text.toString());
    for (const options of [{}, { cipher: cipher(9) }]) {
      const stranger = session(bus, name, options);
      await expect(stranger.history.open()).rejects.toMatchObject({ name: 'HistoryUnavailableError' });
      expect(stranger.text.toString()).toBe('');
    }
    expect([...errors, ...reader.errors]).toEqual([]);
  });

  it('is not made of one that was not', async () => {
    const name = fresh();
    await opened(bus, name);
    const { history } = session(bus, name, { cipher: cipher(7) });
    await expect(history.open()).rejects.toMatchObject({ reason: expect.stringContaining('not sealed') });
  });
});
