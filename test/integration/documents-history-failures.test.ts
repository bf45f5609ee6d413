/**
 * One test for each row of the table of failures of documents (docs/PROTOCOL.md), on real servers. Past 300 lines: one
 * row of the table of failures after another.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Bus, BusStatus } from '../../src/bus/bus.js';
import { connect } from '../../src/bus/nats/connect.js';
import {
  compact,
  countMessages,
  deleteDocument,
  readDocument,
  undeleteDocument,
} from '../../src/documents/history/operations.js';
import { ensureDocumentStream, STREAM } from '../../src/documents/history/place.js';
import { callApi } from '../../src/jetstream/api.js';
import { lastMessage } from '../../src/jetstream/direct.js';
import { streamConfig } from '../../src/jetstream/streams.js';
import { coldText, opened, place, session } from '../support/history-lab.js';
import { type LocalServer, natsServer, restarted } from '../support/nats.js';
import { once, until } from '../support/wait.js';

let server: LocalServer;
let bus: Bus;
let documents = 0;
const fresh = () => `doc-${documents++}`;

beforeAll(async () => {
  server = await natsServer({ jetstream: true });
  bus = await connect({ servers: server.wsUrl });
  await ensureDocumentStream(bus);
});
afterAll(async () => {
  await bus.close();
  await server.stop();
});

async function busOf(other: LocalServer, options: object = {}): Promise<Bus> {
  const made = await connect({ servers: other.wsUrl, ...options });
  onTestFinished(() => made.close());
  return made;
}

/** Resolves with the next connection of a bus. */
const connected = (own: Bus) =>
  once<BusStatus>(
    (fn) => own.on('status', fn),
    ({ type }) => type === 'connected',
    { deadlineMs: 20_000 },
  );

const names = (errors: readonly Error[]) => errors.map(({ name }) => name);
const reasons = (errors: readonly Error[]) => errors.map((error) => (error as { reason?: string }).reason);

describe('Y22: without a history', () => {
  it('opening says that JetStream is not enabled', async () => {
    await using plain = await natsServer({ jetstream: false });
    const { history } = session(await busOf(plain), fresh());
    await expect(history.open()).rejects.toMatchObject({
      name: 'HistoryUnavailableError',
      reason: 'JetStream is not enabled on this server, or not for this user',
    });
    expect(history.state).toBe('unsaved');
    await history.stop();
  });

  it('opening says that a user may not use it', async () => {
    const config = `authorization { users: [ { user: u, password: p, permissions {
      publish = ["slate.>"], subscribe = ["slate.>"] } } ] }`;
    await using strict = await natsServer({ jetstream: true, config });
    const { history } = session(await busOf(strict, { user: 'u', pass: 'p' }), fresh());
    await expect(history.open()).rejects.toMatchObject({ name: 'HistoryUnavailableError' });
  });

  it('opening says within some seconds that there is no stream for a reader', async () => {
    await using empty = await natsServer({ jetstream: true });
    const { history } = session(await busOf(empty), fresh(), { readOnly: true });
    await expect(history.open()).rejects.toMatchObject({ reason: expect.stringContaining('there is no stream') });
  });
});

