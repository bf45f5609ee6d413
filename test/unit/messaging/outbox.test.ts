/**
 * The outbox: every publish is confirmed, refused, held, or counted as dropped.
 * Past 300 lines: one bus in process, a test for each promise, and a property test of all promises together.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MemoryBus } from '../../../src/bus/memory/memory-bus.js';
import { MemoryHub } from '../../../src/bus/memory/memory-hub.js';
import {
  ConnectionClosedError,
  InvalidSubjectError,
  NotConnectedError,
  OutboxFullError,
  PayloadError,
  PayloadTooLargeError,
  PermissionError,
  UnconfirmedError,
} from '../../../src/errors.js';
import { Outbox } from '../../../src/messaging/outbox.js';
import type { OutboxLimits, WhenOffline } from '../../../src/messaging/outbox-limits.js';
import { turns } from '../../support/virtual-clock.js';

function lab(limits?: OutboxLimits, maxPayload?: number) {
  const hub = new MemoryHub(maxPayload === undefined ? {} : { maxPayload });
  const received: unknown[] = [];
  const listener = hub.connect();
  listener.subscribe('>', (message) => received.push(message.json()));
  const bus = hub.connect();
  const outbox = new Outbox(bus, limits);
  const publish = (data: unknown, whenOffline: WhenOffline = 'queue', subject = 'a') =>
    outbox.publish(subject, data, whenOffline);
  return { hub, bus, outbox, publish, received };
}

/** How a promise was settled, once it is. */
function fate(promise: Promise<unknown>): { settled: unknown } {
  const result = { settled: undefined as unknown };
  promise.then(
    () => {
      result.settled = 'sent';
    },
    (error) => {
      result.settled = error;
    },
  );
  return result;
}

function unconnected(limits?: OutboxLimits) {
  const made = lab(limits);
  made.hub.drop();
  const bus = made.hub.connect();
  const outbox = new Outbox(bus, limits);
  return { ...made, bus, outbox, publish: (data: unknown, mode: WhenOffline) => outbox.publish('a', data, mode) };
}

it('a publish is sent at once and resolves when the server has confirmed it', async () => {
  const { publish, received, outbox } = lab();
  const first = fate(publish(1, 'reject'));
  expect(first.settled).toBeUndefined();
  expect(outbox.held.messages).toBe(0); // never sent again, so not held
  const second = fate(publish(2, 'queue'));
  expect(outbox.held).toMatchObject({ messages: 1, bytes: 1 });
  await turns();
  expect(received).toEqual([1, 2]);
  expect([first.settled, second.settled]).toEqual(['sent', 'sent']);
  expect(outbox.held).toMatchObject({ messages: 0, bytes: 0 });
});

it('one ping confirms all messages of a turn', async () => {
  const { publish, bus } = lab();
  let flushes = 0;
  const flush = bus.flush.bind(bus);
  bus.flush = () => {
    flushes++;
    return flush();
  };
  const all = Array.from({ length: 100 }, (_, index) => publish(index));
  await Promise.all(all);
  expect(flushes).toBe(1);
});

it('a ping is sent for each turn; while eight are under way, later messages share the next one', async () => {
  const { publish, bus, received } = lab();
  const pongs: (() => void)[] = [];
  bus.flush = () => new Promise((resolve) => pongs.push(resolve));
  const fates: { settled: unknown }[] = [];
  for (let n = 0; n < 20; n++) {
    fates.push(fate(publish(n)));
    await turns();
  }
  const sent = () => fates.filter(({ settled }) => settled === 'sent').length;
  expect([pongs.length, sent(), received.length]).toEqual([8, 0, 20]);
  pongs[0]?.();
  await turns();
  expect([pongs.length, sent()]).toEqual([9, 1]);
  for (const pong of pongs) pong();
  await turns();
  expect([pongs.length, sent()]).toEqual([9, 20]);
});

it('a message to several subjects is held once, sent again to each, and refused where one is forbidden', async () => {
  const { bus, outbox, hub } = lab();
  const subjects: string[] = [];
  hub.connect().subscribe('>', ({ subject }) => subjects.push(subject));
  const both = fate(outbox.publish(['a', 'b'], 1, 'queue'));
  expect(outbox.held).toMatchObject({ messages: 1, bytes: 1 });
  bus.disconnect();
  bus.reconnect();
  await turns();
  expect(subjects).toEqual(['a', 'b', 'a', 'b']);
  expect(both.settled).toBe('sent');
});

