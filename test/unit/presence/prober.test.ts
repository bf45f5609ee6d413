/**
 * P9, P10: which clients a member watches, and what it takes to report one as unreachable. Past 300 lines: one
 * ring, and a test for each way in which it can be mistaken.
 */
import { describe, expect, it } from 'vitest';
import { delay } from '../../../src/clock.js';
import { NotConnectedError } from '../../../src/errors.js';
import type { Peer } from '../../../src/presence/peers.js';
import { NOBODY, type ProbeLine, Prober } from '../../../src/presence/prober.js';
import { seeded } from '../../support/random.js';
import { VirtualClock } from '../../support/virtual-clock.js';

/**
 * A prober among peers. The server tells when nobody subscribes to a probe, unless someone subscribes to everything.
 */
class Lab implements ProbeLine {
  readonly clock = new VirtualClock();
  readonly probed: number[] = [];
  /** The probes that were questions. */
  readonly asked: number[] = [];
  /** How often the prober tested whether the server can tell. */
  nobody = 0;
  /** Someone subscribes to every subject. */
  observed = false;
  connected = true;
  readonly declared: number[] = [];
  /** The clients that died. */
  readonly dead = new Set<number>();
  readonly peers: Peer[];
  readonly prober: Prober;
  /** Between a publish and the server's answer to it. Milliseconds. */
  roundTrip = 1;

  constructor(clients: readonly number[], own = 100) {
    this.peers = clients.map((client) => this.peer(client));
    this.prober = new Prober({ clock: this.clock, random: seeded(1), own: { id: own }, peers: this.peers, line: this });
  }

  probe(client: number, ask: boolean): void {
    if (client === NOBODY) this.nobody++;
    else this.probed.push(client);
    if (!this.connected) return;
    if (ask) this.asked.push(client);
    const subscribed = this.observed || !(client === NOBODY || this.dead.has(client));
    if (!subscribed) this.clock.after(this.roundTrip, () => this.prober.noResponders(client));
    else if (ask && !this.dead.has(client)) {
      this.clock.after(this.roundTrip, () => this.set(client, { receivedAt: this.clock.now() }));
    }
  }

  async ping(): Promise<void> {
    if (!this.connected) throw new NotConnectedError('ping');
    await delay(this.clock, this.roundTrip);
  }

  unreachable(peer: Peer): void {
    this.declared.push(peer.client);
    peer.unreachableAt = this.clock.now();
  }

