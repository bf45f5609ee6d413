/** One NATS subscription for all who want the same: what they hear, what they cost, and how they leave. */
import { afterEach, expect, it, vi } from 'vitest';
import type { BusMessage, BusSubscription } from '../../../src/bus/bus.js';
import { MemoryHub } from '../../../src/bus/memory/memory-hub.js';
import { InvalidSubjectError, PayloadError, PermissionError, type SlateError } from '../../../src/errors.js';
import {
  type IsBytes,
  type SharedSubscription,
  SharedSubscriptions,
} from '../../../src/messaging/shared-subscriptions.js';
import { turns } from '../../support/virtual-clock.js';

afterEach(() => {
  vi.restoreAllMocks();
});

function lab(isBytes?: IsBytes) {
  const hub = new MemoryHub({ permits: (operation, subject) => operation === 'publish' || subject !== 'forbidden' });
  const bus = hub.connect();
  const subscribe = vi.spyOn(bus, 'subscribe');
  const shared = new SharedSubscriptions(bus, isBytes);
  const errors: SlateError[] = [];
  bus.on('error', (error) => errors.push(error));
  const other = hub.connect();
  const say = async (subject: string, data: unknown) => {
    other.publish(subject, data);
    await turns();
  };
  return { hub, bus, shared, subscribe, errors, say };
}

it('a hundred listeners cost one subscription, and each hears every message once', async () => {
  const { shared, subscribe, say } = lab();
  const heard: string[] = [];
  const listening = Array.from({ length: 100 }, (_, index) =>
    shared.subscribe('a', (data) => heard.push(`${index} ${data}`)),
  );
  await say('a', 'x');
  expect(heard).toEqual(Array.from({ length: 100 }, (_, index) => `${index} x`));
  expect(subscribe).toHaveBeenCalledTimes(1);
  expect(shared.size).toBe(1);
  for (const each of listening.slice(1)) each.unsubscribe();
  await say('a', 'y');
  expect(heard.at(-1)).toBe('0 y');
  listening[0]?.unsubscribe();
  expect(shared.size).toBe(0);
  await say('a', 'z');
  expect(heard).toHaveLength(101);
});

it('the last to leave ends it at the server', async () => {
  const { bus, shared } = lab();
  const [first, second] = [shared.subscribe('a', () => undefined), shared.subscribe('a', () => undefined)];
  const heardBySomebody = () => bus.request('a', 1, 50).then(Boolean, (error: SlateError) => error.name);
  first.unsubscribe();
  expect(await heardBySomebody()).toBe('RequestTimeoutError');
  second.unsubscribe();
  expect(await heardBySomebody()).toBe('NoRespondersError');
});

it('a message is read once, and all are given the same', async () => {
  const { shared, say } = lab();
  const heard: unknown[] = [];
  const messages: BusMessage[] = [];
  for (const _ of [1, 2]) {
    shared.subscribe('a', (data, message) => {
      heard.push(data);
      messages.push(message);
    });
  }
  await say('a', { n: 1 });
  expect(heard).toEqual([{ n: 1 }, { n: 1 }]);
  expect(heard[0]).toBe(heard[1]);
  expect(messages[0]).toBe(messages[1]);
  expect(messages[0]?.subject).toBe('a');
});

it('one that comes late hears what comes later, and disturbs nobody', async () => {
  const { shared, subscribe, say } = lab();
  const heard: string[] = [];
  shared.subscribe('a', (data) => heard.push(`early ${data}`));
  await say('a', 1);
  shared.subscribe('a', (data) => heard.push(`late ${data}`));
  await say('a', 2);
  expect(heard).toEqual(['early 1', 'early 2', 'late 2']);
  expect(subscribe).toHaveBeenCalledTimes(1);
});

it('one that throws, now or later, is reported and starves nobody', async () => {
  const reported = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { shared, say, errors } = lab();
  const heard: unknown[] = [];
  shared.subscribe('a', () => {
    throw new Error('now');
  });
  shared.subscribe('a', async () => {
    throw new Error('later');
  });
  shared.subscribe('a', (data) => heard.push(data));
  await say('a', 1);
  await say('a', 2);
  expect(heard).toEqual([1, 2]);
  expect(reported.mock.calls.map(([error]) => error.message)).toEqual(['now', 'later', 'now', 'later']);
  expect(errors).toEqual([]);
});

it('one that another makes leave hears no more, of the same message neither', async () => {
  const { shared, say } = lab();
  const heard: string[] = [];
  shared.subscribe('a', () => {
    heard.push('first');
    second.unsubscribe();
  });
  const second = shared.subscribe('a', () => heard.push('second'));
  await say('a', 1);
  expect(heard).toEqual(['first']);
});

it('leaving twice is leaving once, also when the same subject has been taken up again', async () => {
  const { shared, say } = lab();
  const heard: unknown[] = [];
  const first = shared.subscribe('a', () => expect.unreachable('it left'));
  first.unsubscribe();
  const second = shared.subscribe('a', (data) => heard.push(data));
  first.unsubscribe();
  await say('a', 1);
  expect(heard).toEqual([1]);
  expect(await first.closed).toBeUndefined();
  second.unsubscribe();
  expect(shared.size).toBe(0);
});

it('a listener that is mounted, unmounted and mounted again in one turn hears each message once', async () => {
  const { shared, say } = lab();
  const heard: unknown[] = [];
  const listener = (data: unknown) => heard.push(data);
  shared.subscribe('a', listener).unsubscribe();
  shared.subscribe('a', listener);
  await say('a', 1);
  expect(heard).toEqual([1]);
  expect(shared.size).toBe(1);
});

