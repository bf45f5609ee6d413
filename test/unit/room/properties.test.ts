/** Properties of docs/reliability.md that no rule's own test shows: what a room does not send, lose or keep. */
import { describe, expect, it } from 'vitest';
import { Dialer } from '../../../src/bus/nats/dialer.js';
import { fakeSocket } from '../../support/fake-socket.js';
import { seeded } from '../../support/random.js';
import { names, RoomLab, statuses } from '../../support/room-lab.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const PRESENCE = 'slate.collab.presence.p1';
/** How many sessions come and go; a long run sets it. */
const CYCLES = Number(process.env.CYCLES ?? 1_000);

describe('a room', () => {
  it('property 2: a message that is repeated or late makes no event and draws no message', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const bob = await lab.join('bob');
    const heard: Uint8Array[] = [];
    const eve = lab.hub.connect();
    eve.subscribe(PRESENCE, ({ data }) => heard.push(data));
    for (const draft of [1, 2]) {
      bob.room.awareness.setLocalStateField('draft', draft);
      await lab.clock.advance(200);
    }
    bob.bus.disconnect(); // or it would defend its client id (P8)
    await lab.clock.advance(1);
    const updates: unknown[] = [];
    alice.room.awareness.on('update', (change: unknown) => updates.push(change));
    alice.seen.length = 0;
    lab.wire.length = 0;
    expect(heard).toHaveLength(2);
    for (const data of [...heard, ...heard]) eve.publish(PRESENCE, data);
    await lab.clock.advance(100);
    expect(updates).toEqual([]);
    expect(alice.seen).toEqual([]);
    expect(lab.wire.filter(({ from, subject }) => from === alice.bus && subject === PRESENCE)).toEqual([]);
  });

  it('property 3: M1: one move of a caret is one message, which each of the others receives once', async () => {
    const lab = new RoomLab();
    const people = [];
    for (let i = 0; i < 10; i++) people.push(await lab.join(`m${i}`));
    await lab.clock.advance(1_000);
    lab.wire.length = 0;
    people[0]?.room.awareness.setLocalStateField('view', { x: 0.5, y: 0.5, anchor: '' });
    await lab.clock.advance(500);
    const moves = lab.wire.filter(({ subject }) => subject.startsWith('slate.editor'));
    expect(moves.filter(({ from, to }) => from !== to)).toHaveLength(9);
    expect(new Set(moves.map(({ data }) => data.join())).size).toBe(1);
  });

  it('property 5: P7: both sides see each other one round trip after the connection is back', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const bob = await lab.join('bob');
    bob.bus.disconnect();
    await lab.clock.advance(20_000); // long enough to be removed
    expect(names(alice.room)).toEqual(['alice']);
    bob.bus.reconnect();
    await lab.clock.advance(10);
    expect(statuses(alice.room)).toEqual({ alice: 'active', bob: 'active' });
    expect(statuses(bob.room)).toEqual({ alice: 'active', bob: 'active' });
  });

  it('property 24: P7: tells its connection of how many others it hears, until it leaves', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    for (const name of ['bob', 'charlie', 'dora']) await lab.join(name);
    expect(alice.bus).toMatchObject({ crowdSize: 3 });
    await lab.clock.while(alice.room.leave());
    expect(alice.bus).toMatchObject({ crowdSize: 0 });
  });

  it('property 8: P3: a hidden tab whose timers run once a minute stays for ten minutes, shown as away', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const { clock } = lab;
    let isHidden = false;
    /** Timers as a browser runs them in a tab that has been hidden for some minutes. */
    const throttled = {
      now: clock.now,
      date: clock.date,
      after: (ms: number, fn: () => void) => {
        const due = clock.now() + ms;
        return clock.after(isHidden ? Math.ceil(due / 60_000) * 60_000 - clock.now() : ms, fn);
      },
    };
    const bob = await lab.join('bob', { clock: throttled });
    bob.room.setActivity('away');
    isHidden = true;
    await clock.advance(1_000);
    expect(statuses(alice.room).bob).toBe('away');
    alice.seen.length = 0;
    await clock.advance(600_000);
    expect(alice.seen).toEqual([]);
    expect(statuses(alice.room).bob).toBe('away');
  });

  it(
    'property 24: sessions that come and go, 1,000 of them, leave no timer, subscription or listener',
    async () => {
      const lab = new RoomLab();
      const alice = await lab.join('alice');
      const [timers, listeners] = [lab.clock.waiting, listenersOf(alice.room.awareness)];
      for (let i = 0; i < CYCLES; i++) {
        const guest = await lab.join('guest');
        await lab.clock.while(guest.room.leave());
        await guest.bus.close();
        lab.wire.length = 0;
      }
      await lab.clock.advance(200_000); // every lease, goodbye and late answer is over
      expect(lab.hub.clients).toHaveLength(1);
      expect(Math.abs(lab.clock.waiting - timers)).toBeLessThanOrEqual(3);
      expect(listenersOf(alice.room.awareness)).toBe(listeners);
      expect(names(alice.room)).toEqual(['alice']);
      expect(alice.errors).toEqual([]);
      await lab.clock.while(alice.room.leave());
      await alice.bus.close();
      await lab.clock.advance(20_000);
      expect(lab.clock.waiting).toBe(0);
    },
    60_000 + CYCLES * 50,
  );
});

const IGNORED = { attach: () => undefined, attemptFailed: () => undefined, fail: () => undefined };

describe('a crowd of 1,000', () => {
  it('property 24: P7: comes back over more than 5 s after a restart, evenly', async () => {
    const clock = new VirtualClock();
    const random = seeded(24);
    let up = true;
    const arrived: number[] = [];
    const sockets = new Set<ReturnType<typeof fakeSocket>>();
    const makeSocket = () => {
      const socket = fakeSocket();
      sockets.add(socket);
      socket.addEventListener('close', () => sockets.delete(socket));
      return socket;
    };
    for (let i = 0; i < 1_000; i++) {
      const options = { clock, random, servers: ['ws://a.example'], makeSocket, timeout: 10_000, credentials: {} };
      const dialer = new Dialer(options);
      dialer.bus = { ...IGNORED, crowdSize: 999 };
      void (async () => {
        for (;;) {
          const { socket } = await dialer.open('ws://a.example');
          const closed = new Promise((resolve) => socket.addEventListener('close', resolve));
          if (up) {
            arrived.push(clock.now());
            socket.dispatchEvent(new MessageEvent('message', { data: 'INFO {}\r\nPONG\r\n' }));
          } else socket.close();
          await closed;
        }
      })();
    }
    await clock.advance(100);
    expect(arrived).toHaveLength(1_000);
    up = false;
    arrived.length = 0;
    for (const socket of [...sockets]) socket.close();
    await clock.advance(10_000);
    up = true;
    await clock.advance(10_000);
    expect(arrived).toHaveLength(1_000);
    const [first = 0, last = 0] = [Math.min(...arrived), Math.max(...arrived)];
    expect(last - first).toBeGreaterThan(5_000);
    const buckets = new Map<number, number>();
    for (const at of arrived)
      buckets.set(Math.floor((at - first) / 100), (buckets.get(Math.floor((at - first) / 100)) ?? 0) + 1);
    const mean = 1_000 / ((last - first) / 100);
    expect(Math.max(...buckets.values()) / mean).toBeLessThan(2);
  });
});

const listenersOf = (awareness: { readonly _observers: Map<string, Set<unknown>> }) =>
  [...awareness._observers.values()].reduce((sum, { size }) => sum + size, 0);
