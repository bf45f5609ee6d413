/**
 * The merge of what messages tell about other clients: registers, goodbyes, leases, and clients that do not answer.
 * Past 300 lines because it has one test for each rule of that one merge.
 */
import { describe, expect, it } from 'vitest';
import { MAX_CLOCK_JUMP } from '../../../src/presence/peers.js';
import { MAX_CLIENTS } from '../../../src/protocol/presence-codec.js';
import { PeersLab, TERMS } from '../../support/peers-lab.js';
import { expectRefused } from '../../support/refused.js';

const cursor = (line: number) => ({ cursor: { line } });

describe('Peers: the registers of a client', () => {
  it('M3: shows the newest presence state, with the fast fields of a newer batch over it', () => {
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

  it('M3: an older or repeated message changes nothing and notifies nobody', () => {
    const lab = new PeersLab();
    lab.state(4, { name: 'A' });
    lab.motion({ client: 5, clock: 6, presence: 4, fields: cursor(6) });
    const { shown } = lab;
    const { count } = lab.changes;
    let updates = 0;
    lab.awareness.on('update', () => updates++);
    expect(lab.state(4, { name: 'forged' })).toBe('stale');
    expect(lab.state(3, { name: 'old' })).toBe('stale');
    lab.motion({ client: 5, clock: 6, presence: 4, fields: cursor(0) });
    lab.motion({ client: 5, clock: 5, presence: 4, fields: cursor(5) });
    expect(lab.shown).toEqual(shown);
    expect([lab.changes.count, updates]).toEqual([count, 0]);
  });

  it('M3: a batch without fields is a sign of life, and changes neither the state nor the activity', () => {
    const lab = new PeersLab();
    lab.state(1, { name: 'A' }, { activity: 'idle' });
    expect(lab.peers.applyMotion({ client: 5, clock: 9, presence: 1 }, undefined)).toBe('applied');
    expect(lab.shown).toEqual({ 5: { clock: 1, state: { name: 'A' } } });
    expect(lab.peer().activity).toBe('idle');
  });

  it('M4: motion or a heartbeat that names a newer presence state than the one held is a reason to ask for it', () => {
    const lab = new PeersLab();
    expect(lab.motion({ client: 5, clock: 2, presence: 1, fields: cursor(2) })).toBe('unknown');
    expect(lab.heartbeat(1)).toBe('unknown');
    lab.state(1);
    expect(lab.heartbeat(1)).toBe('applied');
    expect(lab.heartbeat(2)).toBe('behind');
    expect(lab.motion({ client: 5, clock: 4, presence: 3, fields: cursor(4) })).toBe('behind');
    // The batch was newer than the state it named; the heartbeat still tells that the state is missing.
    expect(lab.heartbeat(3)).toBe('behind');
    // An answer may have a newer clock than the last announcement.
    lab.states([{ client: 5, clock: 4, state: {}, terms: TERMS }], 'answered');
    expect(lab.heartbeat(3)).toBe('applied');
  });

  it('D5: an answer above the heartbeats is asked about once more, and then taken for what it is', () => {
    const lab = new PeersLab();
    const answer = (clock: number, name: string) =>
      lab.states([{ client: 5, clock, state: { user: { id: name, name } }, terms: TERMS }], 'answered');
    lab.state(2);
    lab.heartbeat(3);
    answer(9, 'one of two');
    expect(lab.heartbeat(3)).toBe('applied'); // a caret moved meanwhile, perhaps
    lab.motion({ client: 5, clock: 10, presence: 3, fields: cursor(1) });
    expect(lab.heartbeat(3)).toBe('applied'); // it did
    answer(11, 'one of two');
    expect(lab.heartbeat(3)).toBe('applied');
    expect(lab.heartbeat(3)).toBe('behind'); // or another session with this id answered, and has left it since
    answer(11, 'one of two');
    for (let i = 0; i < 5; i++) expect(lab.heartbeat(3)).toBe('applied');
    answer(12, 'one of two');
    expect(lab.heartbeat(3)).toBe('applied');
    expect(lab.heartbeat(3)).toBe('behind');
    answer(3, 'the other');
    expect(lab.shown[5]?.state).toMatchObject({ user: { name: 'the other' } });
    expect(lab.heartbeat(3)).toBe('applied');
  });

  it('P1: ignores a first state at clock 0, as every Yjs client does', () => {
    const lab = new PeersLab();
    expect(lab.state(0)).toBe('stale');
    expect(lab.shown).toEqual({});
  });

  it('P5: a client that comes back arrives once more, and counts as added', () => {
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
      lab.show();
    }
    expect(lab.arrived).toEqual([5, 5]);
    expect(changes).toEqual([
      { added: [5], updated: [], removed: [] },
      { added: [], updated: [], removed: [5] },
      { added: [5], updated: [], removed: [] },
    ]);
  });
});

describe('Peers: the door', () => {
  it('D1, D5: refuses a whole message when one clock in it is too high', () => {
    const lab = new PeersLab();
    lab.state(10);
    const good = { client: 6, clock: 1, state: {}, terms: TERMS };
    const bad = [
      { client: 5, clock: 10 + MAX_CLOCK_JUMP + 1, state: {}, terms: TERMS },
      { client: 5, clock: 10 + MAX_CLOCK_JUMP + 1, state: null, terms: TERMS },
      { client: 7, clock: 2 ** 32 + 1, state: {}, terms: TERMS },
      { client: 7, clock: 2 ** 32 + 1, state: null },
    ];
    for (const entry of bad) expectRefused(() => lab.states([good, entry]), 'clock');
    expect(Object.keys(lab.shown)).toEqual(['5']);
    expect(lab.states([good, { client: 5, clock: 10 + MAX_CLOCK_JUMP, state: {}, terms: TERMS }])).toBe('applied');
  });

  it('D5, P2: a time of day is no clock, of a JSON client neither', () => {
    const lab = new PeersLab();
    expectRefused(() => lab.state(1_700_000_000_000, {}, { kind: 'json' }), 'clock');
  });

  it('D5: refuses a batch whose clock jumps too far', () => {
    const lab = new PeersLab();
    lab.state(10);
    const motion = { client: 5, presence: 1, fields: {} };
    expectRefused(() => lab.motion({ ...motion, clock: 10 + MAX_CLOCK_JUMP + 1 }), 'clock');
    expect(lab.motion({ ...motion, clock: 10 + MAX_CLOCK_JUMP })).toBe('applied');
  });

  it('D2: holds 1000 clients, and refuses one more', () => {
    const lab = new PeersLab();
    const entry = (client: number) => ({ client, clock: 1, state: {}, terms: TERMS });
    lab.states(Array.from({ length: MAX_CLIENTS - 1 }, (_, client) => entry(client)));
    expectRefused(() => lab.states([entry(2_000), entry(2_001)]), 'limit');
    expect(lab.peers.size).toBe(MAX_CLIENTS - 1);
    lab.states([entry(2_000)]);
    expectRefused(() => lab.states([entry(2_001)]), 'limit');
    expect(lab.state(2, {}, { client: 7 })).toBe('applied'); // a client that is here already may go on
  });
});

describe('Peers: a client that was removed for its silence', () => {
  it('P8: is not brought back by somebody who heard no more of it than we did', async () => {
    const lab = new PeersLab();
    lab.state(3);
    await lab.clock.advance(11_000);
    lab.peers.sweep();
    expect(lab.removed).toEqual([5]);
    expect(lab.state(3, {}, { ageMs: 10_600 })).toBe('stale'); // its lease there has 400 ms left
    expect(lab.peers.size).toBe(0);
  });

  it('P8: is brought back by somebody who has heard of it since, and by itself', async () => {
    for (const ageMs of [2_000, 0]) {
      const lab = new PeersLab();
      lab.state(3);
      await lab.clock.advance(11_000);
      lab.peers.sweep();
      expect(lab.state(3, {}, { ageMs })).toBe('applied');
      expect(lab.peers.size).toBe(1);
    }
  });
});

describe('Peers: a goodbye', () => {
  it('P6: removes the client at once, at a newer clock or the same', () => {
    for (const clock of [3, 4]) {
      const lab = new PeersLab();
      lab.state(3);
      expect(lab.state(clock, null)).toBe('applied');
      expect(lab.shown).toEqual({});
      expect(lab.removed).toEqual([5]);
    }
  });

  it('P6: is ignored when the client has come back since', () => {
    const lab = new PeersLab();
    lab.state(3);
    lab.motion({ client: 5, clock: 5, presence: 3, fields: {} });
    expect(lab.state(4, null)).toBe('stale');
    expect(Object.keys(lab.shown)).toEqual(['5']);
  });

  it('P6: is remembered, so that a late message does not bring the client back', () => {
    const lab = new PeersLab();
    lab.state(3);
    lab.state(7, null);
    expect(lab.state(5, null)).toBe('stale'); // a late, older goodbye must not lower the remembered clock
    for (const clock of [3, 6, 7]) expect(lab.state(clock)).toBe('stale');
    expect(lab.heartbeat(7)).toBe('unknown'); // it is asked, and only its answer counts (M4)
    expect(lab.heartbeat(7, { ageMs: 100 })).toBe('stale'); // second-hand
    expect(lab.state(7)).toBe('stale');
    expect(lab.motion({ client: 5, clock: 6, presence: 3, fields: cursor(6) })).toBe('stale');
    expect(lab.shown).toEqual({});
    expect(lab.state(8)).toBe('applied');
    expect(lab.shown[5]?.clock).toBe(8);
  });

  it('P6: counts for an unknown client too, when it overtakes the state', () => {
    const lab = new PeersLab();
    expect(lab.state(2, null)).toBe('stale');
    expect(lab.state(1)).toBe('stale');
    expect(lab.shown).toEqual({});
  });

  it('D2: is remembered for 60 s, among 1000 at most', async () => {
    const lab = new PeersLab();
    lab.state(9, null, { client: 1 });
    for (let client = 2; client <= MAX_CLIENTS + 1; client++) lab.state(9, null, { client });
    expect(lab.state(8, {}, { client: 1 })).toBe('applied'); // the oldest was forgotten for the newest
    expect(lab.state(8, {}, { client: 2 })).toBe('stale');
    // A repeated goodbye displaces no other.
    for (let i = 0; i < 5; i++) lab.state(9, null, { client: MAX_CLIENTS + 1 });
    expect(lab.state(8, {}, { client: 3 })).toBe('stale');
    await lab.clock.advance(59_999);
    lab.peers.sweep();
    expect(lab.state(8, {}, { client: 2 })).toBe('stale');
    await lab.clock.advance(1);
    lab.peers.sweep();
    expect(lab.state(8, {}, { client: 2 })).toBe('applied');
  });
});

describe('Peers: a lease', () => {
  it('P8: runs out to the millisecond, and the client is removed with the clock it had', async () => {
    const lab = new PeersLab();
    lab.state(3);
    await lab.clock.advance(10_999);
    lab.peers.sweep();
    expect(lab.peers.size).toBe(1);
    await lab.clock.advance(1);
    lab.peers.sweep();
    expect(lab.shown).toEqual({});
    expect(lab.state(3)).toBe('applied'); // whatever it announces now is newer, even at the same clock
  });

  it('P3: is renewed by heartbeats, batches, repeated states and new states', async () => {
    const lab = new PeersLab();
    lab.state(3);
    const signs = [
      () => lab.heartbeat(3),
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

  it('P3: is as long as the sender declares, and 30 s for a stock client', async () => {
    const lab = new PeersLab();
    lab.state(1, {}, { leaseMs: 180_000, activity: 'away' });
    lab.states([{ client: 6, clock: 1, state: {} }]);
    expect(lab.peer(6)).toMatchObject({ kind: 'yjs', leaseMs: 30_000, activity: 'active' });
    await lab.clock.advance(29_999);
    lab.states([{ client: 6, clock: 2, state: {} }]);
    await lab.clock.advance(30_000);
    lab.peers.sweep();
    expect([...lab.peers].map(({ client }) => client)).toEqual([5]);
    await lab.clock.advance(120_001);
    lab.peers.sweep();
    expect(lab.peers.size).toBe(0);
  });

  it('P5: in a roster counts from when the answering member received the last sign of life', () => {
    const lab = new PeersLab();
    lab.state(1, {}, { ageMs: 4_000 });
    expect(lab.peer().expiresAt).toBe(lab.clock.now() + 7_000);
    expect(lab.state(1, {}, { client: 6, ageMs: 11_000 })).toBe('stale'); // its lease has run out already
    lab.heartbeat(1);
    expect(lab.peer().expiresAt).toBe(lab.clock.now() + 11_000);
    lab.state(1, {}, { ageMs: 4_000 });
    // Second-hand, and older than what we received ourselves.
    expect(lab.peer().expiresAt).toBe(lab.clock.now() + 11_000);
  });

  it('P13: of two rosters the newer state counts, whichever comes first', () => {
    const lab = new PeersLab();
    lab.state(3, { draft: 'new' }, { ageMs: 100 });
    expect(lab.state(2, { draft: 'old' }, { ageMs: 100 })).toBe('stale');
    expect(lab.peer().state).toEqual({ draft: 'new' });
    expect(lab.state(4, { draft: 'newer' }, { ageMs: 100 })).toBe('applied');
  });

  it('P7: does not run out while nothing could be received', async () => {
    const lab = new PeersLab();
    lab.state(1);
    lab.state(1, {}, { client: 6 });
    lab.peers.markUnreachable(6);
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

describe('Peers: a client that does not answer', () => {
  it('P9: is marked at once and removed 6 s later', async () => {
    const lab = new PeersLab();
    lab.state(3);
    const before = lab.changes.count;
    lab.peers.markUnreachable(5);
    lab.peers.markUnreachable(5); // several members report it; the first report counts
    expect(lab.changes.count).toBe(before + 1);
    expect(lab.peer().unreachableAt).toBe(lab.clock.now());
    await lab.clock.advance(5_999);
    lab.peers.sweep();
    expect(lab.peers.size).toBe(1);
    await lab.clock.advance(1);
    lab.peers.sweep();
    expect(lab.peers.size).toBe(0);
  });

  it('P9: is back with any sign of life of its own', () => {
    const lab = new PeersLab();
    lab.state(3);
    const signs = [
      () => lab.heartbeat(3),
      () => lab.state(3),
      () => lab.motion({ client: 5, clock: 4, presence: 3, fields: {} }),
      () => lab.state(5),
    ];
    for (const sign of signs) {
      lab.peers.markUnreachable(5);
      expect(lab.peer().unreachableAt).toBeDefined();
      sign();
      expect(lab.peer().unreachableAt).toBeUndefined();
    }
  });

  it('P9: is not back because a roster mentions it', async () => {
    const lab = new PeersLab();
    lab.state(3);
    await lab.clock.advance(1_000);
    lab.peers.markUnreachable(5);
    lab.state(3, {}, { ageMs: 500 });
    expect(lab.peer().unreachableAt).toBeDefined();
  });

  it('P9: a report changes nothing with an older clock, or about or by an unknown client', () => {
    const lab = new PeersLab();
    lab.state(3);
    lab.state(3, {}, { client: 6 });
    for (const report of [
      { by: 6, client: 5, clock: 2 },
      { by: 6, client: 7, clock: 9 },
      { by: 7, client: 5, clock: 9 },
    ]) {
      expect(lab.peers.mayBeUnreachable(report, undefined)).toBe(false);
    }
    expect(lab.peers.mayBeUnreachable({ by: 6, client: 5, clock: 3 }, undefined)).toBe(true);
    expect(lab.peer().unreachableAt).toBeUndefined(); // before the server says so too
  });
});
