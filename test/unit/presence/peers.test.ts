/**
 * The merge of what others say: registers, leases, goodbyes, and the marks of those that do not answer.
 * Past 300 lines: one receiver, and a test for each rule of its merge.
 */
import { describe, expect, it } from 'vitest';
import { MAX_CLOCK_JUMP } from '../../../src/presence/peers.js';
import { MAX_CLIENTS } from '../../../src/protocol/presence-codec.js';
import { PeersLab, TERMS } from '../../support/peers-lab.js';
import { expectRefused } from '../../support/refused.js';

const cursor = (line: number) => ({ cursor: { line } });

describe('the registers of a client', () => {
  it('M3: the newest presence state is shown, with the fast fields of a newer batch over it', () => {
    const lab = new PeersLab();
    expect(lab.state(1, { name: 'A', ...cursor(1) })).toBe('applied');
    expect(lab.motion({ client: 5, clock: 2, presence: 1, fields: cursor(2) })).toBe('applied');
    expect(lab.shown).toEqual({ 5: { clock: 2, state: { name: 'A', ...cursor(2) } } });
    expect(lab.motion({ client: 5, clock: 4, presence: 1, fields: cursor(4) })).toBe('applied');
    expect(lab.state(3, { name: 'B', ...cursor(3) })).toBe('applied'); // overtaken by the batch
    expect(lab.shown).toEqual({ 5: { clock: 4, state: { name: 'B', ...cursor(4) } } });
    expect(lab.state(5, { name: 'C' })).toBe('applied');
    expect(lab.shown).toEqual({ 5: { clock: 5, state: { name: 'C' } } });
  });

  it('M3: what is older or repeated changes nothing and tells nobody', () => {
    const lab = new PeersLab();
    lab.state(4, { name: 'A' });
    lab.motion({ client: 5, clock: 6, presence: 4, fields: cursor(6) });
    const { shown, rosters } = lab;
    let updates = 0;
    lab.awareness.on('update', () => updates++);
    expect(lab.state(4, { name: 'forged' })).toBe('stale');
    expect(lab.state(3, { name: 'old' })).toBe('stale');
    lab.motion({ client: 5, clock: 6, presence: 4, fields: cursor(0) });
    lab.motion({ client: 5, clock: 5, presence: 4, fields: cursor(5) });
    expect(lab.shown).toEqual(shown);
    expect([lab.rosters, updates]).toEqual([rosters, 0]);
  });

  it('M3: a batch without fields is a sign of life, and changes neither the state nor how active somebody is', () => {
    const lab = new PeersLab();
    lab.state(1, { name: 'A' }, { activity: 'idle' });
    expect(lab.peers.applyMotion(5, 9, 1, undefined)).toBe('applied');
    expect(lab.shown).toEqual({ 5: { clock: 1, state: { name: 'A' } } });
    expect(lab.peer().activity).toBe('idle');
  });

  it('M4: motion or a beat that names a newer presence state than is held asks for it', () => {
    const lab = new PeersLab();
    expect(lab.motion({ client: 5, clock: 2, presence: 1, fields: cursor(2) })).toBe('unknown');
    expect(lab.beat(1)).toBe('unknown');
    lab.state(1);
    expect(lab.beat(1)).toBe('applied');
    expect(lab.beat(2)).toBe('behind');
    expect(lab.motion({ client: 5, clock: 4, presence: 3, fields: cursor(4) })).toBe('behind');
    // The batch was newer than the state it told of; the beat still tells that the state is missing.
    expect(lab.beat(3)).toBe('behind');
    lab.state(4);
    expect(lab.beat(3)).toBe('applied');
  });

  it('P1: a first state at clock 0 says nothing, as to any Yjs client', () => {
    const lab = new PeersLab();
    expect(lab.state(0)).toBe('stale');
    expect(lab.shown).toEqual({});
  });

  it('P5: a client that comes back is an arrival, once, and counts as added', () => {
    const lab = new PeersLab();
    const changes: unknown[] = [];
    lab.awareness.on('change', (change: unknown) => changes.push(change));
    for (const [clock, state] of [
      [1, {}],
      [2, null],
      [3, {}],
      [4, {}],
    ] as const) {
      lab.state(clock, state);
      lab.mirror.flush();
    }
    expect(lab.arrived).toEqual([5, 5]);
    expect(changes).toEqual([
      { added: [5], updated: [], removed: [] },
      { added: [], updated: [], removed: [5] },
      { added: [5], updated: [], removed: [] },
    ]);
  });
});

