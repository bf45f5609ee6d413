/** P9: who watches whom, and what it takes to be called unreachable. */
import { describe, expect, it } from 'vitest';
import type { Peer } from '../../../src/presence/peers.js';
import { Prober } from '../../../src/presence/prober.js';
import { VirtualClock } from '../../support/virtual-clock.js';

/** One prober among peers, and a server that says so when nobody hears a probe. */
class Lab {
  readonly clock = new VirtualClock();
  readonly probed: number[] = [];
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
      probe: (client) => {
        this.probed.push(client);
        if (this.deaf.has(client)) this.clock.after(this.roundTrip, () => this.prober.noResponders(client));
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
