/** Shared subscriptions: what handlers receive, what they cost, and how they end. */
import { afterEach, expect, it, vi } from 'vitest';
import type { BusMessage, BusSubscription } from '../../../src/bus/bus.js';
import { MemoryHub } from '../../../src/bus/memory/memory-hub.js';
import { InvalidSubjectError, PayloadError, PermissionError, type SlateError } from '../../../src/errors.js';
import {
  type SharedSubscription,
  SharedSubscriptions,
  type Skips,
} from '../../../src/messaging/shared-subscriptions.js';
import { turns } from '../../support/virtual-clock.js';

afterEach(() => {
  vi.restoreAllMocks();
});

function lab(skips?: Skips) {
  const hub = new MemoryHub({ permits: (operation, subject) => operation === 'publish' || subject !== 'forbidden' });
  const bus = hub.connect();
  const subscribe = vi.spyOn(bus, 'subscribe');
  const shared = new SharedSubscriptions(bus, skips);
  const errors: SlateError[] = [];
  bus.on('error', (error) => errors.push(error));
  const other = hub.connect();
  const send = async (subject: string, data: unknown) => {
    other.publish(subject, data);
    await turns();
  };
  return { hub, bus, shared, subscribe, errors, send };
}

it('a hundred handlers use one NATS subscription, and each receives every message once', async () => {
  const { shared, subscribe, send } = lab();
  const received: string[] = [];
  const subscriptions = Array.from({ length: 100 }, (_, index) =>
    shared.subscribe('a', (data) => received.push(`${index} ${data}`)),
  );
  await send('a', 'x');
  expect(received).toEqual(Array.from({ length: 100 }, (_, index) => `${index} x`));
  expect(subscribe).toHaveBeenCalledTimes(1);
  expect(shared.size).toBe(1);
  for (const each of subscriptions.slice(1)) each.unsubscribe();
  await send('a', 'y');
  expect(received.at(-1)).toBe('0 y');
  subscriptions[0]?.unsubscribe();
  expect(shared.size).toBe(0);
  await send('a', 'z');
  expect(received).toHaveLength(101);
});

it('the last one to unsubscribe ends the NATS subscription', async () => {
  const { bus, shared } = lab();
  const [first, second] = [shared.subscribe('a', () => undefined), shared.subscribe('a', () => undefined)];
  const outcome = () => bus.request('a', 1, 50).then(Boolean, (error: SlateError) => error.name);
  first.unsubscribe();
  expect(await outcome()).toBe('RequestTimeoutError');
  second.unsubscribe();
  expect(await outcome()).toBe('NoRespondersError');
});

it('a message is read once, and all handlers receive the same value', async () => {
  const { shared, send } = lab();
  const received: unknown[] = [];
  const messages: BusMessage[] = [];
  for (const _ of [1, 2]) {
    shared.subscribe('a', (data, message) => {
      received.push(data);
      messages.push(message);
    });
  }
  await send('a', { n: 1 });
  expect(received).toEqual([{ n: 1 }, { n: 1 }]);
  expect(received[0]).toBe(received[1]);
  expect(messages[0]).toBe(messages[1]);
  expect(messages[0]?.subject).toBe('a');
});

it('a later handler receives later messages, and does not affect the others', async () => {
  const { shared, subscribe, send } = lab();
  const received: string[] = [];
  shared.subscribe('a', (data) => received.push(`early ${data}`));
  await send('a', 1);
  shared.subscribe('a', (data) => received.push(`late ${data}`));
  await send('a', 2);
  expect(received).toEqual(['early 1', 'early 2', 'late 2']);
  expect(subscribe).toHaveBeenCalledTimes(1);
});

it('an error of a handler, now or later, is reported and does not affect the others', async () => {
  const reported = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { shared, send, errors } = lab();
  const received: unknown[] = [];
  shared.subscribe('a', () => {
    throw new Error('now');
  });
  shared.subscribe('a', async () => {
    throw new Error('later');
  });
  shared.subscribe('a', (data) => received.push(data));
  await send('a', 1);
  await send('a', 2);
  expect(received).toEqual([1, 2]);
  expect(reported.mock.calls.map(([error]) => error.message)).toEqual(['now', 'later', 'now', 'later']);
  expect(errors).toEqual([]);
});

it('a handler that another one unsubscribes does not receive the same message either', async () => {
  const { shared, send } = lab();
  const received: string[] = [];
  shared.subscribe('a', () => {
    received.push('first');
    second.unsubscribe();
  });
  const second = shared.subscribe('a', () => received.push('second'));
  await send('a', 1);
  expect(received).toEqual(['first']);
});

it('a second unsubscribe has no effect, also where there is a new subscription to the same subject', async () => {
  const { shared, send } = lab();
  const received: unknown[] = [];
  const first = shared.subscribe('a', () => expect.unreachable('it has unsubscribed'));
  first.unsubscribe();
  const second = shared.subscribe('a', (data) => received.push(data));
  first.unsubscribe();
  await send('a', 1);
  expect(received).toEqual([1]);
  expect(await first.closed).toBeUndefined();
  second.unsubscribe();
  expect(shared.size).toBe(0);
});

it('a handler that subscribes, unsubscribes and subscribes in one turn receives each message once', async () => {
  const { shared, send } = lab();
  const received: unknown[] = [];
  const listener = (data: unknown) => received.push(data);
  shared.subscribe('a', listener).unsubscribe();
  shared.subscribe('a', listener);
  await send('a', 1);
  expect(received).toEqual([1]);
  expect(shared.size).toBe(1);
});