it('in a queue group they are one member, and take turns', async () => {
  const { shared, subscribe, say } = lab();
  const heard: string[] = [];
  const listening = ['a', 'b', 'c'].map((name) =>
    shared.subscribe('jobs', (data) => heard.push(`${name}${data}`), 'workers'),
  );
  shared.subscribe('jobs', (data) => heard.push(`all${data}`));
  for (const data of [1, 2, 3, 4]) await say('jobs', data);
  expect(heard.filter((each) => !each.startsWith('all'))).toEqual(['a1', 'b2', 'c3', 'a4']);
  expect(heard.filter((each) => each.startsWith('all'))).toHaveLength(4);
  expect(subscribe).toHaveBeenCalledTimes(2);
  listening[1]?.unsubscribe();
  heard.length = 0;
  for (const data of [5, 6]) await say('jobs', data);
  expect(heard.filter((each) => !each.startsWith('all'))).toEqual(['c5', 'a6']);
});

it.each([
  ['drain too', (other: SharedSubscription) => other.drain()],
  ['leave meanwhile', (other: SharedSubscription) => other.unsubscribe()],
])(
  'a member of a queue group drains without losing a message of the group, where the others here %s',
  async (_, go) => {
    const { hub, subscribe, shared } = lab();
    const heard: unknown[] = [];
    const [one, other] = [1, 2].map(() => shared.subscribe('jobs', (data) => heard.push(data), 'workers'));
    const subscription = subscribe.mock.results[0]?.value as BusSubscription;
    const publisher = hub.connect();
    // The server has given us a message when we tell it that we go, in whichever way.
    for (const way of ['drain', 'unsubscribe'] as const) {
      const tell = subscription[way].bind(subscription);
      vi.spyOn(subscription, way).mockImplementationOnce(() => {
        publisher.publish('jobs', 'the last one');
        return tell() as never;
      });
    }
    await Promise.all([one?.drain(), go(other as SharedSubscription)]);
    expect(heard).toEqual(['the last one']);
    expect(shared.size).toBe(0);
  },
);

it('what is not JSON reaches nobody and costs one error; an empty message is undefined', async () => {
  const { shared, say, errors } = lab();
  const heard: unknown[] = [];
  shared.subscribe('a', (data) => heard.push(data));
  shared.subscribe('a', (data) => heard.push(data));
  await say('a', new TextEncoder().encode('{"half":'));
  expect(heard).toEqual([]);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toBeInstanceOf(PayloadError);
  expect(errors[0]).toMatchObject({ subject: 'a' });
  await say('a', undefined);
  expect(heard).toEqual([undefined, undefined]);
  expect(errors).toHaveLength(1);
});

it('what was never meant to be JSON is passed over', async () => {
  const { shared, say, errors } = lab((message) => message.data[0] === 1);
  shared.subscribe('a', () => expect.unreachable('not for it'));
  await say('a', new Uint8Array([1, 2, 3]));
  expect(errors).toEqual([]);
  await say('a', new Uint8Array([2]));
  expect(errors).toHaveLength(1);
});

it('says when the server carries it', async () => {
  const { bus, shared } = lab();
  await shared.subscribe('a', () => undefined).confirmed;
  bus.disconnect();
  await shared.subscribe('b', () => undefined).confirmed; // no server now: it will be carried from the next connection on
});

it('waits for the first try to connect before it says so', async () => {
  const { hub } = lab();
  hub.drop();
  const bus = hub.connect();
  const shared = new SharedSubscriptions(bus);
  let carried = false;
  const heard: unknown[] = [];
  void shared
    .subscribe('a', (data) => heard.push(data))
    .confirmed.then(() => {
      carried = true;
    });
  await turns();
  expect(carried).toBe(false);
  hub.restore();
  await turns();
  expect(carried).toBe(true);
  bus.publish('a', 1);
  await turns();
  expect(heard).toEqual([1]);
});

it('a forbidden one rejects, costs one error, and leaves nothing behind', async () => {
  const { shared, errors } = lab();
  const listening = shared.subscribe('forbidden', () => undefined);
  await expect(listening.confirmed).rejects.toThrow(PermissionError);
  expect(await listening.closed).toBeInstanceOf(PermissionError);
  expect(errors).toHaveLength(1);
  expect(shared.size).toBe(0);
  listening.unsubscribe();
});

it('a subject that is none throws and leaves nothing behind', () => {
  const { shared } = lab();
  expect(() => shared.subscribe('a b', () => undefined)).toThrow(InvalidSubjectError);
  expect(shared.size).toBe(0);
});

it('ends with its bus, and all its listeners with it', async () => {
  const { bus, shared } = lab();
  const [first, second] = [shared.subscribe('a', () => undefined), shared.subscribe('a', () => undefined)];
  await bus.close();
  expect(await first.closed).toBeUndefined();
  expect(await second.closed).toBeUndefined();
  expect(shared.size).toBe(0);
});

it('listens to the status of its bus no longer than it must', async () => {
  const { hub } = lab();
  hub.drop();
  const bus = hub.connect();
  const listening = new Set<() => void>();
  const on = bus.on.bind(bus);
  bus.on = (type, fn) => {
    const off = on(type, fn);
    listening.add(off);
    return () => {
      listening.delete(off);
      off();
    };
  };
  const shared = new SharedSubscriptions(bus);
  const mountAndUnmount = () => shared.subscribe('a', () => undefined).unsubscribe();
  for (let i = 0; i < 10; i++) mountAndUnmount(); // during the first connection
  const stays = shared.subscribe('b', () => undefined);
  await turns();
  expect(listening.size).toBe(1);
  hub.restore();
  mountAndUnmount();
  bus.disconnect();
  mountAndUnmount();
  await turns();
  await stays.confirmed;
  expect(listening.size).toBe(0);
});
