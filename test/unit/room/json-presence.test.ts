/** P2: rooms that tell programs without states who is here, and what that does to rooms and to stock Yjs clients. */
import { expect, it } from 'vitest';
import type { RoomOptions } from '../../../src/index.js';
import { looksLikeJson } from '../../../src/protocol/json-events.js';
import { encodeStates, type Terms } from '../../../src/protocol/presence-codec.js';
import { names, RoomLab } from '../../support/room-lab.js';

const PRESENCE = 'slate.collab.presence.p1';
const telling: Partial<RoomOptions> = { jsonPresence: true };

/** A program of the bus document: it subscribes, reads JSON, and notes whom it hears, and when. */
function program(lab: RoomLab, subject = PRESENCE) {
  const heard: { type: string; userId: string; at: number; data: unknown }[] = [];
  lab.hub.connect().subscribe(subject, (message) => {
    if (!looksLikeJson(message.data)) return;
    const { type, userId, data } = message.json() as { type: string; userId: string; data: unknown };
    heard.push({ type, userId, data, at: lab.clock.now() });
  });
  return heard;
}

it('P2: a program sees who is in a room, at once and then every 5 s, until they leave', async () => {
  const lab = new RoomLab();
  const heard = program(lab);
  const ada = await lab.join('ada', { ...telling, location: 'line 1' });
  await lab.join('bob', telling);
  await lab.join('silent');
  expect(heard.map(({ type, userId }) => `${type} ${userId}`)).toEqual(['presence ada', 'presence bob']);
  const { color } = ada.room.self.user;
  expect(heard[0]?.data).toEqual({ name: 'ada', location: 'line 1', color, client: ada.room.client });
  ada.room.setLocation('line 2');
  await lab.clock.advance(20_000);
  const ofAda = heard.filter(({ userId }) => userId === 'ada');
  const gaps = ofAda.slice(1).map(({ at }, index) => at - (ofAda[index]?.at ?? 0));
  expect(gaps).toHaveLength(4);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(5_000);
  expect(ofAda.at(-1)?.data).toMatchObject({ location: 'line 2' });
  await ada.room.leave();
  heard.length = 0;
  await lab.clock.advance(20_000);
  expect(new Set(heard.map(({ userId }) => userId))).toEqual(new Set(['bob']));
});

it('P2: rooms count a member once who tells programs, too, and know no other client of that member', async () => {
  const lab = new RoomLab();
  const early = await lab.join('early');
  const ada = await lab.join('ada', telling);
  const late = await lab.join('late', telling);
  for (let second = 0; second < 12; second++) {
    await lab.clock.advance(1_000);
    for (const { room } of [early, ada, late]) expect(names(room).sort()).toEqual(['ada', 'early', 'late']);
  }
  const [member] = early.room.members.filter(({ user }) => user.id === 'ada');
  expect(member?.sessions).toMatchObject([{ client: ada.room.client, kind: 'slate' }]);
  expect([...early.errors, ...ada.errors, ...late.errors]).toEqual([]);
});

it('P2, P1: nothing is sent while a stock Yjs client is in the room, which would throw, and again afterwards', async () => {
  const lab = new RoomLab();
  const ada = await lab.join('ada', telling);
  const heard = program(lab);
  const terms: Terms = { kind: 'slate', activity: 'active', leaseMs: 11_000, ageMs: 0 };
  const bytes = encodeStates([{ client: 77, clock: 1, state: { user: { name: 'Stock' } }, terms }]);
  ada.bus.publish(PRESENCE, bytes.slice(0, bytes.length - 5)); // without our trailer
  await lab.clock.advance(29_000);
  expect(names(ada.room)).toContain('Stock');
  expect(heard).toEqual([]);
  await lab.clock.advance(10_000); // its lease has run out
  expect(heard.map(({ userId }) => userId)).toContain('ada');
});

it('P2: nothing is sent by a session that hides, nor in the lobby', async () => {
  const lab = new RoomLab();
  const heard = program(lab, 'slate.collab.>');
  const lobby = await lab.join('lobby', { ...telling, project: undefined });
  await lab.clock.advance(10_000);
  expect(heard).toEqual([]);
  await lobby.room.leave();
  const ada = await lab.join('ada', telling);
  ada.room.awareness.setLocalState(null);
  heard.length = 0;
  await lab.clock.advance(10_000);
  expect(heard).toEqual([]);
});
