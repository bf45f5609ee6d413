/**
 * P7, V10: when the dialer tries, and what ends a try. Past 300 lines because all of it needs the same clock, sockets
 * and bus.
 */
import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Credentials } from '../../../../src/bus/nats/credentials.js';
import { type Attempts, Dialer } from '../../../../src/bus/nats/dialer.js';
import type { NatsConnectionLike } from '../../../../src/bus/nats/nats-connection.js';
import { LONGEST_WAIT_MS } from '../../../../src/bus/nats/waits.js';
import {
  AuthenticationError,
  ConnectionClosedError,
  OptionError,
  ServerUnreachableError,
} from '../../../../src/errors.js';
import { fakeSocket } from '../../../support/fake-socket.js';
import { turns, VirtualClock } from '../../../support/virtual-clock.js';

const URL = 'ws://a.example';

/** A dialer on a virtual clock, whose sockets are in the test's hand. */
function setup(chance: () => number = () => 0.5, credentials: Credentials = {}, make = fakeSocket) {
  const clock = new VirtualClock();
  const sockets: ReturnType<typeof fakeSocket>[] = [];
  const dialer = new Dialer({
    clock,
    random: chance,
    servers: [URL],
    makeSocket: () => {
      const socket = make();
      sockets.push(socket);
      return socket;
    },
    timeout: 10_000,
    credentials,
  });
  const last = () => sockets.at(-1);
  /** The last socket ends, the client asks for the next: how many milliseconds until that is opened? */
  async function wait(): Promise<number> {
    last()?.close();
    const start = clock.now();
    const before = sockets.length;
    void dialer.open(URL);
    await clock.until(() => sockets.length > before, LONGEST_WAIT_MS);
    return Math.round(clock.now() - start);
  }
  /** The last attempt succeeds. */
  function connected(): void {
    say('INFO {}\r\nPONG\r\n');
  }
  /** The server says this on the last socket. */
  function say(data: string): void {
    last()?.dispatchEvent(new MessageEvent('message', { data }));
  }
  return { clock, dialer, sockets, last, wait, connected, say };
}

