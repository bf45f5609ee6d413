/** P9: who watches whom, and what it takes to be called unreachable. */
import { describe, expect, it } from 'vitest';
import { NotConnectedError } from '../../../src/errors.js';
import type { Peer } from '../../../src/presence/peers.js';
import { NOBODY, Prober } from '../../../src/presence/prober.js';
import { VirtualClock } from '../../support/virtual-clock.js';

/** One prober among peers, and a server that says so when nobody hears a probe; unless someone listens to all. */
class Lab {
  readonly clock = new VirtualClock();
  readonly probed: number[] = [];
  /** Of those, the ones that were questions. */
  readonly asked: number[] = [];
  /** How often the server was asked whether it would say so. */
  nobody = 0;
  /** Someone listens to every subject. */
  overheard = false;
  connected = true;
  readonly declared: number[] = [];
  readonly deaf = new Set<number>();
  readonly peers: Peer[];
  readonly prober: Prober;
  /** How long the server's word takes. */
  roundTrip = 1;

  constructor(clients: readonly number[], own = 100) {
    this.peers = clients.map((client) => this.peer(client));
    this.prober = new Prober({
      clock: this.clock,
      client: () => own,
      peers: this.peers,
      probe: (client, ask) => {
        if (client === NOBODY) this.nobody++;
        else this.probed.push(client);
        if (!this.connected) return;
        if (ask) this.asked.push(client);
        const heard = this.overheard || !(client === NOBODY || this.deaf.has(client));
        if (!heard) this.clock.after(this.roundTrip, () => this.prober.noResponders(client));
        else if (ask && !this.deaf.has(client)) {
          this.clock.after(this.roundTrip, () => this.set(client, { heardAt: this.clock.now() }));
        }
      },
      ping: async () => {
        if (!this.connected) throw new NotConnectedError('ping');
        await new Promise<void>((resolve) => this.clock.after(this.roundTrip, resolve));
      },
      unreachable: (peer) => {
        this.declared.push(peer.client);
        peer.unreachableAt = this.clock.now();
      },
    });
  }

  peer(client: number): Peer {
    const heardAt = this.clock.now();
    return {
      client,
      kind: 'slate',
      clock: 1,
      state: {},
      motionClock: 0,
      motion: {},
      activity: 'active',
      leaseMs: 11_000,
      heardAt,
      expiresAt: heardAt + 11_000,
      unreachableAt: undefined,
    };
  }

  /** The peer with this id, changed. */
  set(client: number, change: Partial<Peer>): void {
    Object.assign(this.peers.find((peer) => peer.client === client) as Peer, change);
  }

  get watched(): number[] {
    return this.prober.watched().map(({ client }) => client);
  }
}

describe('the ring', () => {
  it('P9: a member watches the next higher client id, and the highest watches the lowest', () => {
    expect(new Lab([50, 300, 200], 100).watched).toEqual([200]);
    expect(new Lab([50, 300, 200], 400).watched).toEqual([50]);
    expect(new Lab([50, 300, 200], 1).watched).toEqual([50]);
    expect(new Lab([], 1).watched).toEqual([]);
  });

  it('P9: in a room of any size everyone is watched by exactly one', () => {
    const clients = [9, 1, 500, 33, 32, 70_000, 2 ** 32 - 1];
    const watched = clients.flatMap(
      (own) =>
        new Lab(
          clients.filter((other) => other !== own),
          own,
        ).watched,
    );
    expect(watched.sort((a, b) => a - b)).toEqual([...clients].sort((a, b) => a - b));
  });

  it('P3, P9: stock and JSON clients and the unreachable are not in it', () => {
    const lab = new Lab([101, 102, 103, 104]);
    lab.set(101, { kind: 'yjs' });
    lab.set(102, { kind: 'json' });
    lab.set(103, { unreachableAt: 1 });
    expect(lab.watched).toEqual([104]);
  });

  it('P9: behind one that is away the next is watched too, up to 8', () => {
    const lab = new Lab([101, 102, 103]);
    lab.set(101, { activity: 'away' });
    expect(lab.watched).toEqual([101, 102]);
    lab.set(102, { activity: 'idle' });
    expect(lab.watched).toEqual([101, 102]);
    const all = new Lab(Array.from({ length: 20 }, (_, i) => i + 101));
    for (const peer of all.peers) peer.activity = 'away';
    expect(all.watched).toEqual([101, 102, 103, 104, 105, 106, 107, 108]);
  });
});