describe('Y9: what the stream does not take', () => {
  it('is kept while the stream is full, and saved when it is not any more', async () => {
    await using small = await natsServer({ jetstream: true });
    const own = await busOf(small);
    await ensureDocumentStream(own, { maxBytes: 20_000 });
    const name = fresh();
    const { history, text, errors } = await opened(own, name);
    text.insert(0, 'z'.repeat(30_000));
    await expect(history.flush()).rejects.toMatchObject({ name: 'HistoryFullError' });
    expect(history.state).toBe('full');
    expect(history.unsaved).toBe(1);
    expect(names(errors)).toEqual(['HistoryFullError']);
    const config = Object(await streamConfig(own, STREAM));
    await callApi(own, `STREAM.UPDATE.${STREAM}`, { ...config, max_bytes: 1_000_000 });
    await until(() => history.state === 'saved', { what: 'the saving' });
    expect(await coldText(own, name)).toBe(text.toString());
  });

  it('goes in smaller parts where the stream takes only small messages', async () => {
    await using small = await natsServer({ jetstream: true });
    const own = await busOf(small);
    await ensureDocumentStream(own);
    const config = Object(await streamConfig(own, STREAM));
    await callApi(own, `STREAM.UPDATE.${STREAM}`, { ...config, max_msg_size: 10_000 });
    const { history, text, errors } = await opened(own, 'small');
    text.insert(0, 'w'.repeat(100_000));
    await history.flush();
    expect(await coldText(own, 'small')).toBe(text.toString());
    expect(errors).toEqual([]);
  });

  it('goes in parts where one edit has more bytes than the live lane takes', async () => {
    const name = fresh();
    const { history, text, errors } = await opened(bus, name);
    text.insert(0, 'v'.repeat(5 * 1024 * 1024));
    await history.flush();
    expect(history).toMatchObject({ state: 'saved', unsaved: 0 });
    expect(errors).toEqual([]);
    await history.stop();
    expect(await coldText(bus, name)).toHaveLength(5 * 1024 * 1024);
  });

  it('is reported where one edit is larger than a document may be, which never counts as saved', async () => {
    const { history, text, errors } = await opened(bus, fresh());
    text.insert(0, 'v'.repeat(33 * 1024 * 1024));
    expect(names(errors)).toEqual(['DocumentTooLargeError']);
    expect(history).toMatchObject({ state: 'unsaved', unsaved: 1, error: { name: 'DocumentTooLargeError' } });
    await expect(history.flush()).rejects.toMatchObject({ name: 'DocumentTooLargeError' });
    await history.stop();
  });

  it('is not taken for saved where somebody forges the acknowledgement', async () => {
    await using plain = await natsServer({ jetstream: true });
    const own = await busOf(plain);
    const name = fresh();
    const { history, text, errors } = await opened(own, name);
    await callApi(own, `STREAM.DELETE.${STREAM}`);
    for (const answer of [{ stream: 'OTHER', seq: 7 }, { stream: STREAM }, { ok: true }, { stream: STREAM, seq: -1 }]) {
      const forger = own.subscribe(`slate.collab.doclog.>`, (message) => void message.respond(answer));
      await own.flush();
      text.insert(0, 'a');
      await expect(history.flush()).rejects.toMatchObject({ name: 'HistoryUnavailableError' });
      forger.unsubscribe();
    }
    expect(history.state).toBe('unsaved');
    expect(history.unsaved).toBe(4);
    expect(names(errors)).toEqual(['HistoryUnavailableError']);
    await history.stop();
  });
});

describe('Y14: what cannot be read', () => {
  it('is left out, told once, copied, and named in the head; the rest is there', async () => {
    const name = fresh();
    const { history, text } = await opened(bus, name);
    text.insert(0, 'before ');
    await history.flush();
    const log = place(bus, name).subjects.log;
    const bad = [Uint8Array.of(9), Uint8Array.of(1, 0, 1, 2, 3), new Uint8Array(0), new TextEncoder().encode('hello')];
    for (const bytes of bad) await bus.request(log, bytes, 2000);
    text.insert(text.length, 'after');
    await history.flush();
    const cold = session(bus, name);
    await cold.history.open();
    expect(cold.text.toString()).toBe('before after');
    await cold.history.catchUp();
    await cold.history.stop();
    expect(reasons(cold.errors)).toEqual(['corrupt', 'corrupt']); // the first one, and then all others as one
    expect(cold.errors.reduce((sum, { count }) => sum + count, 0)).toBe(4);
    const moved = await compact(place(bus, name), { keep: 5 });
    expect(moved?.head.bad).toMatchObject({ count: 4 });
    expect(moved?.head.bad?.seqs).toHaveLength(4);
    expect((await lastMessage(bus, STREAM, place(bus, name).subjects.bad))?.data).toEqual(bad[3]);
    expect(await coldText(bus, name)).toBe('before after');
  });

  it('a damaged snapshot is left out for the one before it, whose log is still there', async () => {
    const name = fresh();
    const { history, text } = await opened(bus, name);
    for (const word of ['one ', 'two ']) {
      text.insert(text.length, word);
      await history.flush();
      await compact(place(bus, name), { keep: 5 });
    }
    const { head } = await readDocument(place(bus, name));
    await bus.request(place(bus, name).subjects.chunk(head?.id ?? '', 0), Uint8Array.of(1, 2, 3), 2000);
    const cold = session(bus, name);
    await cold.history.open();
    expect(cold.text.toString()).toBe('one two ');
    expect(reasons(cold.errors)).toEqual(['corrupt']);
  });

  it('a head that cannot be read makes the history unavailable, and is not replaced', async () => {
    const name = fresh();
    const { head } = place(bus, name).subjects;
    for (const bytes of ['{', '{"v":1}', '[]', `{"v":1,"lineage":"${'x'.repeat(65)}"}`]) {
      await bus.request(head, new TextEncoder().encode(bytes), 2000);
      const { history } = session(bus, name);
      await expect(history.open()).rejects.toMatchObject({ name: 'HistoryUnavailableError' });
      expect((await lastMessage(bus, STREAM, head))?.data).toEqual(new TextEncoder().encode(bytes));
    }
  });

  it('messages that an operator removed are told, and what is left is not folded', async () => {
    const name = fresh();
    const { history, text } = await opened(bus, name);
    for (const word of ['one ', 'two ', 'three ']) {
      text.insert(text.length, word);
      await history.flush();
    }
    const { log } = place(bus, name).subjects;
    const last = await lastMessage(bus, STREAM, log);
    await callApi(bus, `STREAM.PURGE.${STREAM}`, { filter: log, seq: last?.seq });
    const cold = session(bus, name);
    await cold.history.open();
    expect(reasons(cold.errors)).toEqual(['incomplete']);
    await expect(compact(place(bus, name), { keep: 5 })).rejects.toMatchObject({ reason: 'incomplete' });
    // A member that has it all saves what is missing.
    expect(await history.reconcile()).toBeGreaterThan(0);
    expect(await coldText(bus, name)).toBe('one two three ');
    expect((await compact(place(bus, name), { keep: 5 }))?.head.n).toBe(1);
  });
});

