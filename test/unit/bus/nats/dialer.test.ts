import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { Dialer, LONGEST_WAIT_MS } from '../../../../src/bus/nats/dialer.js';
import type { NatsConnectionLike } from '../../../../src/bus/nats/nats-connection.js';
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
function setup(chance: () => number = () => 0.5, online?: null) {
  const clock = new VirtualClock();
  const sockets: ReturnType<typeof fakeSocket>[] = [];
  let goOnline: (() => void) | undefined;
  const onlineSignal = (fn: () => void) => {
    goOnline = fn;
    return () => {
      goOnline = undefined;
    };
  };
  const dialer = new Dialer({
    clock,
    random: chance,
    servers: [URL],
    makeSocket: () => {
      const socket = fakeSocket();
      sockets.push(socket);
      return socket;
    },
    timeout: 10_000,
    ...(online !== null && { online: onlineSignal }),
  });
  const last = () => sockets.at(-1);
  /** The last socket ends, the client asks for the next: how many milliseconds until that is opened? */
  async function wait(): Promise<number> {
    last()?.close();
    const start = clock.now();
    const before = sockets.length;
    void dialer.open(URL);
    await turns();
    while (sockets.length === before) {
      expect(clock.now() - start).toBeLessThan(LONGEST_WAIT_MS + 1);
      await clock.advance(1);
    }
    return clock.now() - start;
  }
  /** The last attempt succeeds. */
  function connected(): void {
    last()?.dispatchEvent(new MessageEvent('message', { data: 'INFO' }));
    dialer.connected();
  }
  const subscribed = () => goOnline !== undefined;
  return { clock, dialer, sockets, last, wait, connected, goOnline: () => goOnline?.(), subscribed };
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

  it('ends a wait when the browser says that it is online, and then waits as before', async () => {
    const { clock, dialer, sockets, last, wait, goOnline } = setup();
    await wait();
    last()?.close();
    void dialer.open(URL);
    await clock.advance(300);
    expect(sockets).toHaveLength(1);
    goOnline();
    await turns();
    expect(sockets).toHaveLength(2);
    expect(clock.waiting).toBe(1); // the wait for the greeting
    expect(await wait()).toBe(1000);
  });

  it('gives up an attempt that began offline, and makes the next at once', async () => {
    const { last, wait, connected, goOnline } = setup();
    await wait();
    goOnline();
    expect(last()?.readyState).toBe(WebSocket.CLOSED);
    expect(await wait()).toBe(0);
    expect(await wait()).toBe(1000);
    connected();
    goOnline();
    expect(last()?.readyState).toBe(WebSocket.OPEN); // a live connection stays
  });

  it('stops with close: a wait under way, later attempts, and its subscription to the online event', async () => {
    const { clock, dialer, sockets, last, wait, connected, subscribed } = setup();
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
    expect(subscribed()).toBe(false);
  });

  describe('in a page', () => {
    afterEach(() => vi.unstubAllGlobals());

    it("subscribes to the page's own online event", async () => {
      const page = new EventTarget();
      vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
      vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
      const { dialer, last, wait } = setup(() => 0, null);
      await wait();
      page.dispatchEvent(new Event('online'));
      expect(last()?.readyState).toBe(WebSocket.CLOSED);
      await wait();
      const remove = vi.spyOn(page, 'removeEventListener');
      vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
      dialer.close();
      expect(remove).toHaveBeenCalledTimes(1);
    });
  });
});

describe('the first connection', () => {
  const bus = () => ({ attach: vi.fn(), attemptFailed: vi.fn(), fail: vi.fn() });
  const connection: NatsConnectionLike = Object.create(null);

  it('is tried until the client has one', async () => {
    const { dialer, wait, clock } = setup();
    const target = bus();
    let attempts = 0;
    const started = dialer.start(target, async (open) => {
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

  it.each([new AuthenticationError([URL], 'wrong password'), new OptionError('servers', 'is wrong')])(
    'is not tried again after %s',
    async (error) => {
      const { dialer } = setup();
      const target = bus();
      const connect = vi.fn(() => Promise.reject(error));
      target.fail.mockImplementation(() => dialer.close());
      await dialer.start(target, connect);
      expect(target.fail).toHaveBeenCalledExactlyOnceWith(error);
      expect(connect).toHaveBeenCalledTimes(1);
      expect(target.attemptFailed).not.toHaveBeenCalled();
    },
  );

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

  it('ends with close', async () => {
    const { dialer, clock, sockets } = setup();
    const target = bus();
    const started = dialer.start(target, async (open) => {
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