  peer(client: number): Peer {
    const receivedAt = this.clock.now();
    return {
      client,
      hash: 0,
      kind: 'slate',
      clock: 1,
      state: {},
      source: 'said',
      shown: {},
      speaker: undefined,
      motionClock: 0,
      motion: {},
      activity: 'active',
      leaseMs: 11_000,
      guarded: false,
      receivedAt,
      expiresAt: receivedAt + 11_000,
      unreachableAt: undefined,
      doubted: false,
      joinedAt: Number.NEGATIVE_INFINITY,
      beat: undefined,
      answeredBeat: undefined,
      usualBeats: 1,
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

describe('Prober: the ring', () => {
  it('P9: a member watches the next higher client id, and the highest watches the lowest', () => {
    expect(new Lab([50, 300, 200], 100).watched).toEqual([200]);
    expect(new Lab([50, 300, 200], 400).watched).toEqual([50]);
    expect(new Lab([50, 300, 200], 1).watched).toEqual([50]);
    expect(new Lab([], 1).watched).toEqual([]);
  });

  it('P9: in a room of any size each member is watched by exactly one other', () => {
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

  it('P3, P9: stock clients, JSON clients and unreachable clients are not in it', () => {
    const lab = new Lab([101, 102, 103, 104]);
    lab.set(101, { kind: 'yjs' });
    lab.set(102, { kind: 'json' });
    lab.set(103, { unreachableAt: 1 });
    expect(lab.watched).toEqual([104]);
  });

  it('P9: a member whose neighbour is away watches the next one too, 8 at most', () => {
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

describe('Prober: a probe', () => {
  it('P9: is sent once a second, and living clients do nothing', async () => {
    const lab = new Lab([101, 102]);
    await lab.clock.advance(5_000);
    expect(lab.probed).toEqual([101, 101, 101, 101, 101]);
    expect(lab.declared).toEqual([]);
  });

  it('P9: without a subscriber is repeated after 250 ms before the client is reported', async () => {
    const lab = new Lab([101, 102]);
    lab.dead.add(101);
    await lab.clock.advance(1_000 + 1 + 249);
    expect(lab.probed).toEqual([101]);
    expect(lab.declared).toEqual([]);
    await lab.clock.advance(1 + 1);
    expect(lab.declared).toEqual([101]);
    // The clock starts at 1 s: a death is noticed within 2 s.
    expect(lab.clock.now()).toBeLessThanOrEqual(1_000 + 2_000);
  });

  it('P9: is sent to the next in the ring at once after a death, so that two deaths are noticed together', async () => {
    const lab = new Lab([101, 102, 103]);
    lab.dead.add(101).add(102);
    await lab.clock.advance(1_600);
    expect(lab.declared).toEqual([101, 102]);
    expect(lab.watched).toEqual([103]);
    await lab.clock.advance(5_000);
    expect(lab.declared).toEqual([101, 102]); // each once
  });

  it('P9: that fails once proves nothing when the repeated one succeeds', async () => {
    const lab = new Lab([101, 102]);
    lab.dead.add(101);
    await lab.clock.advance(1_001);
    lab.dead.delete(101);
    await lab.clock.advance(60_000);
    expect(lab.declared).toEqual([]);
  });

  it('P9: is not repeated when the client gave a sign of life since', async () => {
    const lab = new Lab([101, 102]);
    lab.dead.add(101);
    await lab.clock.advance(1_001);
    lab.set(101, { receivedAt: lab.clock.now() + 100 });
    lab.dead.delete(101);
    await lab.clock.advance(300);
    expect(lab.probed).toEqual([101]);
  });

  it('P9: proves nothing when the client gave a sign of life between two failures', async () => {
    const lab = new Lab([101, 102]);
    lab.roundTrip = 100;
    lab.dead.add(101);
    await lab.clock.advance(1_100 + 251); // the second one is on its way
    lab.set(101, { receivedAt: lab.clock.now() });
    lab.dead.delete(101);
    await lab.clock.advance(60_000);
    expect(lab.declared).toEqual([]);
  });

  it('P9: that failed more than 2 s ago is no longer held against the client', async () => {
    const lab = new Lab([101, 102]);
    lab.prober.noResponders(101);
    await lab.clock.advance(2_001);
    lab.prober.noResponders(101);
    expect(lab.declared).toEqual([]);
    await lab.clock.advance(250);
    lab.prober.noResponders(101);
    expect(lab.declared).toEqual([101]);
  });

  it('P9: to a client that is not here, or is unreachable already, reports nothing', () => {
    const lab = new Lab([101]);
    lab.set(101, { unreachableAt: 1 });
    for (const client of [101, 999, Number.NaN]) {
      lab.prober.noResponders(client);
      lab.prober.noResponders(client);
    }
    expect(lab.declared).toEqual([]);
  });

  it('is not sent after the prober has stopped, which leaves no timer', async () => {
    const lab = new Lab([101]);
    lab.dead.add(101);
    await lab.clock.advance(1_001);
    lab.prober.stop();
    await lab.clock.advance(10_000);
    expect(lab.probed).toEqual([101]);
    expect(lab.clock.waiting).toBe(0);
  });
});

describe('Prober: where someone subscribes to everything', () => {
  it('P10: probes are questions, which living clients answer', async () => {
    const lab = new Lab([101, 102]);
    lab.observed = true;
    await lab.clock.advance(20_000);
    expect(lab.asked.length).toBeGreaterThan(15);
    expect(new Set(lab.asked)).toEqual(new Set([101]));
    expect(lab.declared).toEqual([]);
  });

  it('P10: a death is noticed within 4 s', async () => {
    for (let phase = 0; phase < 1_000; phase += 170) {
      const lab = new Lab([101, 102]);
      lab.observed = true;
      await lab.clock.advance(5_000 + phase);
      lab.dead.add(101);
      await lab.clock.advance(4_000);
      expect(lab.declared).toEqual([101]);
    }
  });

  it('P10: one late answer proves nothing', async () => {
    const lab = new Lab([101, 102]);
    lab.observed = true;
    await lab.clock.advance(5_000);
    lab.roundTrip = 1_400;
    await lab.clock.advance(1_000);
    lab.roundTrip = 1;
    await lab.clock.advance(60_000);
    expect(lab.declared).toEqual([]);
  });

  it('P10: clients that are away are not asked, because their pages may sleep', async () => {
    const lab = new Lab([101, 102]);
    lab.observed = true;
    lab.set(101, { activity: 'away' });
    await lab.clock.advance(20_000);
    expect(new Set(lab.asked)).toEqual(new Set([102]));
  });

  it('P10: silence proves nothing without a connection, or on one that does not answer', async () => {
    const lab = new Lab([101, 102]);
    lab.observed = true;
    await lab.clock.advance(5_000);
    lab.connected = false;
    await lab.clock.advance(60_000);
    lab.connected = true;
    expect(lab.declared).toEqual([]);
    lab.roundTrip = 1_000_000; // half open: nothing that we send arrives
    await lab.clock.advance(60_000);
    expect(lab.declared).toEqual([]);
  });

  it('P10: the prober notices when that subscriber comes, and when it goes', async () => {
    const lab = new Lab([101, 102]);
    await lab.clock.advance(3_000);
    expect(lab.asked).toEqual([]);
    lab.observed = true;
    await lab.clock.advance(20_000);
    expect(lab.asked.length).toBeGreaterThan(0);
    lab.observed = false;
    await lab.clock.advance(20_000);
    lab.asked.length = 0;
    await lab.clock.advance(20_000);
    expect(lab.asked).toEqual([]);
  });

  it('P10: the test costs one probe every 15 s, and nothing while alone', async () => {
    const lab = new Lab([101]);
    await lab.clock.advance(60_000);
    expect(lab.nobody).toBe(4);
    const alone = new Lab([]);
    await alone.clock.advance(60_000);
    expect(alone.nobody).toBe(0);
  });
});