it('in a queue group they count as one subscriber and take turns', async () => {
  const { shared, subscribe, send } = lab();
  const received: string[] = [];
  const subscriptions = ['a', 'b', 'c'].map((name) =>
    shared.subscribe('jobs', (data) => received.push(`${name}${data}`), 'workers'),
  );
  shared.subscribe('jobs', (data) => received.push(`all${data}`));
  for (const data of [1, 2, 3, 4]) await send('jobs', data);
  expect(received.filter((each) => !each.startsWith('all'))).toEqual(['a1', 'b2', 'c3', 'a4']);
  expect(received.filter((each) => each.startsWith('all'))).toHaveLength(4);
  expect(subscribe).toHaveBeenCalledTimes(2);
  subscriptions[1]?.unsubscribe();
  received.length = 0;
  for (const data of [5, 6]) await send('jobs', data);
  expect(received.filter((each) => !each.startsWith('all'))).toEqual(['c5', 'a6']);
});

it.each([
  ['drain too', (other: SharedSubscription) => other.drain()],
  ['unsubscribe meanwhile', (other: SharedSubscription) => other.unsubscribe()],
])(
  'a subscription in a queue group drains without losing a message of the group, while others on this connection %s',
  async (_, go) => {
    const { hub, subscribe, shared } = lab();
    const received: unknown[] = [];
    const [one, other] = [1, 2].map(() => shared.subscribe('jobs', (data) => received.push(data), 'workers'));
    const subscription = subscribe.mock.results[0]?.value as BusSubscription;
    const publisher = hub.connect();
    // The server delivers a message just before it learns that the subscription ends, in whichever way.
    for (const way of ['drain', 'unsubscribe'] as const) {
      const tell = subscription[way].bind(subscription);
      vi.spyOn(subscription, way).mockImplementationOnce(() => {
        publisher.publish('jobs', 'the last one');
        return Promise.resolve(tell());
      });
    }
    await Promise.all([one?.drain(), go(other as SharedSubscription)]);
    expect(received).toEqual(['the last one']);
    expect(shared.size).toBe(0);
  },
);

it('a message that is not JSON reaches no handler and costs one error; an empty one is undefined', async () => {
  const { shared, send, errors } = lab();
  const received: unknown[] = [];
  shared.subscribe('a', (data) => received.push(data));
  shared.subscribe('a', (data) => received.push(data));
  await send('a', new TextEncoder().encode('{"half":'));
  expect(received).toEqual([]);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toBeInstanceOf(PayloadError);
  expect(errors[0]).toMatchObject({ subject: 'a' });
  await send('a', undefined);
  expect(received).toEqual([undefined, undefined]);
  expect(errors).toHaveLength(1);
});

it('a message that is not meant to be JSON is skipped', async () => {
  const { shared, send, errors } = lab((message) => message.data[0] === 1);
  shared.subscribe('a', () => expect.unreachable('it must be skipped'));
  await send('a', new Uint8Array([1, 2, 3]));
  expect(errors).toEqual([]);
  await send('a', new Uint8Array([2]));
  expect(errors).toHaveLength(1);
});

it('says when the server has confirmed it, or when there is no server', async () => {
  const { bus, shared } = lab();
  await shared.subscribe('a', () => undefined).confirmed;
  bus.disconnect();
  await shared.subscribe('b', () => undefined).confirmed; // no server now: the next connection makes the subscription
});

it('waits for the first attempt to connect before it says so', async () => {
  const { hub } = lab();
  hub.drop();
  const bus = hub.connect();
  const shared = new SharedSubscriptions(bus);
  let isConfirmed = false;
  const received: unknown[] = [];
  void shared
    .subscribe('a', (data) => received.push(data))
    .confirmed.then(() => {
      isConfirmed = true;
    });
  await turns();
  expect(isConfirmed).toBe(false);
  hub.restore();
  await turns();
  expect(isConfirmed).toBe(true);
  bus.publish('a', 1);
  await turns();
  expect(received).toEqual([1]);
});

it('a forbidden subscription rejects, costs one error, and leaves nothing behind', async () => {
  const { shared, errors } = lab();
  const subscription = shared.subscribe('forbidden', () => undefined);
  await expect(subscription.confirmed).rejects.toThrow(PermissionError);
  expect(await subscription.closed).toBeInstanceOf(PermissionError);
  expect(errors).toHaveLength(1);
  expect(shared.size).toBe(0);
  subscription.unsubscribe();
});

it('a subject that is not valid throws and leaves nothing behind', () => {
  const { shared } = lab();
  expect(() => shared.subscribe('a b', () => undefined)).toThrow(InvalidSubjectError);
  expect(shared.size).toBe(0);
});

it('ends with its bus, for all handlers', async () => {
  const { bus, shared } = lab();
  const [first, second] = [shared.subscribe('a', () => undefined), shared.subscribe('a', () => undefined)];
  await bus.close();
  expect(await first.closed).toBeUndefined();
  expect(await second.closed).toBeUndefined();
  expect(shared.size).toBe(0);
});

it('subscribes to the status of its bus only until it is confirmed or ended', async () => {
  const { hub } = lab();
  hub.drop();
  const bus = hub.connect();
  const listening = new Set<() => void>();
  const on = bus.on.bind(bus);
  bus.on = (type, fn) => {
    const unsubscribe = on(type, fn);
    listening.add(unsubscribe);
    return () => {
      listening.delete(unsubscribe);
      unsubscribe();
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