describe('Y13: compactors', () => {
  it('of two at once one wins, and the other removes its chunks', async () => {
    const name = fresh();
    const { history, text } = await opened(bus, name);
    text.insert(0, 'folded');
    await history.flush();
    const both = await Promise.all([1, 2, 3].map(() => compact(place(bus, name), { keep: 5 })));
    expect(both.filter((moved) => moved !== undefined)).toHaveLength(1);
    expect((await countMessages(place(bus, name))).chunks).toBe(1);
    expect(await coldText(bus, name)).toBe('folded');
  });

  it.each([
    ['may not replace the head', ['slate.collab.doclog.>', '$JS.API.DIRECT.GET.>', '$JS.API.CONSUMER.>']],
    ['may not purge', ['slate.collab.>', '$JS.API.DIRECT.GET.>', '$JS.API.CONSUMER.>']],
  ])('one that %s saves edits without a word, and tries once', async (what, publish) => {
    const config = `authorization { users: [ { user: root, password: p }, { user: u, password: p, permissions {
      publish = ${JSON.stringify([...publish, 'slate.inbox.>'])}, subscribe = ["slate.>"] } } ] }`;
    await using strict = await natsServer({ jetstream: true, config });
    await ensureDocumentStream(await busOf(strict, { user: 'root', pass: 'p' }));
    const own = await busOf(strict, { user: 'u', pass: 'p' });
    const refused: string[] = [];
    own.on('error', ({ message }) => refused.push(message));
    const { history, text, errors } = await opened(own, 'strict');
    for (let i = 0; i < 150; i++) {
      text.insert(0, 'y'.repeat(900));
      await history.flush();
    }
    if (what === 'may not purge') {
      await until(async () => ((await readDocument(place(own, 'strict'))).head?.n ?? 0) > 0, {
        what: 'a snapshot',
        deadlineMs: 10_000,
      });
    }
    expect(await coldText(own, 'strict')).toBe(text.toString());
    expect(history.state).toBe('saved');
    expect(errors).toEqual([]);
    expect(refused.length).toBeLessThanOrEqual(1);
    await history.stop();
  });
});

