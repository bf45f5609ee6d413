/** M11: what a session takes in of one sender, and of all whom it does not know. */
import { describe, expect, it } from 'vitest';
import type { ProtocolError } from '../../../src/errors.js';
import { encodeBatch } from '../../../src/protocol/cursor-codec.js';
import { encodeAsk, encodeHeartbeat, encodeStates } from '../../../src/protocol/presence-codec.js';
import { Intake } from '../../../src/room/intake.js';
import { Waiting } from '../../../src/room/waiting.js';
import { RoomLab } from '../../support/room-lab.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const TERMS = { activity: 'active', kind: 'slate', leaseMs: 11_000, ageMs: 0 } as const;
const PRESENCE = 'slate.collab.presence.p1';
const CURSORS = 'slate.editor.cursors.batch.p1';

function lab() {
  const clock = new VirtualClock();
  const errors: ProtocolError[] = [];
  const intake = new Intake(
    clock,
    (client) => client < 100,
    (error) => errors.push(error),
  );
  const taken = (sender: number, bytes: number, times: number) => {
    let count = 0;
    for (let i = 0; i < times; i++) if (intake.takes(sender, bytes)) count++;
    return count;
  };
  return { clock, errors, intake, taken };
}

describe('the budget of a sender', () => {
  it('M11: is 256 units a second for a client of the room, where a message costs 1 and 1 more for each KiB', async () => {
    const { clock, taken } = lab();
    expect([taken(1, 0, 8_000), taken(2, 1_024, 8_000), taken(3, 16 * 1_024, 8_000)]).toEqual([256, 128, 15]);
    await clock.advance(999);
    expect(taken(1, 0, 10)).toBe(0);
    await clock.advance(1);
    expect(taken(1, 0, 8_000)).toBe(256);
  });

  it('M11: is 2048 units for all together who are no clients of the room, whatever they call themselves', () => {
    const { taken } = lab();
    let all = taken(-1, 0, 1_000);
    for (let sender = 100; sender < 8_100; sender++) all += taken(sender, 0, 1);
    expect(all).toBe(2_048);
    expect(taken(1, 0, 1)).toBe(1); // a client of the room loses nothing by it
  });

  it('M11: that is exceeded is one error a second, which says who sent most and how many were dropped', async () => {
    const { clock, errors, intake, taken } = lab();
    for (let second = 0; second < 5; second++) {
      taken(7, 0, 8_000);
      taken(8, 0, 300);
      await clock.advance(1_000);
    }
    expect(errors.map(({ client, count, reason }) => [client, count, reason])).toEqual(
      Array(5).fill([7, 7_744 + 44, 'limit']),
    );
    expect(errors[0]?.message).toContain('client 7 sent 7744 messages more');
    taken(12_345, 0, 8_000);
    intake.stop(); // tells what was dropped
    expect(errors.at(-1)).toMatchObject({ client: undefined, count: 8_000 - 2_048 });
    expect(errors.at(-1)?.message).toContain('nobody here knows');
    expect(clock.waiting).toBe(0);
  });
});

type Flood = (client: number, i: number) => Uint8Array;
const FLOODS: [string, string, Flood][] = [
  ['batches', CURSORS, (client, i) => batch(client, 2, i)],
  ['states that differ', PRESENCE, (client, i) => state(client, i + 2, `Eve ${i}`)],
  ['heartbeats', PRESENCE, (client) => encodeHeartbeat(client, 1, TERMS)],
  ['batches that cannot be read', CURSORS, (client, i) => batch(client, 2, i).slice(0, -1)],
  ['states that cannot be read', PRESENCE, (client, i) => state(client, i + 2, 'Eve').slice(0, 20)],
  ['JSON events', PRESENCE, (_, i) => json({ type: 'presence', userId: `u${i}`, timestamp: 1 + i })],
  ['JSON that is none', CURSORS, () => new TextEncoder().encode('{"type":')],
];

const samples = (i: number) => [{ ago: 0, x: (i % 100) / 100, y: 0.5, anchor: `#eve${i}` }];
const batch = (client: number, clock: number, i: number) =>
  encodeBatch({ client, clock, presence: clock, sentAt: i, samples: samples(i), left: false });