it('a message to several subjects, of which the server refuses some, says which it refused and which arrived', async () => {
  const permits = (_: string, subject: string) => !subject.startsWith('secret');
  const hub = new MemoryHub({ permits });
  const arrived: string[] = [];
  hub.connect().subscribe('>', ({ subject }) => arrived.push(subject));
  const bus = hub.connect();
  const outbox = new Outbox(bus);
  const partly = fate(outbox.publish(['open', 'secret.a', 'open.too', 'secret.b'], 1, 'queue'));
  const none = fate(outbox.publish(['secret.a', 'secret.b'], 2, 'queue'));
  const fine = fate(outbox.publish(['open', 'open.too'], 3, 'queue'));
  await turns();
  expect(arrived).toEqual(['open', 'open.too', 'open', 'open.too']);
  expect(partly.settled).toMatchObject({
    name: 'PermissionError',
    subject: 'secret.a',
    refused: ['secret.a', 'secret.b'],
    arrived: ['open', 'open.too'],
    message: expect.stringMatching(/publish on "secret.a", "secret.b"\. The message arrived on "open", "open.too"\./),
  });
  expect(none.settled).toMatchObject({ refused: ['secret.a', 'secret.b'], arrived: [] });
  expect(fine.settled).toBe('sent');
  expect(outbox.held).toMatchObject({ messages: 0, bytes: 0 });
});

it('a message that was refused in part is not sent again when the connection is lost, and claims no arrival', async () => {
  const hub = new MemoryHub({ permits: (_, subject) => subject !== 'secret' });
  const arrived: string[] = [];
  hub.connect().subscribe('>', ({ subject }) => arrived.push(subject));
  const bus = hub.connect();
  const outbox = new Outbox(bus);
  bus.flush = () => new Promise(() => undefined); // the answer to the ping is lost with the connection
  const partly = fate(outbox.publish(['open', 'secret'], 1, 'queue'));
  await turns();
  expect(partly.settled).toBeUndefined();
  bus.disconnect();
  bus.reconnect();
  await turns();
  expect(arrived).toEqual(['open']);
  expect(partly.settled).toMatchObject({ name: 'PermissionError', refused: ['secret'], arrived: [] });
  expect(outbox.held).toMatchObject({ messages: 0, bytes: 0 });
});

it('each publish settles, what is confirmed has arrived, and first arrivals keep their order', async () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(fc.constantFrom('queue', 'reject', 'drop', 'latest'), fc.constantFrom('a', 'b')) },
    { weight: 2, arbitrary: fc.constant('turn' as const) },
    { weight: 1, arbitrary: fc.constant('disconnect' as const) },
    { weight: 1, arbitrary: fc.constant('reconnect' as const) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.constantFrom(3, 1000), async (steps, messages) => {
      const { bus, publish, received, outbox } = lab({ messages, bytes: 10_000 });
      const fates: { settled: unknown; mode: string; subject: string }[] = [];
      for (const each of steps) {
        if (each === 'turn') await turns();
        else if (each === 'disconnect') bus.disconnect();
        else if (each === 'reconnect') bus.reconnect();
        else {
          const [mode, subject] = each as [WhenOffline, string];
          fates.push(Object.assign(fate(publish(fates.length, mode, subject)), { mode, subject }));
        }
      }
      bus.reconnect();
      await turns();
      for (const [n, { settled, mode, subject }] of fates.entries()) {
        const arrived = (index: number) => received.includes(index);
        const isReplaced = fates.some((one, m) => m > n && one.mode === mode && one.subject === subject && arrived(m));
        if (settled === 'sent') expect(mode === 'drop' || arrived(n) || (mode === 'latest' && isReplaced)).toBe(true);
        else expect(settled).toBeInstanceOf(Error);
        if (settled instanceof NotConnectedError || settled instanceof OutboxFullError)
          expect(received).not.toContain(n);
        expect(['queue', 'latest'].includes(mode) || received.filter((one) => one === n).length <= 1).toBe(true);
      }
      const first = [...new Set(received as number[])];
      expect(first).toEqual([...first].sort((a, b) => a - b));
      expect(outbox.held).toMatchObject({ messages: 0, bytes: 0 });
    }),
    { numRuns: 500 },
  );
});