describe('P7: when the dialer tries to connect', () => {
  it('tries at once the first time, then every second ± 30 %, without end', async () => {
    for (const [chance, ms] of [
      [0, 700],
      [0.5, 1000],
      [0.999999, 1300],
    ] as const) {
      const { wait } = setup(() => chance);
      expect(await wait()).toBe(0);
      for (let n = 0; n < 50; n++) expect(await wait()).toBe(ms);
    }
  });

  it('tries within 0 to 500 ms after a loss, then every second ± 30 %', async () => {
    for (const [chance, first, next] of [
      [0, 0, 700],
      [0.5, 250, 1000],
      [0.999999, 500, 1300],
    ] as const) {
      const { wait, connected } = setup(() => chance);
      await wait();
      for (let loss = 0; loss < 3; loss++) {
        connected();
        expect(await wait()).toBe(first);
        expect(await wait()).toBe(next);
        expect(await wait()).toBe(next);
      }
    }
  });

  it('spreads the first attempts of a crowd evenly over the 500 ms', async () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 16807) % 2147483647;
      return seed / 2147483647;
    };
    const buckets = new Array<number>(5).fill(0);
    for (let n = 0; n < 500; n++) {
      const { wait, connected } = setup(random);
      await wait();
      connected();
      const bucket = Math.min(4, Math.floor((await wait()) / 100));
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    for (const count of buckets) expect(count).toBeGreaterThan(60); // 100 each on average
  });

  it('P7: after a failure waits up to 60 ms for each of a crowd, then that, and 6 s at the most', async () => {
    for (const [crowdSize, first, next, further] of [
      [10, 250, 1000, 1000],
      [30, 250, 900, 1800],
      [100, 250, 3000, 6000],
      [400, 1000, 3000, 6000],
      [1000, 2500, 3000, 6000],
      [5000, 3000, 3000, 6000],
    ] as const) {
      const { dialer, wait, connected } = setup();
      dialer.bus = { attach: vi.fn(), attemptFailed: vi.fn(), fail: vi.fn(), crowdSize };
      await wait();
      connected();
      expect(await wait()).toBe(first);
      expect(await wait()).toBe(next);
      for (let i = 0; i < 3; i++) expect(await wait()).toBe(further);
    }
  });

  it('ends a wait when it shall hurry, as at a sign that the network is back, and then waits as before', async () => {
    const { clock, dialer, sockets, last, wait } = setup();
    await wait();
    last()?.close();
    void dialer.open(URL);
    await clock.advance(300);
    expect(sockets).toHaveLength(1);
    dialer.hurry();
    await turns();
    expect(sockets).toHaveLength(2);
    expect(clock.waiting).toBe(1); // the wait for the greeting
    expect(await wait()).toBe(1000);
  });

  it('gives up an attempt that began offline, and makes the next at once', async () => {
    const { clock, dialer, last, wait, connected } = setup();
    await wait();
    await clock.advance(999);
    dialer.hurry(); // a page that loads has signs while it connects
    expect(last()?.readyState).not.toBe(WebSocket.CLOSED);
    await clock.advance(1);
    dialer.hurry();
    expect(last()?.readyState).toBe(WebSocket.CLOSED);
    expect(await wait()).toBe(0);
    expect(await wait()).toBe(1000);
    connected();
    dialer.hurry();
    expect(last()?.readyState).toBe(WebSocket.OPEN); // a live connection stays
  });

  it('P6: makes no attempt while the page is put away, and one at once when it is back', async () => {
    const errors: unknown[] = [];
    const { clock, dialer, sockets, last, wait, connected } = setup();
    dialer.bus = { attach: vi.fn(), attemptFailed: (error) => errors.push(error), fail: (fault) => errors.push(fault) };
    await wait();
    connected();
    dialer.rest();
    expect(last()?.readyState).toBe(WebSocket.CLOSED);
    void dialer.open(URL);
    await clock.advance(600_000);
    expect(sockets).toHaveLength(1);
    dialer.hurry();
    await turns();
    expect(sockets).toHaveLength(2);
    dialer.rest(); // before the server has greeted
    void dialer.open(URL);
    dialer.hurry(); // before the client has asked
    await turns();
    expect(sockets).toHaveLength(3);
    last()?.close();
    const opening = dialer.open(URL);
    await turns();
    dialer.rest(); // while an attempt waits
    await clock.advance(600_000);
    expect(sockets).toHaveLength(3);
    dialer.close();
    await expect(opening).rejects.toThrow(ConnectionClosedError);
    expect(clock.waiting).toBe(0);
    expect(errors).toEqual([expect.any(ServerUnreachableError)]); // of the socket that the test closed, alone
  });

  it('stops with close: a wait under way, and later attempts', async () => {
    const { clock, dialer, sockets, last, wait, connected } = setup();
    await wait();
    last()?.close();
    const opening = dialer.open(URL);
    await turns();
    const rejected = expect(opening).rejects.toThrow(ConnectionClosedError);
    dialer.close();
    dialer.close();
    await rejected;
    await expect(dialer.open(URL)).rejects.toThrow(ConnectionClosedError);
    connected();
    await expect(dialer.open(URL)).rejects.toThrow(ConnectionClosedError);
    expect(sockets).toHaveLength(1);
    expect(clock.waiting).toBe(0);
  });
});