const state = (client: number, clock: number, name: string) =>
  encodeStates([{ client, clock, state: { user: { id: 'eve', name } }, terms: TERMS }]);
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

/** Eve sends 8 messages a millisecond for two seconds, with `client` as their sender. */
async function flooded(subject: string, flood: Flood, client: (i: number) => number) {
  const room = new RoomLab();
  const [alice, bob] = [await room.join('alice'), await room.join('bob')];
  const eve = room.hub.connect();
  eve.publish(PRESENCE, state(5, 1, 'Eve'));
  await room.clock.advance(2_000);
  const [members, errors] = [alice.seen.length, alice.errors.length];
  let moved = 0;
  let x = 0;
  for (let ms = 0; ms < 2_000; ms++) {
    for (let i = 0; i < 8; i++) eve.publish(subject, flood(client(8 * ms + i), 8 * ms + i));
    if (ms % 10 === 0) bob.room.pointer.move({ x: ms / 2_000, y: 0.5, anchor: '#board' });
    await room.clock.advance(1);
    if (ms % 16 !== 0) continue;
    const at = alice.room.pointers.sample().find((one) => one.client === bob.room.client)?.x ?? 0;
    if (at > x) moved++;
    x = at;
  }
  await room.clock.advance(2_002); // the last errors of the flood
  return { room, alice, bob, moved, members: alice.seen.length - members, errors: alice.errors.slice(errors) };
}

describe('a flood of 16,000 messages in two seconds', () => {
  it.each(FLOODS)('M11: of %s leaves honest pointers moving, with few events', async (what, subject, flood) => {
    const { room, alice, bob, moved, members, errors } = await flooded(subject, flood, () => 5);
    expect(moved).toBeGreaterThan(80); // of about 125 frames
    expect(members).toBeLessThanOrEqual(2 * (30 + 63) + 2);
    expect(errors.length).toBeLessThanOrEqual(5);
    const named = errors.filter((error) => 'client' in error && error.client === 5);
    expect(named).toHaveLength(what.startsWith('JSON') ? 0 : errors.length); // JSON names no client
    const count = errors.reduce((sum, error) => sum + (error as ProtocolError).count, 0);
    expect(count).toBe(alice.room.stats.refused);
    expect(count).toBeGreaterThan(16_000 - 3 * 2_048);
    for (const { room: here } of [alice, bob]) await room.clock.while(here.leave());
  });

  it.each([
    ['states', PRESENCE, (client: number) => state(client, 1, `Eve ${client}`)],
    ['heartbeats', PRESENCE, (client: number) => encodeHeartbeat(client, 1, TERMS)],
    ['batches', CURSORS, (client: number, i: number) => batch(client, 2, i)],
    ['questions', 'slate.collab.sync.p1', (client: number) => encodeAsk(client)],
  ] as [string, string, Flood][])('M11: of %s of invented clients does too, and nobody is blamed', async (...flood) => {
    const { room, alice, bob, moved, members, errors } = await flooded(flood[1], flood[2], (i) => 1_000 + i);
    expect(moved).toBeGreaterThan(80);
    expect(members).toBeLessThanOrEqual(2 * (30 + 63) + 2);
    expect(errors.length).toBeLessThanOrEqual(5);
    for (const error of errors) expect((error as ProtocolError).client).toBe(undefined);
    for (const { room: here } of [alice, bob]) await room.clock.while(here.leave());
  });
});

describe('batches that wait for a state', () => {
  it('M4, M11: of invented senders are forgotten, and none is kept for longer than an answer may take', async () => {
    const clock = new VirtualClock();
    const waiting = new Waiting(clock);
    const keep = (client: number) =>
      waiting.keep({ client, clock: 1, presence: 1, sentAt: 0, samples: [], left: false }, undefined);
    for (let client = 0; client < 300; client++) keep(client);
    expect([waiting.take(43), waiting.take(44)?.batch.client]).toEqual([undefined, 44]);
    await clock.advance(10_000);
    keep(1_000);
    await clock.advance(5_000);
    expect(waiting.take(299)).toBe(undefined);
    await clock.advance(9_000);
    expect(waiting.take(1_000)?.batch.client).toBe(1_000);
    await clock.advance(15_000);
    expect(clock.waiting).toBe(0);
  });
});
