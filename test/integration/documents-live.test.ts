/**
 * Y1 to Y8: documents over a real nats-server: members, a stock client of y-protocols and plain nats.ws, large
 * documents, and what happens when the server dies.
 */
import '../support/websocket.js';
import { createDecoder } from 'lib0/decoding';
import { createEncoder, toUint8Array } from 'lib0/encoding';
import { connect as natsConnect } from 'nats.ws';
import { describe, expect, it } from 'vitest';
import { readSyncMessage, writeSyncStep1, writeUpdate } from 'y-protocols/sync';
import * as Y from 'yjs';
import { systemClock, systemRandom } from '../../src/clock.js';
import { Authors } from '../../src/documents/authors.js';
import { LiveLane } from '../../src/documents/live/live-lane.js';
import type { LiveOptions } from '../../src/documents/live/live-options.js';
import { type Bus, connect, type SlateError } from '../../src/index.js';
import { documentSubjects } from '../../src/protocol/document-subjects.js';
import { natsServer, restarted } from '../support/nats.js';
import { until } from '../support/wait.js';

const SUBJECTS = documentSubjects('demo', 'a.md');

/** A member on a connection of its own; it pauses and joins again as the connection comes and goes. */
async function member(servers: string, doc = new Y.Doc(), more: Partial<LiveOptions> = {}) {
  const bus: Bus = await connect({ servers });
  const errors: SlateError[] = [];
  const lane = new LiveLane({
    ...{ bus, doc, clock: systemClock, random: systemRandom, document: 'a.md', subjects: SUBJECTS, origin: {} },
    authors: new Authors(),
    readOnly: false,
    lineage: () => undefined,
    inHistory: () => false,
    report: (error) => errors.push(error),
    look: () => undefined,
    ...more,
  });
  lane.start();
  const joinIn = async () => {
    const outcome = await lane.sync();
    lane.open();
    return outcome;
  };
  bus.on('status', ({ type }) => {
    if (type === 'connected') void joinIn();
    else lane.pause();
  });
  return {
    ...{ bus, doc, lane, errors, text: doc.getText('t'), outcome: await joinIn() },
    async [Symbol.asyncDispose]() {
      lane.stop();
      await bus.close();
    },
  };
}

/** Everything that somebody with a Y.Doc and NATS has to write. */
async function stockClient(servers: string) {
  const nc = await natsConnect({ servers });
  const doc = new Y.Doc();
  const write = (fn: (encoder: ReturnType<typeof createEncoder>) => void) => {
    const encoder = createEncoder();
    fn(encoder);
    return toUint8Array(encoder);
  };
  const read = (data: Uint8Array) => {
    if (data.length > 0 && (data[0] ?? 0) <= 2) readSyncMessage(createDecoder(data), createEncoder(), doc, 'nats');
  };
  nc.subscribe('slate.collab.doc.demo.a%2Emd.*', { callback: (_, { data }) => read(data) });
  nc.subscribe('slate.inbox.stock', { callback: (_, { data }) => read(data) });
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== 'nats')
      nc.publish(
        'slate.collab.doc.demo.a%2Emd.%',
        write((to) => writeUpdate(to, update)),
      );
  });
  nc.publish(
    'slate.collab.docsync.demo.a%2Emd',
    write((to) => writeSyncStep1(to, doc)),
    { reply: 'slate.inbox.stock' },
  );
  return { nc, doc, text: doc.getText('t'), [Symbol.asyncDispose]: () => nc.close() };
}

const same = (...docs: readonly Y.Doc[]) =>
  new Set(docs.map((doc) => Buffer.from(Y.encodeSnapshot(Y.snapshot(doc))).toString('base64'))).size === 1;

