/** The model of JetStream that tests on a virtual clock use answers as a real server does. */
import { expect, it } from 'vitest';
import type { Bus } from '../../src/bus/bus.js';
import { connect } from '../../src/bus/nats/connect.js';
import { systemClock } from '../../src/clock.js';
import { ensureDocumentStream, STREAM } from '../../src/documents/history/place.js';
import { lastMessage } from '../../src/jetstream/direct.js';
import { store, storeAfter } from '../../src/jetstream/messages.js';
import { readMessages } from '../../src/jetstream/ordered.js';
import { purgeAll, purgeBefore, subjectsOf } from '../../src/jetstream/streams.js';
import { documentSubjects } from '../../src/protocol/document-subjects.js';
import { MemoryHub } from '../../src/testing.js';
import { natsServer } from '../support/nats.js';
import { asStored, StreamModel } from '../support/stream-model.js';

const one = documentSubjects('p', 'one');
const other = documentSubjects('p', 'other');
const bytes = (text: string) => new TextEncoder().encode(text);

/** Everything that documents ask of a stream, and what comes back; without what differs from run to run. */
async function script(bus: Bus): Promise<unknown[]> {
  const results: unknown[] = [];
  const note = async (work: Promise<unknown>) => {
    results.push(
      await work.then(
        (value) => value,
        ({ name, code }: { name: string; code?: number }) => ({ name, code }),
      ),
    );
  };
  const kept = (message: { subject: string; seq: number; data: Uint8Array } | undefined) =>
    message && { subject: message.subject, seq: message.seq, text: Buffer.from(message.data).toString() };
  const read = async (filter: string, from: number) => {
    const all: unknown[] = [];
    const options = { bus, clock: systemClock, random: Math.random, stream: STREAM, filter, from };
    const { from: began, pending } = await readMessages(options, (messages) => void all.push(...messages.map(kept)));
    return { began, pending, all };
  };
  await note(lastMessage(bus, STREAM, one.head, 500));
  await note(store(bus, one.log, bytes('early'), { timeoutMs: 500 }));
  await ensureDocumentStream(bus);
  await ensureDocumentStream(bus);
  await note(lastMessage(bus, STREAM, one.head).then(kept));
  await note(store(bus, one.log, bytes('a'), { headers: { 'Nats-Msg-Id': 'x' } }));
  await note(store(bus, one.log, bytes('a again'), { headers: { 'Nats-Msg-Id': 'x' } }));
  await note(storeAfter(bus, one.head, bytes('head 1'), 0));
  await note(storeAfter(bus, one.head, bytes('head 2'), 0));
  await note(storeAfter(bus, one.head, bytes('head 3'), 2));
  for (let i = 0; i < 5; i++) await note(store(bus, i % 2 ? other.log : one.log, bytes(`entry ${i}`)));
  await note(store(bus, one.log, new Uint8Array(70_000)));
  await note(store(bus, one.chunk('id', 0), bytes('chunk')));
  await note(lastMessage(bus, STREAM, one.head).then(kept));
  await note(read(one.logAll, 1));
  await note(read(one.logAll, 5));
  await note(read(one.logAll, 1_000));
  await note(read(other.logAll, 3));
  await note(subjectsOf(bus, STREAM, one.allChunks).then((found) => [...found]));
  await note(purgeBefore(bus, STREAM, one.logAll, 1));
  await note(purgeBefore(bus, STREAM, one.logAll, 5));
  await note(purgeAll(bus, STREAM, one.chunks('id')));
  await note(lastMessage(bus, STREAM, one.chunk('id', 0)).then(kept));
  await note(read(one.logAll, 1));
  return results;
}

it('the model and a real server answer one script alike', async () => {
  await using server = await natsServer({ jetstream: true });
  const real = await connect({ servers: server.wsUrl });
  const expected = await script(real);
  await real.close();
  const hub = new MemoryHub({
    deliver: (delivery, send) => {
      asStored(delivery);
      send();
    },
  });
  const model = new StreamModel(hub.connect(), systemClock);
  expect(model.kept).toEqual([]);
  expect(await script(hub.connect())).toEqual(expected);
  expect(expected.length).toBeGreaterThan(20);
});