describe('the door', () => {
  it('D1, D5: a message with one clock too far is refused whole', () => {
    const lab = new PeersLab();
    lab.state(10);
    const good = { client: 6, clock: 1, state: {}, terms: TERMS };
    const bad = [
      { client: 5, clock: 10 + MAX_CLOCK_JUMP + 1, state: {}, terms: TERMS },
      { client: 5, clock: 10 + MAX_CLOCK_JUMP + 1, state: null, terms: TERMS },
      { client: 7, clock: 2 ** 32 + 1, state: {}, terms: TERMS },
      { client: 7, clock: 2 ** 32 + 1, state: null },
    ];
    for (const entry of bad) expectRefused(() => lab.take([good, entry]), 'clock');
    expect(Object.keys(lab.shown)).toEqual(['5']);
    expect(lab.take([good, { client: 5, clock: 10 + MAX_CLOCK_JUMP, state: {}, terms: TERMS }])).toBe('applied');
  });

  it('D5: the clock of a JSON client is the time of day, and may be', () => {
    const lab = new PeersLab();
    expect(lab.state(1_700_000_000_000, {}, { kind: 'json' })).toBe('applied');
  });

  it('D5: a batch may not jump either', () => {
    const lab = new PeersLab();
    lab.state(10);
    const motion = { client: 5, presence: 1, fields: {} };
    expectRefused(() => lab.motion({ ...motion, clock: 10 + MAX_CLOCK_JUMP + 1 }), 'clock');
    expect(lab.motion({ ...motion, clock: 10 + MAX_CLOCK_JUMP })).toBe('applied');
  });

  it('D2: a room holds 1000 clients, and one more is refused', () => {
    const lab = new PeersLab();
    const entry = (client: number) => ({ client, clock: 1, state: {}, terms: TERMS });
    lab.take(Array.from({ length: MAX_CLIENTS - 1 }, (_, client) => entry(client)));
    expectRefused(() => lab.take([entry(2_000), entry(2_001)]), 'limit');
    expect(lab.peers.size).toBe(MAX_CLIENTS - 1);
    lab.take([entry(2_000)]);
    expectRefused(() => lab.take([entry(2_001)]), 'limit');
    expect(lab.state(2, {}, { client: 7 })).toBe('applied'); // those who are here may go on
  });
});

describe('goodbyes', () => {
  it('P6: remove at once, whether newer or at the very clock', () => {
    for (const clock of [3, 4]) {
      const lab = new PeersLab();
      lab.state(3);
      expect(lab.state(clock, null)).toBe('applied');
      expect(lab.shown).toEqual({});
      expect(lab.removed).toEqual([5]);
    }
  });

  it('P6: that were overtaken by a return are ignored', () => {
    const lab = new PeersLab();
    lab.state(3);
    lab.motion({ client: 5, clock: 5, presence: 3, fields: {} });
    expect(lab.state(4, null)).toBe('stale');
    expect(Object.keys(lab.shown)).toEqual(['5']);
  });

  it('P6: are remembered, so that what comes late brings nobody back', () => {
    const lab = new PeersLab();
    lab.state(3);
    lab.state(7, null);
    expect(lab.state(5, null)).toBe('stale'); // an older goodbye, late, must not lower the bar
    for (const clock of [3, 6, 7]) expect(lab.state(clock)).toBe('stale');
    expect(lab.beat(7)).toBe('stale');
    expect(lab.motion({ client: 5, clock: 6, presence: 3, fields: cursor(6) })).toBe('stale');
    expect(lab.shown).toEqual({});
    expect(lab.state(8)).toBe('applied');
    expect(lab.shown[5]?.clock).toBe(8);
  });

  it('P6: of clients never heard of count too, when they overtake the state', () => {
    const lab = new PeersLab();
    expect(lab.state(2, null)).toBe('stale');
    expect(lab.state(1)).toBe('stale');
    expect(lab.shown).toEqual({});
  });

  it('D2: are remembered for 60 s, and no more than 1000 of them', async () => {
    const lab = new PeersLab();
    lab.state(9, null, { client: 1 });
    for (let client = 2; client <= MAX_CLIENTS + 1; client++) lab.state(9, null, { client });
    expect(lab.state(8, {}, { client: 1 })).toBe('applied'); // the oldest was forgotten for the newest
    expect(lab.state(8, {}, { client: 2 })).toBe('stale');
    for (let i = 0; i < 5; i++) lab.state(9, null, { client: MAX_CLIENTS + 1 }); // the same one again takes no room
    expect(lab.state(8, {}, { client: 3 })).toBe('stale');
    await lab.clock.advance(59_999);
    lab.peers.sweep();
    expect(lab.state(8, {}, { client: 2 })).toBe('stale');
    await lab.clock.advance(1);
    lab.peers.sweep();
    expect(lab.state(8, {}, { client: 2 })).toBe('applied');
  });
});

