/** Streams read, compared and purged over a bus on which the server's part is played; what is lost is asked again. */
import { describe, expect, it } from 'vitest';
import { lastMessage } from '../../../src/jetstream/direct.js';
import { storeAfter } from '../../../src/jetstream/messages.js';
import { type ReadOptions, readMessages } from '../../../src/jetstream/ordered.js';
import { createStream, purgeAll, purgeBefore, subjectsOf } from '../../../src/jetstream/streams.js';
import { MemoryHub } from '../../../src/testing.js';
import { seeded } from '../../support/random.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const CREATE = '$JS.API.CONSUMER.CREATE.S.';
const NEXT = '$JS.API.CONSUMER.MSG.NEXT.S.';

/** A stream of `size` messages on `a.b`; `lose` says which deliveries do not arrive, by their order. */
function stream(size: number, lose: (delivery: number) => boolean = () => false) {
  const clock = new VirtualClock();
  const hub = new MemoryHub({ clock });
  const server = hub.connect();
  const consumers = new Map<string, { next: number; count: number }>();
  const asked: number[] = [];
  let deliveries = 0;
  server.subscribe('$JS.API.>', ({ subject, data, reply }) => {
    const body = JSON.parse(new TextDecoder().decode(data));
    const answer = (value: unknown) => server.publish(reply as string, value);
    if (subject.startsWith(CREATE)) {
      const from = Math.min(body.config.opt_start_seq, size + 1);
      asked.push(from);
      consumers.set(body.config.name, { next: from, count: 0 });
      const created = '2025-01-31T12:00:00.123456789Z';
      answer({ created, num_pending: size + 1 - from, delivered: { stream_seq: from - 1 } });
    } else if (subject.startsWith(NEXT)) {
      const consumer = consumers.get(subject.slice(NEXT.length));
      if (!consumer) return;
      for (let n = 0; n < body.batch && consumer.next <= size; n++) {
        const seq = consumer.next++;
        const nth = ++consumer.count;
        const ack = `$JS.ACK.S.c.1.${seq}.${nth}.1700000000${String(seq).padStart(9, '0')}.${size - seq}`;
        if (!lose(deliveries++)) deliver(reply as string, `a.b`, ack, seq);
      }
    }
  });
  /** As the server does: the message has its own subject, and comes on the subscription of the inbox. */
  const deliver = (inbox: string, _subject: string, ack: string, seq: number) =>
    server.publish(inbox, Uint8Array.of(seq % 256), { reply: ack });
  const bus = hub.connect();
  const options: ReadOptions = { bus, clock, random: seeded(1), stream: 'S', filter: 'a.*', from: 1 };
  return { clock, options, asked, hub };
}