it.each(['reject', 'queue'] as const)('before the first connection %s waits for it, in order', async (mode) => {
  const { hub, publish, received } = unconnected();
  const fates = [1, 2, 3].map((data) => fate(publish(data, mode)));
  await turns();
  expect(fates.map(({ settled }) => settled)).toEqual([undefined, undefined, undefined]);
  hub.restore();
  await turns();
  expect(received).toEqual([1, 2, 3]);
  expect(fates.map(({ settled }) => settled)).toEqual(['sent', 'sent', 'sent']);
});

it('before the first connection drop drops the message and counts it', async () => {
  const { hub, publish, received, outbox } = unconnected();
  await publish(1, 'drop');
  hub.restore();
  await turns();
  expect(received).toEqual([]);
  expect(outbox.dropped).toBe(1);
});

it('while reconnecting, reject rejects, drop drops and counts, and queue waits', async () => {
  const { bus, publish, received, outbox } = lab();
  bus.disconnect();
  await expect(publish(1, 'reject')).rejects.toThrow(NotConnectedError);
  await publish(2, 'drop');
  const third = fate(publish(3, 'queue'));
  await turns();
  expect(third.settled).toBeUndefined();
  expect(outbox.dropped).toBe(1);
  bus.reconnect();
  await turns();
  expect(third.settled).toBe('sent');
  expect(received).toEqual([3]);
});

describe('latest', () => {
  it('holds the newest message of each subject or key, in the order of the newest, and settles all with it', async () => {
    const { hub, outbox, received } = unconnected();
    const latest = (data: string, subject: string, key?: string) =>
      fate(outbox.publish(subject, data, 'latest', undefined, key));
    const fates = [latest('a1', 'a'), latest('b1', 'b'), latest('a2', 'a', 'of ada')];
    void outbox.publish('a', 'queued', 'queue');
    fates.push(latest('a3', 'a'));
    expect(outbox.held).toMatchObject({ messages: 4, bytes: 4 + 4 + 8 + 4 });
    await turns();
    expect(fates.map(({ settled }) => settled)).toEqual([undefined, undefined, undefined, undefined]);
    hub.restore();
    await turns();
    expect(received).toEqual(['b1', 'a2', 'queued', 'a3']);
    expect(fates.map(({ settled }) => settled)).toEqual(['sent', 'sent', 'sent', 'sent']);
    expect(outbox.held).toMatchObject({ messages: 0, bytes: 0 });
    expect(outbox.dropped).toBe(0);
  });

  it('is sent again when the connection is lost before the confirmation, unless a newer one has replaced it', async () => {
    const { hub, bus, outbox, received } = unconnected();
    const first = fate(outbox.publish('a', 1, 'latest'));
    const queued = fate(outbox.publish('a', 'queued', 'queue'));
    hub.restore();
    bus.disconnect();
    const second = fate(outbox.publish('a', 2, 'latest'));
    bus.reconnect();
    await turns();
    expect(received).toEqual([1, 'queued', 'queued', 2]);
    expect([first, second, queued].map(({ settled }) => settled)).toEqual(['sent', 'sent', 'sent']);
  });

  it('is sent at once while there is a connection', async () => {
    const { outbox, received } = lab();
    await outbox.publish('a', 1, 'latest');
    await outbox.publish('a', 2, 'latest');
    await turns();
    expect(received).toEqual([1, 2]);
  });

  it('is refused and never lost without a word: by a full outbox, by the server, and when the bus is closed', async () => {
    const full = unconnected({ messages: 1, bytes: 10 });
    const first = fate(full.publish(1, 'queue'));
    await expect(full.publish(2, 'latest')).rejects.toThrow(OutboxFullError);
    full.hub.restore();
    await turns();
    expect(first.settled).toBe('sent');
    const strict = new MemoryHub({ permits: (operation) => operation !== 'publish' });
    strict.drop();
    const forbidden = fate(new Outbox(strict.connect()).publish('a', 1, 'latest'));
    strict.restore();
    await turns();
    expect(forbidden.settled).toBeInstanceOf(PermissionError);
    const closed = unconnected();
    const waiting = fate(closed.publish(1, 'latest'));
    await closed.bus.close();
    await turns();
    expect(waiting.settled).toBeInstanceOf(ConnectionClosedError);
    await expect(closed.publish(2, 'latest')).rejects.toThrow(ConnectionClosedError);
  });
});