describe('Y16, Y17: a document that is another one, or gone', () => {
  it('is not merged with what a local store remembers', async () => {
    const name = fresh();
    const { history, text } = await opened(bus, name);
    text.insert(0, 'theirs');
    await history.flush();
    const other = session(bus, name);
    other.text.insert(0, 'mine');
    const found = await other.history.open('another-lineage');
    expect(found).toMatchObject({ replaced: true, lineage: history.lineage });
    expect(found.theirs?.length).toBeGreaterThan(0);
    expect(other.text.toString()).toBe('mine');
  });

  it('is deleted for everyone, refuses to be made again, and can be had back', async () => {
    const name = fresh();
    const [one, two] = [await opened(bus, name), await opened(bus, name)];
    one.text.insert(0, 'precious');
    await one.history.flush();
    await two.history.catchUp();
    await one.history.delete();
    expect(one.history.state).toBe('deleted');
    await two.history.look();
    expect(two.history.state).toBe('deleted');
    expect(names(two.errors)).toEqual(['DocumentDeletedError']);
    two.text.insert(0, 'x');
    expect(two.history.unsaved).toBe(0);
    expect((await countMessages(place(bus, name))).log).toBe(0);
    await expect(session(bus, name).history.open()).rejects.toMatchObject({ name: 'DocumentDeletedError' });
    await undeleteDocument(place(bus, name));
    expect(await coldText(bus, name)).toBe('precious');
    await deleteDocument(place(bus, name), { keep: 5 }, true);
    expect(await countMessages(place(bus, name))).toEqual({ log: 0, chunks: 0 });
    await expect(undeleteDocument(place(bus, name))).rejects.toMatchObject({ name: 'OptionError' });
  });
});

describe('a server that dies', () => {
  it('loses nothing that was acknowledged when it is killed, and members go on', async () => {
    const storeDir = await mkdtemp(join(tmpdir(), 'slate-history-'));
    onTestFinished(() => rm(storeDir, { recursive: true, force: true }));
    let own = await natsServer({ storeDir });
    const line = await busOf(own);
    const { history, text, errors } = await opened(line, 'killed');
    for (let round = 0; round < 3; round++) {
      text.insert(text.length, `${round} `);
      await history.flush();
      const back = connected(line);
      await own.kill();
      text.insert(text.length, `${round}+ `); // without a connection
      own = await restarted(own, { storeDir });
      await back;
      expect(await history.catchUp()).toBe(0);
      await until(() => history.state === 'saved', { what: 'the saving' });
    }
    expect(await coldText(line, 'killed')).toBe('0 0+ 1 1+ 2 2+ ');
    expect(reasons(errors).filter((reason) => reason === 'reset')).toEqual([]);
    await history.stop();
    await own.stop();
  });

  it('comes back with an older copy: members notice, and save what it lacks', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'slate-history-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    const storeDir = join(dir, 'store');
    let own = await natsServer({ storeDir });
    const line = await busOf(own);
    const { history, text, errors } = await opened(line, 'restored');
    text.insert(0, 'old ');
    await history.flush();
    const restart = async (meanwhile: () => Promise<void>) => {
      const back = connected(line);
      await own.stop();
      await meanwhile();
      own = await restarted(own, { storeDir });
      await back;
      return history.catchUp();
    };
    expect(await restart(() => cp(storeDir, join(dir, 'copy'), { recursive: true }))).toBe(0);
    text.insert(text.length, 'new ');
    await history.flush();
    await compact(place(line, 'restored'), { keep: 5 });
    text.insert(text.length, 'newest');
    await history.flush();
    const saved = await restart(async () => {
      await rm(storeDir, { recursive: true });
      await cp(join(dir, 'copy'), storeDir, { recursive: true });
    });
    expect(saved).toBeGreaterThan(0);
    expect(reasons(errors)).toContain('reset');
    expect(await coldText(line, 'restored')).toBe('old new newest');
    await history.stop();
    await own.stop();
  });

  it('comes back without the stream: members make it again under the same lineage', async () => {
    await using own = await natsServer({ jetstream: true });
    const line = await busOf(own);
    const { history, text, errors } = await opened(line, 'gone');
    text.insert(0, 'kept by its members');
    await history.flush();
    const { lineage } = history;
    await callApi(line, `STREAM.DELETE.${STREAM}`);
    text.insert(0, '+');
    await expect(history.flush()).rejects.toMatchObject({ name: 'HistoryUnavailableError' });
    expect(history.state).toBe('unsaved');
    expect(await history.catchUp()).toBeGreaterThan(0);
    await until(() => history.state === 'saved', { what: 'the saving' });
    expect(reasons(errors)).toContain('reset');
    const cold = session(line, 'gone');
    expect(await cold.history.open(lineage)).toMatchObject({ lineage, created: false });
    expect(cold.text.toString()).toBe('+kept by its members');
    await history.stop();
  });
});