async function readAll({ clock, options }: ReturnType<typeof stream>, from = 1) {
  const seqs: number[] = [];
  const start = await clock.while(
    readMessages({ ...options, from }, (messages) => void seqs.push(...messages.map(({ seq }) => seq))),
    30_000,
  );
  return { seqs, start };
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('reading a stream', () => {
  it.each([0, 1, 199, 200, 201, 450])('of %s messages reads each once, in order', async (size) => {
    const lab = stream(size);
    const { seqs, start } = await readAll(lab);
    expect(seqs).toEqual(numbers(1, size));
    expect(start).toMatchObject({ from: 1, pending: size, now: Date.UTC(2025, 0, 31, 12, 0, 0, 123) });
  });

  it('begins where it is told, and tells where the stream ends before that', async () => {
    expect((await readAll(stream(10), 8)).seqs).toEqual([8, 9, 10]);
    const { seqs, start } = await readAll(stream(10), 25);
    expect(seqs).toEqual([]);
    expect(start.from).toBe(11);
  });

  it('asks again behind the last message when one is lost', async () => {
    const lab = stream(300, (delivery) => delivery === 50 || delivery === 120);
    expect((await readAll(lab)).seqs).toEqual(numbers(1, 300));
    expect(lab.asked.length).toBeGreaterThan(1);
    expect(lab.asked[1]).toBe(51);
  });

  it('gives up when nothing comes at all', async () => {
    const lab = stream(5, () => true);
    await expect(readAll(lab)).rejects.toMatchObject({ name: 'RequestTimeoutError' });
    expect(lab.asked).toHaveLength(3);
  });

  it('rejects where something else answers', async () => {
    const hub = new MemoryHub();
    hub.connect().subscribe('>', (message) => message.respond({ hello: 'world' }));
    const { options } = stream(1);
    await expect(readMessages({ ...options, bus: hub.connect() }, () => undefined)).rejects.toMatchObject({
      name: 'JetStreamError',
    });
  });
});

/** A bus whose requests are all answered alike, and what was asked. */
function answering(answer: unknown, headers: Record<string, string> = {}) {
  const hub = new MemoryHub();
  const asked: { subject: string; body: unknown; expected: string | undefined }[] = [];
  const server = hub.connect();
  server.subscribe('>', (message) => {
    if (message.reply === undefined) return;
    const body = message.data.length > 0 ? message.json() : undefined;
    asked.push({ subject: message.subject, body, expected: message.header('Nats-Expected-Last-Subject-Sequence') });
    server.publish(message.reply, answer, { headers });
  });
  return { bus: hub.connect(), asked };
}

describe('the last message of a subject', () => {
  const about = { 'Nats-Stream': 'S', 'Nats-Subject': 'a.b', 'Nats-Sequence': '7' };
  const time = { 'Nats-Time-Stamp': '2025-01-31T12:00:00.5Z' };

  it('is what the stream answers, or nothing', async () => {
    const { bus, asked } = answering(Uint8Array.of(5), { ...about, ...time });
    const stored = Date.UTC(2025, 0, 31, 12) + 500;
    expect(await lastMessage(bus, 'S', 'a.b')).toEqual({ subject: 'a.b', seq: 7, stored, data: Uint8Array.of(5) });
    expect(asked[0]?.subject).toBe('$JS.API.DIRECT.GET.S.a.b');
    expect(await lastMessage(answering(new Uint8Array(0)).bus, 'S', 'a.b')).toBeUndefined();
  });

  it.each([
    ['another stream', { ...about, 'Nats-Stream': 'T' }],
    ['another subject', { ...about, 'Nats-Subject': 'a.c' }],
    ['no sequence number', { 'Nats-Stream': 'S', 'Nats-Subject': 'a.b' }],
    ['a bad sequence number', { ...about, 'Nats-Sequence': '-1' }],
  ])('is refused from %s', async (_, headers) => {
    const { bus } = answering(Uint8Array.of(5), headers);
    await expect(lastMessage(bus, 'S', 'a.b')).rejects.toMatchObject({ name: 'JetStreamError' });
  });
});

describe('compare and set', () => {
  it('names the last sequence number, 0 for none, and resolves with nothing when it is another', async () => {
    const { bus, asked } = answering({ stream: 'S', seq: 8 });
    expect(await storeAfter(bus, 'a', {}, 0)).toMatchObject({ seq: 8 });
    expect(asked[0]?.expected).toBe('0');
    const lost = answering({ error: { code: 400, err_code: 10071, description: 'wrong last sequence: 9' } });
    expect(await storeAfter(lost.bus, 'a', {}, 7)).toBeUndefined();
    const other = answering({ error: { code: 400, err_code: 10077, description: 'full' } });
    await expect(storeAfter(other.bus, 'a', {}, 7)).rejects.toMatchObject({ code: 10077 });
  });
});

describe('Y13: a purge', () => {
  it.each([0, 1, -5, 1.5, Number.NaN, Infinity])('before %s removes nothing, and does not leave', async (before) => {
    const { bus, asked } = answering({ purged: 1000 });
    expect(await purgeBefore(bus, 'S', 'a.b', before)).toBe(0);
    expect(asked).toEqual([]);
  });

  it('names a subject and a sequence number', async () => {
    const { bus, asked } = answering({ purged: 3 });
    expect(await purgeBefore(bus, 'S', 'a.b', 2)).toBe(3);
    expect(await purgeAll(bus, 'S', 'a.c')).toBe(3);
    expect(asked.map(({ body }) => body)).toEqual([{ filter: 'a.b', seq: 2 }, { filter: 'a.c' }]);
    expect(() => purgeAll(bus, 'S', '')).toThrow(expect.objectContaining({ name: 'OptionError' }));
    await expect(purgeBefore(bus, 'S', '', 5)).rejects.toMatchObject({ name: 'OptionError' });
  });
});

it('a stream is created with what it is told, and no more', async () => {
  const { bus, asked } = answering({});
  await createStream(bus, { name: 'S', subjects: ['a'], retention: 'workqueue' });
  await createStream(bus, {
    name: 'S',
    subjects: ['a'],
    retention: 'limits',
    refusesWhenFull: true,
    allowDirect: true,
    appendOnly: true,
    maxMessageBytes: 66_560,
  });
  const common = { name: 'S', subjects: ['a'], storage: 'file', num_replicas: 1 };
  expect(asked.map(({ body }) => body)).toEqual([
    { ...common, retention: 'workqueue', discard: 'old' },
    {
      ...common,
      retention: 'limits',
      discard: 'new',
      allow_direct: true,
      deny_delete: true,
      allow_rollup_hdrs: false,
      max_msg_size: 66_560,
    },
  ]);
});

it('the subjects of a stream come page by page', async () => {
  const hub = new MemoryHub();
  const all = numbers(1, 5).map((n) => [`a.${n}`, n] as const);
  hub.connect().subscribe('$JS.API.STREAM.INFO.S', (message) => {
    const { offset } = Object(message.json());
    message.respond({ total: 5, state: { subjects: Object.fromEntries(all.slice(offset, offset + 2)) } });
  });
  expect([...(await subjectsOf(hub.connect(), 'S', 'a.>'))]).toEqual(all);
});