describe('the first connection', () => {
  const bus = () => ({ attach: vi.fn(), attemptFailed: vi.fn(), fail: vi.fn() });
  const connection: NatsConnectionLike = Object.create(null);

  it('is closed where it comes after close, and until then a client that asks and asks blocks nothing', async () => {
    const { dialer } = setup();
    let closed = false;
    let asked = 0;
    const close = async () => {
      closed = true;
    };
    const connection = { close } as NatsConnectionLike;
    const connect = async ({ open }: Attempts) => {
      dialer.close();
      // A client that has lost its connection tries again as soon as it has failed.
      while (!closed && asked < 100_000) await open(URL).catch(() => asked++);
      return connection;
    };
    const bus = { attach: () => undefined, attemptFailed: () => undefined, fail: () => undefined };
    const started = dialer.start(bus, connect);
    await new Promise(setImmediate);
    expect(asked).toBeLessThan(1_000);
    closed = true;
    await started;
    closed = false;
    const late = setup().dialer;
    await late.start(bus, async () => {
      late.close();
      return connection;
    });
    expect(closed).toBe(true);
  });

  it('is tried until the client has one', async () => {
    const { dialer, wait, clock } = setup();
    const target = bus();
    let attempts = 0;
    const started = dialer.start(target, async ({ open }) => {
      await open(URL);
      if (++attempts < 3) throw new Error('refused');
      return connection;
    });
    await clock.while(started);
    expect(attempts).toBe(3);
    expect(target.attemptFailed.mock.calls[0]?.[0]).toBeInstanceOf(ServerUnreachableError);
    expect(target.attach).toHaveBeenCalledExactlyOnceWith(connection);
    expect(target.fail).not.toHaveBeenCalled();
    expect(await wait()).toBe(1000);
  });

  it('is not tried again with a password that the server refused', async () => {
    const { dialer, last, say } = setup(undefined, { user: 'ada', pass: 'wrong' });
    const target = bus();
    target.fail.mockImplementation(() => dialer.close());
    const connect = vi.fn(async ({ open }: Attempts) => {
      await open(URL);
      say("INFO {}\r\n-ERR 'Authorization Violation'\r\n");
      last()?.close();
      throw new Error('what the client makes of it');
    });
    await dialer.start(target, connect);
    expect(target.fail.mock.calls).toMatchObject([
      [{ name: 'AuthenticationError', reason: 'authorization violation' }],
    ]);
    expect(connect).toHaveBeenCalledTimes(1);
    expect(target.attemptFailed).not.toHaveBeenCalled();
  });

  it('is not tried again when no socket can be made', async () => {
    const { dialer } = setup(undefined, {}, () => {
      throw new OptionError('servers', 'is wrong');
    });
    const target = bus();
    target.fail.mockImplementation(() => dialer.close());
    await dialer.start(target, async ({ open }) => {
      await open(URL);
      return connection;
    });
    expect(target.fail.mock.calls).toMatchObject([[{ name: 'OptionError' }]]);
    expect(target.attemptFailed).not.toHaveBeenCalled();
  });

  it('waits before the next try when the client could not be loaded, and so asked for no socket', async () => {
    const { dialer, clock } = setup();
    const target = bus();
    const times: number[] = [];
    const started = dialer.start(target, async () => {
      times.push(clock.now());
      if (times.length < 4) throw new TypeError('Failed to fetch dynamically imported module');
      return connection;
    });
    await clock.while(started);
    const [first = 0] = times;
    expect(times.map((time) => time - first)).toEqual([0, 0, 1000, 2000]);
  });

  it('is tried after a refusal of credentials that are asked for anew, after 1 s, 2 s … 32 s', async () => {
    let tokens = 0;
    const { dialer, clock, sockets, say } = setup(undefined, { token: async () => `t${++tokens}` });
    const target = bus();
    const opened: number[] = [];
    const presented: string[] = [];
    void dialer.start(target, async ({ open }) => {
      for (;;) {
        await open(URL);
        opened.push(clock.now());
        presented.push(dialer.ticket?.text ?? '');
        say("INFO {}\r\n-ERR 'User Authentication Expired'\r\n");
        sockets.at(-1)?.close();
      }
    });
    await clock.advance(150_000);
    const waits = opened.slice(1).map((time, index) => time - (opened[index] ?? 0));
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 32_000, 32_000]);
    expect(presented).toEqual(opened.map((_, index) => `t${index + 1}`));
    expect(target.attemptFailed.mock.calls[0]?.[0]).toMatchObject({ reason: 'user authentication expired' });
    expect(target.attemptFailed.mock.calls[0]?.[0]).toBeInstanceOf(AuthenticationError);
    expect(target.fail).not.toHaveBeenCalled();
    dialer.close();
  });

  it.each<[string, () => string | Promise<string>, RegExp]>([
    [
      'throws',
      () => {
        throw new Error('the token service is down');
      },
      /the token service is down/,
    ],
    ['rejects', () => Promise.reject(new Error('503')), /503/],
    ['never answers', () => new Promise<never>(() => undefined), /no answer within 10000 ms/],
    ['returns nothing', () => '', /empty/],
  ])('is tried again when the function for credentials %s, and says so', async (_, token, words) => {
    const { dialer, clock, sockets } = setup(undefined, { token });
    const target = bus();
    let asked = 0;
    void dialer.start(target, async ({ open }) => {
      asked++;
      await open(URL);
      return connection;
    });
    await clock.advance(25_000);
    expect(sockets).toHaveLength(0);
    expect(asked).toBeGreaterThan(1);
    expect(target.attemptFailed.mock.calls.length).toBeGreaterThan(1);
    for (const [error] of target.attemptFailed.mock.calls) {
      expect(error).toBeInstanceOf(AuthenticationError);
      expect(error.message).toMatch(words);
    }
    expect(target.fail).not.toHaveBeenCalled();
    dialer.close();
    await clock.advance(0);
    expect(clock.waiting).toBeLessThan(2);
  });

  it('ends with close', async () => {
    const { dialer, clock, sockets } = setup();
    const target = bus();
    const started = dialer.start(target, async ({ open }) => {
      await open(URL);
      throw new Error('refused');
    });
    await clock.advance(500);
    expect(sockets).toHaveLength(1);
    dialer.close();
    await started;
    expect(sockets).toHaveLength(1);
    expect(clock.waiting).toBe(0);
  });
});
