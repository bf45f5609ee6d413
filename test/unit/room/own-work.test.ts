/** What a session says that its user is doing, and what the others see of it (W1, W2). */
import { expect, it } from 'vitest';
import { TYPING_MS } from '../../../src/protocol/work.js';
import { RoomLab } from '../../support/room-lab.js';
import { untyped } from '../../support/untyped.js';

async function setUp() {
  const lab = new RoomLab();
  const [alice, bob] = [await lab.join('alice'), await lab.join('bob')];
  await lab.clock.advance(1_000);
  const seen = () => bob.room.members.find(({ user }) => user.id === 'alice')?.work;
  return { lab, alice, bob, seen };
}

it('W1: others see it in the member and in the session, and a change leaves the rest', async () => {
  const { lab, alice, bob, seen } = await setUp();
  alice.room.setWork({ line: 12, selected: 3 });
  await lab.clock.advance(200);
  expect(seen()).toEqual({ line: 12, selected: 3 });
  expect(alice.room.self.work).toEqual({ line: 12, selected: 3 });
  alice.room.setWork({ selected: undefined, field: '#email' });
  await lab.clock.advance(200);
  expect(seen()).toEqual({ line: 12, field: '#email' });
  const [session] = bob.room.members.find(({ user }) => user.id === 'alice')?.sessions ?? [];
  expect(session?.work).toEqual({ line: 12, field: '#email' });
  alice.room.setWork({ line: undefined, field: undefined });
  await lab.clock.advance(200);
  expect(seen()).toBeUndefined();
});

it('W1: what others would refuse is taken for nothing, and costs no error', async () => {
  const { lab, alice, seen } = await setUp();
  for (const change of [{ line: 0.5, selected: -1, field: 'a b' }, 7, null, undefined, 'x'])
    alice.room.setWork(untyped(change));
  await lab.clock.advance(200);
  expect(seen()).toBeUndefined();
  expect(alice.errors).toEqual([]);
});

it('W2: typing ends 3 s after the last key, and keys in between send nothing', async () => {
  const { lab, alice, seen } = await setUp();
  alice.room.setWork({ typing: true });
  await lab.clock.advance(200);
  expect(seen()).toEqual({ typing: true });
  const { messagesOut } = alice.room.stats;
  for (let key = 0; key < 4; key++) {
    await lab.clock.advance(50);
    alice.room.setWork({ typing: true });
  }
  expect(alice.room.stats.messagesOut).toBe(messagesOut);
  await lab.clock.advance(TYPING_MS - 1);
  expect(seen()).toEqual({ typing: true });
  await lab.clock.advance(200);
  expect(seen()).toBeUndefined();
});

it('W2: who is away, or appears so, sends none of it, and says it again afterwards', async () => {
  const { lab, alice, seen } = await setUp();
  alice.room.setWork({ line: 3 });
  alice.room.setActivity('away');
  await lab.clock.advance(200);
  alice.room.setWork({ line: 4, field: '#secret' });
  await lab.clock.advance(200);
  expect(seen()).toBeUndefined();
  expect(lab.wire.some(({ data }) => new TextDecoder().decode(data).includes('secret'))).toBe(false);
  alice.room.setActivity('active');
  await lab.clock.advance(200);
  expect(seen()).toEqual({ line: 4, field: '#secret' });
});

it('W2: nothing is shown of who cannot be reached', async () => {
  const { lab, alice, bob, seen } = await setUp();
  alice.room.setWork({ line: 3 });
  await lab.clock.advance(200);
  expect(seen()).toEqual({ line: 3 });
  lab.hub.drop();
  await lab.clock.advance(10);
  expect(bob.room.members.find(({ user }) => user.id === 'alice')?.status).toBe('stale');
  expect(seen()).toBeUndefined();
});

it('P11: a state that the page took away stays away', async () => {
  const { alice } = await setUp();
  alice.room.awareness.setLocalState(null);
  alice.room.setWork({ line: 3 });
  expect(alice.room.awareness.getLocalState()).toBeNull();
});

it('does nothing in a room that was left', async () => {
  const { alice } = await setUp();
  await alice.room.leave();
  alice.room.setWork({ typing: true });
  expect(alice.room.awareness.getLocalState()).toBeNull();
});
