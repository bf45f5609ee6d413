import { afterEach, describe, expect, it, vi } from 'vitest';
import { Dialer, LONGEST_WAIT_MS } from '../../../../src/bus/nats/dialer.js';
import { turns, VirtualClock } from '../../../support/virtual-clock.js';

function setup(chance: () => number = () => 0.5) {
  const clock = new VirtualClock();
  const chances: (() => number)[] = [];
  const abandon = vi.fn();
  let goOnline: (() => void) | undefined;
  const dialer = new Dialer({
    clock,
    random: () => (chances.shift() ?? chance)(),
    online: (fn) => {
      goOnline = fn;
      return () => {
        goOnline = undefined;
      };
    },
    abandon,
  });
  /** Milliseconds until the next try may be made. */
  async function wait(): Promise<number> {
    const start = clock.now();
    let due: boolean | undefined;
    void dialer.turn().then((value) => {
      due = value;
    });
    await turns();
    while (due === undefined) {
      expect(clock.now() - start).toBeLessThan(LONGEST_WAIT_MS + 1);
      await clock.advance(1);
    }
    expect(due).toBe(true);
    return clock.now() - start;
  }
  return { clock, dialer, wait, abandon, online: () => goOnline?.(), listening: () => goOnline !== undefined };
}

describe('P7: when to connect', () => {
  it('tries at once the first time, then every second ± 30 %, for ever', async () => {
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
      const { wait, dialer } = setup(() => chance);
      await wait();
      for (let loss = 0; loss < 3; loss++) {
        dialer.connected();
        expect(await wait()).toBe(first);
        expect(await wait()).toBe(next);
        expect(await wait()).toBe(next);
      }
    }
  });

  it('spreads a crowd: no instant has more than its share of first tries', async () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 16807) % 2147483647;
      return seed / 2147483647;
    };
    const buckets = new Array<number>(5).fill(0);
    for (let n = 0; n < 500; n++) {
      const { wait, dialer } = setup(random);
      dialer.connected();
      const bucket = Math.min(4, Math.floor((await wait()) / 100));
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    for (const count of buckets) expect(count).toBeGreaterThan(60); // 100 each on average
  });

  it('tries at once when the browser says it is online, and goes on as before', async () => {
    const { clock, dialer, wait, online } = setup();
    await wait();
    let due: boolean | undefined;
    void dialer.turn().then((value) => {
      due = value;
    });
    await clock.advance(300);
    expect(due).toBeUndefined();
    online();
    await turns();
    expect(due).toBe(true);
    expect(clock.waiting).toBe(0);
    expect(await wait()).toBe(1000);
  });

  it('gives up a try that began offline, and makes the next at once', async () => {
    const { dialer, wait, online, abandon } = setup();
    await wait();
    online();
    expect(abandon).toHaveBeenCalledTimes(1);
    expect(await wait()).toBe(0);
    expect(await wait()).toBe(1000);
    dialer.connected();
    online();
    expect(abandon).toHaveBeenCalledTimes(1); // a live connection is left alone
  });

  it('ends with close: a wait under way, later turns, the listener', async () => {
    const { clock, dialer, wait, listening } = setup();
    await wait();
    const turn = dialer.turn();
    await turns();
    dialer.close();
    dialer.close();
    expect(await turn).toBe(false);
    expect(await dialer.turn()).toBe(false);
    dialer.connected();
    expect(await dialer.turn()).toBe(false);
    expect(clock.waiting).toBe(0);
    expect(listening()).toBe(false);
  });

  describe('in a page', () => {
    afterEach(() => vi.unstubAllGlobals());

    it("listens to the page's own online event", async () => {
      const page = new EventTarget();
      vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
      vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
      const abandon = vi.fn();
      const dialer = new Dialer({ clock: new VirtualClock(), random: () => 0, abandon });
      await dialer.turn();
      page.dispatchEvent(new Event('online'));
      expect(abandon).toHaveBeenCalledTimes(1);
      dialer.close();
      page.dispatchEvent(new Event('online'));
      expect(abandon).toHaveBeenCalledTimes(1);
    });
  });
});
