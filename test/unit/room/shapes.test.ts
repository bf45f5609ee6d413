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

/** What editor bindings find: all of them can draw `#rrggbb`, and append digits to it; some want the light one too. */
function expectDrawable({ awareness }: Actor['room']): void {
  for (const { user } of [...awareness.getStates().values(), awareness.getLocalState() ?? {}]) {
    expect(user).toMatchObject({ id: expect.any(String), name: expect.any(String) });
    expect(user.color).toMatch(/^#[\da-f]{6}$/);
    expect(user.colorLight).toMatch(/^#[\da-f]{6}(?:[\da-f]{2})?$/);
  }
}

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
  expectDrawable(room);
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

describe('what an editor writes into the own state', () => {
  it.each(KINDS)('D3: is a user that can be drawn, for whoever listens, in a room that is %s', async (kind) => {
    const { lab } = scene(kind, file);
    const [alice, bob] = [await lab.join('alice', { file }), await lab.join('bob', { file })];
    const { awareness } = alice.room;
    for (const event of ['change', 'update'] as const) awareness.on(event, () => expectDrawable(alice.room));
    const colour = fc.constantFrom('tomato', '#e19', 'hsl(210 80% 45%)', 'red;inset:0', '', null, 7, {}, '#12345678');
    const user = fc.oneof(HOSTILE_VALUE, fc.record({ name: HOSTILE_VALUE, color: colour, colorLight: colour }));
    await fc.assert(
      fc.asyncProperty(user, fc.boolean(), async (user, whole) => {
        if (whole) awareness.setLocalState({ user, cursor: null });
        else awareness.setLocalStateField('user', user);
        expectDrawable(alice.room);
        await lab.clock.advance(200);
        for (const { room } of [alice, bob]) expectDrawable(room);
      }),
      { numRuns: 200 },
    );
    await lab.clock.advance(5_000);
    // A field that cannot be sent stays here.
    const { id, name, color, colorLight } = awareness.getLocalState()?.user ?? {};
    expect(id).toBe('alice');
    const others = bob.room.awareness.getStates().get(alice.room.client)?.user;
    expect(others).toMatchObject({ id, name, color, colorLight });
    expect(reported.mock.calls).toEqual([]);
  });
});