describe('leases', () => {
  it('P8: run out to the millisecond, and remove with the clock that was held', async () => {
    const lab = new PeersLab();
    lab.state(3);
    await lab.clock.advance(10_999);
    lab.peers.sweep();
    expect(lab.peers.size).toBe(1);
    await lab.clock.advance(1);
    lab.peers.sweep();
    expect(lab.shown).toEqual({});
    expect(lab.state(3)).toBe('applied'); // whatever it says again is news, at the same clock even
  });

  it('P3: are renewed by beats, batches, repeated states and new ones', async () => {
    const lab = new PeersLab();
    lab.state(3);
    const signs = [
      () => lab.beat(3),
      () => lab.motion({ client: 5, clock: 4, presence: 3, fields: {} }),
      () => lab.state(3),
      () => lab.state(5),
    ];
    for (const sign of signs) {
      await lab.clock.advance(10_000);
      sign();
      lab.peers.sweep();
      expect(lab.peer().expiresAt).toBe(lab.clock.now() + 11_000);
    }
  });

  it('P3: are as long as the sender declares, and 30 s for a stock client', async () => {
    const lab = new PeersLab();
    lab.state(1, {}, { leaseMs: 180_000, activity: 'away' });
    lab.take([{ client: 6, clock: 1, state: {} }]);
    expect(lab.peer(6)).toMatchObject({ kind: 'yjs', leaseMs: 30_000, activity: 'active' });
    await lab.clock.advance(29_999);
    lab.take([{ client: 6, clock: 2, state: {} }]);
    await lab.clock.advance(30_000);
    lab.peers.sweep();
    expect([...lab.peers].map(({ client }) => client)).toEqual([5]);
    await lab.clock.advance(120_001);
    lab.peers.sweep();
    expect(lab.peers.size).toBe(0);
  });

  it('P5: of a roster count from when the answerer heard the client', () => {
    const lab = new PeersLab();
    lab.state(1, {}, { ageMs: 4_000 });
    expect(lab.peer().expiresAt).toBe(lab.clock.now() + 7_000);
    expect(lab.state(1, {}, { client: 6, ageMs: 11_000 })).toBe('stale'); // it is not known to live
    lab.beat(1);
    expect(lab.peer().expiresAt).toBe(lab.clock.now() + 11_000);
    lab.state(1, {}, { ageMs: 4_000 });
    expect(lab.peer().expiresAt).toBe(lab.clock.now() + 11_000); // second-hand, and older than what was heard
  });

  it('P7: do not run out while nobody could be heard', async () => {
    const lab = new PeersLab();
    lab.state(1);
    lab.state(1, {}, { client: 6 });
    lab.peers.markUnreachable(6, 1);
    await lab.clock.sleep(600_000);
    lab.peers.extendLeases(600_000);
    lab.peers.sweep();
    expect(lab.peers.size).toBe(2);
    await lab.clock.advance(6_000);
    lab.peers.sweep();
    expect([...lab.peers].map(({ client }) => client)).toEqual([5]);
    await lab.clock.advance(5_000);
    lab.peers.sweep();
    expect(lab.peers.size).toBe(0);
  });
});

describe('those that do not answer', () => {
  it('P9: are marked at once and dropped 6 s later', async () => {
    const lab = new PeersLab();
    lab.state(3);
    const before = lab.rosters;
    lab.peers.markUnreachable(5, 3);
    lab.peers.markUnreachable(5, 3); // said by several; the first counts
    expect(lab.rosters).toBe(before + 1);
    expect(lab.peer().unreachableAt).toBe(lab.clock.now());
    await lab.clock.advance(5_999);
    lab.peers.sweep();
    expect(lab.peers.size).toBe(1);
    await lab.clock.advance(1);
    lab.peers.sweep();
    expect(lab.peers.size).toBe(0);
  });

  it('P9: are back with anything they say themselves', () => {
    const lab = new PeersLab();
    lab.state(3);
    const signs = [
      () => lab.beat(3),
      () => lab.state(3),
      () => lab.motion({ client: 5, clock: 4, presence: 3, fields: {} }),
      () => lab.state(5),
    ];
    for (const sign of signs) {
      lab.peers.markUnreachable(5, 100);
      expect(lab.peer().unreachableAt).toBeDefined();
      sign();
      expect(lab.peer().unreachableAt).toBeUndefined();
    }
  });

  it('P9: are not back because someone else speaks of them', async () => {
    const lab = new PeersLab();
    lab.state(3);
    await lab.clock.advance(1_000);
    lab.peers.markUnreachable(5, 3);
    lab.state(3, {}, { ageMs: 500 });
    expect(lab.peer().unreachableAt).toBeDefined();
  });

  it('P9: a report with an older clock than is held says nothing, nor one of a stranger', () => {
    const lab = new PeersLab();
    lab.state(3);
    lab.peers.markUnreachable(5, 2);
    lab.peers.markUnreachable(6, 9);
    expect(lab.peer().unreachableAt).toBeUndefined();
  });
});