it('held messages are sent before those that a status listener publishes on reconnection', async () => {
  const { hub, received } = lab();
  const bus = hub.connect();
  let outbox: Outbox | undefined;
  bus.on('status', ({ type }) => {
    if (type === 'connected') void outbox?.publish('a', 'later', 'reject');
  });
  outbox = new Outbox(bus);
  bus.disconnect();
  void outbox.publish('a', 'held 1', 'queue');
  void outbox.publish('a', 'held 2', 'queue');
  bus.reconnect();
  await turns();
  expect(received).toEqual(['held 1', 'held 2', 'later']);
});

it('when the connection is lost, an unconfirmed message is sent again (queue) or rejects (reject)', async () => {
  const { bus, publish, received, outbox } = lab();
  const doubtful = fate(publish('reject', 'reject'));
  const queued = fate(publish('queue', 'queue'));
  bus.disconnect();
  const later = fate(publish('later', 'queue'));
  await turns();
  expect(doubtful.settled).toBeInstanceOf(UnconfirmedError);
  expect((doubtful.settled as UnconfirmedError).subject).toBe('a');
  expect(queued.settled).toBeUndefined();
  expect(outbox.held.messages).toBe(2);
  bus.reconnect();
  await turns();
  // It had arrived before, so it arrives twice, in order.
  expect(received).toEqual(['reject', 'queue', 'queue', 'later']);
  expect([queued.settled, later.settled]).toEqual(['sent', 'sent']);
  expect(outbox.held).toMatchObject({ messages: 0, bytes: 0 });
});

it('keeps the order when the connection returns in the same turn', async () => {
  const { bus, publish, received } = lab();
  const all = [publish(1), publish(2)];
  bus.disconnect();
  all.push(publish(3));
  bus.reconnect();
  all.push(publish(4));
  await Promise.all(all);
  expect(received).toEqual([1, 2, 1, 2, 3, 4]);
});

it('treats a failed ping as a lost connection, and waits for the status to change', async () => {
  const { bus, publish, received } = lab();
  const flush = bus.flush.bind(bus);
  bus.flush = () => Promise.reject(new NotConnectedError('reconnecting'));
  const doubtful = fate(publish(1, 'reject'));
  const queued = fate(publish(2, 'queue'));
  await Promise.resolve();
  bus.flush = flush;
  await turns();
  expect(doubtful.settled).toBeInstanceOf(UnconfirmedError);
  expect(received).toEqual([1, 2]);
  bus.disconnect();
  bus.reconnect();
  await turns();
  expect(queued.settled).toBe('sent');
  expect(received).toEqual([1, 2, 2]);
});

it('holds no more messages than its limit: one more rejects, and the held ones stay', async () => {
  const { bus, publish, received, outbox } = lab({ messages: 2, bytes: 1000 });
  bus.disconnect();
  const held = [fate(publish(1)), fate(publish(2))];
  const full = await publish(3).catch((error: unknown) => error);
  expect(full).toBeInstanceOf(OutboxFullError);
  expect(full).toMatchObject({ subject: 'a', messages: 2, bytes: 2 });
  bus.reconnect();
  await turns();
  expect(received).toEqual([1, 2]);
  expect(held.map(({ settled }) => settled)).toEqual(['sent', 'sent']);
  expect(outbox.held.messages).toBe(0);
});

it('holds no more bytes than its limit, but always one message of any size', async () => {
  const { bus, publish, outbox } = lab({ messages: 10, bytes: 10 });
  bus.disconnect();
  void fate(publish('0123456789abcdef'));
  expect(outbox.held.bytes).toBe(18);
  await expect(publish(1)).rejects.toThrow(OutboxFullError);
  bus.reconnect();
  await turns();
  expect(outbox.held.bytes).toBe(0);
});

