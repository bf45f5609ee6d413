/** D1 to D4: whatever passes the door has the type that the code claims, on every surface that a page reads. */
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { encodeBatch } from '../../../src/protocol/cursor-codec.js';
import { encodeStates } from '../../../src/protocol/presence-codec.js';
import { isId } from '../../../src/protocol/token.js';
import { HOSTILE_VALUE, hostileMessages, SHAPES } from '../../support/hostile-messages.js';
import { KINDS, type Kind, scene } from '../../support/room-kinds.js';
import type { Actor } from '../../support/room-lab.js';

const TERMS = { activity: 'active', kind: 'slate', leaseMs: 11_000, ageMs: 0 } as const;
const file = 'a.ts';

/** An exception that reaches the page is reported as the platform does it. */
const reported = vi.spyOn(console, 'error').mockReturnValue(undefined);
afterEach(() => reported.mockClear());

function expectSound({ room }: Actor): void {
  for (const { user, sessions, status, location } of room.members) {
    expect([typeof user.id, typeof user.name, user.name !== '']).toEqual(['string', 'string', true]);
    expect(user.color).toMatch(/^#[\da-f]{6}$/);
    expect(user.avatar === undefined || typeof user.avatar === 'string').toBe(true);
    expect(['active', 'idle', 'away', 'stale']).toContain(status);
    expect(location === undefined || typeof location === 'string').toBe(true);
    expect(sessions.length).toBeGreaterThan(0);
    for (const session of sessions) {
      expect(session.file === undefined || isId(session.file)).toBe(true);
      expect(Number.isSafeInteger(session.client)).toBe(true);
    }
  }
  const shown = new Set(room.members.flatMap(({ sessions }) => sessions.map(({ client }) => client)));
  for (const { client, user, x, y, anchor, restingMs } of room.pointers.sample()) {
    expect([shown.has(client), typeof user.name, typeof anchor]).toEqual([true, 'string', 'string']);
    expect([x >= 0 && x <= 1, y >= 0 && y <= 1, restingMs >= 0]).toEqual([true, true, true]);
  }
  for (const state of room.awareness.getStates().values()) {
    expect(state.user).toMatchObject({ id: expect.any(String), name: expect.any(String), color: expect.any(String) });
  }
}

/** Alice and Bob in one file; Bob points while somebody sends `messages`. */
type Storm = readonly (readonly ['presence' | 'cursors', Uint8Array])[];

async function stormed(kind: Kind, messages: Storm): Promise<void> {
  const { lab, bus, subjects } = scene(kind, file);
  const [alice, bob] = [await lab.join('alice', { file }), await lab.join('bob', { file })];
  await lab.clock.advance(100);
  for (const [lane, bytes] of messages) {
    bus.publish(subjects[lane], bytes);
    bob.room.pointer.move({ x: 0.25, y: 0.75, anchor: '' });
    await lab.clock.advance(50);
    for (const actor of [alice, bob]) expectSound(actor);
  }
  await lab.clock.advance(1_000);
  const pointer = alice.room.pointers.sample().find(({ client }) => client === bob.room.client);
  expect(pointer?.x).toBeCloseTo(0.25, 3);
  expect(reported.mock.calls).toEqual([]);
  for (const { room } of [alice, bob]) await lab.clock.while(room.leave());
}

const titled = SHAPES.map((state) => [JSON.stringify(state).slice(0, 60), state] as const);

describe.each(KINDS)('what passes the door of a room that is %s', (kind) => {
  it.each(titled)('D3: of a state %s is a person on every surface, and so is its pointer', async (_, state) => {
    const entry = { client: 5, clock: 1, state: {}, terms: TERMS, json: JSON.stringify(state) };
    const samples = [{ ago: 0, x: 0.5, y: 0.5, anchor: '' }];
    await stormed(kind, [
      ['presence', encodeStates([entry])],
      ['cursors', encodeBatch({ client: 5, clock: 1, presence: 1, sentAt: 0, samples, left: false })],
      [
        'cursors',
        encodeBatch({ client: 5, clock: 2, presence: 1, sentAt: 40, fields: { view: 7 }, samples, left: false }),
      ],
    ]);
  });

  it('D1: of any messages has the shape that a page expects, and no exception reaches the page', async () => {
    await fc.assert(
      fc.asyncProperty(hostileMessages(HOSTILE_VALUE), (messages) => stormed(kind, messages)),
      { numRuns: 100 },
    );
  });

  it('D1: a batch that waited for a state, and is refused beside it, is one error event', async () => {
    const { lab, bus, subjects } = scene(kind, file);
    const alice = await lab.join('alice', { file });
    const batch = { client: 5, presence: 1, sentAt: 0, samples: [], left: false, fields: { cursor: null } };
    bus.publish(subjects.cursors, encodeBatch({ ...batch, clock: 2 ** 40 }));
    await lab.clock.advance(10);
    const json = '{"user":{"id":"mallory","name":"Eve"}}';
    bus.publish(subjects.presence, encodeStates([{ client: 5, clock: 1, state: {}, terms: TERMS, json }]));
    await lab.clock.advance(100);
    expect(alice.room.members.map(({ user }) => user.name)).toEqual(['alice', 'Eve']);
    expect(alice.errors).toMatchObject([{ reason: 'clock' }]);
    expect(reported.mock.calls).toEqual([]);
  });
});