describe('a probe', () => {
  it('P9: goes out once a second, and the living do nothing', async () => {
    const lab = new Lab([101, 102]);
    await lab.clock.advance(5_000);
    expect(lab.probed).toEqual([101, 101, 101, 101, 101]);
    expect(lab.declared).toEqual([]);
  });

  it('P9: that nobody heard is repeated after 250 ms before anything is said', async () => {
    const lab = new Lab([101, 102]);
    lab.deaf.add(101);
    await lab.clock.advance(1_000 + 1 + 249);
    expect(lab.probed).toEqual([101]);
    expect(lab.declared).toEqual([]);
    await lab.clock.advance(1 + 1);
    expect(lab.declared).toEqual([101]);
    expect(lab.clock.now()).toBeLessThanOrEqual(1_000 + 2_000); // the clock starts at 1 s: a death is seen within 2 s
  });

  it('P9: after a death the next in the ring is probed at once, so that two deaths are seen together', async () => {
    const lab = new Lab([101, 102, 103]);
    lab.deaf.add(101).add(102);
    await lab.clock.advance(1_600);
    expect(lab.declared).toEqual([101, 102]);
    expect(lab.watched).toEqual([103]);
    await lab.clock.advance(5_000);
    expect(lab.declared).toEqual([101, 102]); // each once
  });

  it('P9: that failed once is forgiven: a blip of one probe says nothing', async () => {
    const lab = new Lab([101, 102]);
    lab.deaf.add(101);
    await lab.clock.advance(1_001);
    lab.deaf.delete(101);
    await lab.clock.advance(60_000);
    expect(lab.declared).toEqual([]);
  });

  it('P9: is not repeated to one that has spoken since', async () => {
    const lab = new Lab([101, 102]);
    lab.deaf.add(101);
    await lab.clock.advance(1_001);
    lab.set(101, { heardAt: lab.clock.now() + 100 });
    lab.deaf.delete(101);
    await lab.clock.advance(300);
    expect(lab.probed).toEqual([101]);
  });

  it('P9: two failures between which it spoke are no proof', async () => {
    const lab = new Lab([101, 102]);
    lab.roundTrip = 100;
    lab.deaf.add(101);
    await lab.clock.advance(1_100 + 251); // the second is on its way
    lab.set(101, { heardAt: lab.clock.now() });
    lab.deaf.delete(101);
    await lab.clock.advance(60_000);
    expect(lab.declared).toEqual([]);
  });

  it('P9: a suspicion is forgotten after 2 s', async () => {
    const lab = new Lab([101, 102]);
    lab.prober.noResponders(101);
    await lab.clock.advance(2_001);
    lab.prober.noResponders(101);
    expect(lab.declared).toEqual([]);
    await lab.clock.advance(250);
    lab.prober.noResponders(101);
    expect(lab.declared).toEqual([101]);
  });

  it('P9: of one that is not here, or is known not to answer, says nothing', () => {
    const lab = new Lab([101]);
    lab.set(101, { unreachableAt: 1 });
    for (const client of [101, 999, Number.NaN]) {
      lab.prober.noResponders(client);
      lab.prober.noResponders(client);
    }
    expect(lab.declared).toEqual([]);
  });

  it('stops with the prober, and leaves no timer', async () => {
    const lab = new Lab([101]);
    lab.deaf.add(101);
    await lab.clock.advance(1_001);
    lab.prober.stop();
    await lab.clock.advance(10_000);
    expect(lab.probed).toEqual([101]);
    expect(lab.clock.waiting).toBe(0);
  });
});

describe('where someone listens to everything', () => {
  it('P10: probes are questions, and the living answer', async () => {
    const lab = new Lab([101, 102]);
    lab.overheard = true;
    await lab.clock.advance(20_000);
    expect(lab.asked.length).toBeGreaterThan(15);
    expect(new Set(lab.asked)).toEqual(new Set([101]));
    expect(lab.declared).toEqual([]);
  });

  it('P10: a death is seen within 4 s all the same', async () => {
    for (let phase = 0; phase < 1_000; phase += 170) {
      const lab = new Lab([101, 102]);
      lab.overheard = true;
      await lab.clock.advance(5_000 + phase);
      lab.deaf.add(101);
      await lab.clock.advance(4_000);
      expect(lab.declared).toEqual([101]);
    }
  });

  it('P10: one answer that is late says nothing', async () => {
    const lab = new Lab([101, 102]);
    lab.overheard = true;
    await lab.clock.advance(5_000);
    lab.roundTrip = 1_400;
    await lab.clock.advance(1_000);
    lab.roundTrip = 1;
    await lab.clock.advance(60_000);
    expect(lab.declared).toEqual([]);
  });

  it('P10: those that are away are not asked: their pages may sleep', async () => {
    const lab = new Lab([101, 102]);
    lab.overheard = true;
    lab.set(101, { activity: 'away' });
    await lab.clock.advance(20_000);
    expect(new Set(lab.asked)).toEqual(new Set([102]));
  });

  it('P10: without a connection, or on one that does not answer, silence says nothing', async () => {
    const lab = new Lab([101, 102]);
    lab.overheard = true;
    await lab.clock.advance(5_000);
    lab.connected = false;
    await lab.clock.advance(60_000);
    lab.connected = true;
    expect(lab.declared).toEqual([]);
    lab.roundTrip = 1_000_000; // half open: what we send goes nowhere
    await lab.clock.advance(60_000);
    expect(lab.declared).toEqual([]);
  });

  it('P10: is noticed when they come, and when they go', async () => {
    const lab = new Lab([101, 102]);
    await lab.clock.advance(3_000);
    expect(lab.asked).toEqual([]);
    lab.overheard = true;
    await lab.clock.advance(20_000);
    expect(lab.asked.length).toBeGreaterThan(0);
    lab.overheard = false;
    await lab.clock.advance(20_000);
    lab.asked.length = 0;
    await lab.clock.advance(20_000);
    expect(lab.asked).toEqual([]);
  });

  it('P10: costs one probe each 15 s to find out, and nothing alone', async () => {
    const lab = new Lab([101]);
    await lab.clock.advance(60_000);
    expect(lab.nobody).toBe(4);
    const alone = new Lab([]);
    await alone.clock.advance(60_000);
    expect(alone.nobody).toBe(0);
  });
});