describe('a document over a real server', () => {
  it('Y3, Y4: is the same for those who have it open, and for one that comes later', async () => {
    await using server = await natsServer();
    await using ada = await member(server.wsUrl);
    expect(ada.outcome).toBe('alone');
    ada.text.insert(0, 'hello');
    await using bob = await member(server.wsUrl);
    expect([bob.outcome, bob.lane.synced, bob.text.toString()]).toEqual(['answered', true, 'hello']);
    for (let i = 0; i < 50; i++) {
      ada.text.insert(ada.text.length, 'a');
      bob.text.insert(0, 'b');
      if (i % 7 === 0) bob.text.delete(3, 2);
    }
    await until(() => same(ada.doc, bob.doc), { what: 'both to have the same' });
    await using eve = await member(server.wsUrl);
    expect(same(ada.doc, bob.doc, eve.doc)).toBe(true);
    expect([...ada.errors, ...bob.errors, ...eve.errors]).toEqual([]);
  });

  it('Y2: takes a stock client in, which gets the text and edits it', async () => {
    await using server = await natsServer();
    await using ada = await member(server.wsUrl);
    ada.text.insert(0, 'hello');
    await using stock = await stockClient(server.wsUrl);
    await until(() => stock.text.toString() === 'hello', { what: 'the text to reach the stock client' });
    stock.text.insert(5, ', world');
    await until(() => ada.text.toString() === 'hello, world', { what: 'its edit to arrive' });
    ada.text.delete(0, 7);
    await until(() => stock.text.toString() === 'world', { what: 'the deletion to reach the stock client' });
    expect(ada.errors).toEqual([]);
  });

  it('Y5: of 5 MB opens in parts, and says how far it is', async () => {
    await using server = await natsServer();
    const large = new Y.Doc();
    for (let i = 0; i < 50; i++) large.getText('t').insert(0, `${'lorem ipsum '.repeat(8_400)}${i}`);
    await using ada = await member(server.wsUrl, large);
    const told: number[] = [];
    await using bob = await member(server.wsUrl, new Y.Doc(), { progress: (got, total) => told.push(got / total) });
    expect(bob.outcome).toBe('answered');
    expect(bob.text.length).toBeGreaterThan(5_000_000);
    expect(same(ada.doc, bob.doc)).toBe(true);
    expect(told.length).toBeGreaterThan(100);
    expect(told.at(-1)).toBe(1);
    bob.text.insert(0, 'x'.repeat(300_000)); // 300 kB at once, the other way
    await until(() => same(ada.doc, bob.doc), { what: 'a large edit to arrive' });
    expect([...ada.errors, ...bob.errors]).toEqual([]);
  });

  it('Y8: goes on without a server, and both sides meet again when it is back', async () => {
    const server = await natsServer();
    await using ada = await member(server.wsUrl);
    await using bob = await member(server.wsUrl);
    ada.text.insert(0, 'both');
    await until(() => bob.text.toString() === 'both', { what: 'the first edit' });
    await server.kill();
    await until(() => !ada.lane.synced && !bob.lane.synced, { what: 'both to notice' });
    for (let i = 0; i < 400; i++) {
      ada.text.insert(0, 'a');
      bob.text.insert(bob.text.length, 'b');
    }
    bob.text.delete(0, 2);
    await using _again = await restarted(server);
    await until(() => ada.lane.synced && bob.lane.synced, { what: 'both to be synced', deadlineMs: 15_000 });
    await until(() => same(ada.doc, bob.doc), { what: 'both to have the same', deadlineMs: 15_000 });
    expect(ada.text.length).toBe(802);
    expect([...ada.errors, ...bob.errors]).toEqual([]);
  });

  it('Y8: two that were away for long meet with one question each way, not with a replay', async () => {
    await using server = await natsServer();
    const [one, other] = [new Y.Doc(), new Y.Doc()];
    one.getText('t').insert(0, 'shared');
    Y.applyUpdate(other, Y.encodeStateAsUpdate(one));
    for (let i = 0; i < 1_000; i++) {
      one.getText('t').insert(i % 6, 'x');
      other.getText('t').delete(0, 1);
      other.getText('t').insert(0, 'yz');
    }
    await using ada = await member(server.wsUrl, one);
    const before = ada.bus.stats;
    await using bob = await member(server.wsUrl, other);
    await until(() => same(one, other), { what: 'both to have the same' });
    expect(bob.outcome).toBe('answered');
    // Step 2, step 1, digest; and a digest, or an answer again, where this machine is slow. There were 3,000 edits.
    expect(ada.bus.stats.messagesOut - before.messagesOut).toBeLessThan(9);
    expect(ada.bus.stats.messagesIn - before.messagesIn).toBeLessThan(9);
  });

  it('Y6: a deletion that the network lost is found', async () => {
    await using server = await natsServer();
    await using ada = await member(server.wsUrl);
    await using bob = await member(server.wsUrl);
    ada.text.insert(0, 'hello');
    await until(() => bob.text.toString() === 'hello', { what: 'the text' });
    const { publish } = ada.bus;
    ada.bus.publish = () => undefined;
    ada.text.delete(0, 4);
    ada.lane.flush();
    ada.bus.publish = publish.bind(ada.bus);
    await until(() => bob.text.toString() === 'o', { what: 'the deletion', deadlineMs: 20_000 });
  }, 30_000);
});