it('sends more than its limit while connected; what is not held rejects when the connection is lost', async () => {
  const { bus, publish, received, outbox } = lab({ messages: 2, bytes: 1000 });
  const fates = [1, 2, 3].map((data) => fate(publish(data)));
  expect(outbox.held.messages).toBe(2);
  bus.disconnect();
  await turns();
  expect(fates[2]?.settled).toBeInstanceOf(UnconfirmedError);
  bus.reconnect();
  await turns();
  expect(received).toEqual([1, 2, 3, 1, 2]);
  expect(fates.slice(0, 2).map(({ settled }) => settled)).toEqual(['sent', 'sent']);
});

it('holds a message as it was when it was published', async () => {
  const { bus, outbox, received } = lab();
  bus.disconnect();
  const object = { n: 1 };
  void outbox.publish('a', object, 'queue');
  object.n = 2;
  bus.reconnect();
  await turns();
  expect(received).toEqual([{ n: 1 }]);
});

it('refuses at once what can never be sent, connected or not', async () => {
  const { bus, outbox, publish } = lab(undefined, 8);
  const never = async () => {
    await expect(outbox.publish('a.*', 1, 'queue')).rejects.toThrow(InvalidSubjectError);
    await expect(publish(1n)).rejects.toThrow(PayloadError);
  };
  await never();
  await expect(publish('0123456789')).rejects.toThrow(PayloadTooLargeError);
  bus.disconnect();
  await never();
  expect(outbox.held.messages).toBe(0);
});

it('rejects a held message that proves too large for the server, and sends the others', async () => {
  const { bus, publish, received } = lab(undefined, 8);
  bus.disconnect();
  const large = fate(publish('0123456789'));
  const small = fate(publish(1));
  bus.reconnect();
  await turns();
  expect(large.settled).toBeInstanceOf(PayloadTooLargeError);
  expect(small.settled).toBe('sent');
  expect(received).toEqual([1]);
});

it('rejects what is held when the bus closes, and everything after', async () => {
  const { bus, publish, outbox } = lab();
  const written = fate(publish(1, 'queue'));
  bus.disconnect();
  await turns();
  const held = fate(publish(2, 'queue'));
  await bus.close();
  await turns();
  expect(written.settled).toBeInstanceOf(ConnectionClosedError);
  expect(held.settled).toBeInstanceOf(ConnectionClosedError);
  expect(outbox.held).toMatchObject({ messages: 0, bytes: 0 });
  for (const mode of ['reject', 'queue', 'drop'] as const) {
    await expect(publish(3, mode)).rejects.toThrow(ConnectionClosedError);
  }
});

it('a publish that the server forbids rejects; other messages of the same turn are confirmed', async () => {
  const hub = new MemoryHub({ permits: (_, subject) => subject !== 'secret' });
  const bus = hub.connect();
  const outbox = new Outbox(bus);
  const modes = ['reject', 'queue', 'drop'] as const;
  const fates = modes.map((mode) => fate(outbox.publish('secret', 1, mode)));
  const others = modes.map((mode) => fate(outbox.publish('open', 1, mode)));
  await turns();
  expect(fates.map(({ settled }) => settled)).toEqual([
    expect.any(PermissionError),
    expect.any(PermissionError),
    'sent',
  ]);
  expect(others.map(({ settled }) => settled)).toEqual(['sent', 'sent', 'sent']);
  expect(outbox.held).toMatchObject({ messages: 0, bytes: 0 });
});

it('settle resolves when all that was written is confirmed', async () => {
  const { bus, publish, outbox } = lab();
  const fates = [fate(publish(1)), fate(publish(2)), fate(publish(3, 'reject'))];
  await outbox.settle();
  expect(fates.map(({ settled }) => settled)).toEqual(['sent', 'sent', 'sent']);
  void fate(publish(4));
  const settled = outbox.settle();
  bus.disconnect();
  await settled; // resolves also when the connection is lost
});

it('close ends its subscriptions to events of the bus', async () => {
  const { hub } = lab();
  const bus: MemoryBus = hub.connect();
  let listening = 0;
  const on = bus.on.bind(bus);
  bus.on = (type, fn) => {
    listening++;
    const unsubscribe = on(type, fn);
    return () => {
      listening--;
      unsubscribe();
    };
  };
  const outbox = new Outbox(bus);
  expect(listening).toBe(2);
  outbox.close();
  expect(listening).toBe(0);
});
