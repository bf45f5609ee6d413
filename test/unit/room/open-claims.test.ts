/**
 * What an open room believes, because it knows nobody: each cell of docs/security.md that says "possible" of open rooms
 * is a test here. Verified rooms refuse all of it (verified.test.ts).
 */
import { expect, it } from 'vitest';
import { encodeBatch } from '../../../src/protocol/cursor-codec.js';
import { encodeStates } from '../../../src/protocol/presence-codec.js';
import { scene } from '../../support/room-kinds.js';
import { names } from '../../support/room-lab.js';
import { entryOf } from '../../support/verified-lab.js';

const FILE = 'a.ts';
const PICTURE = 'https://example.com/bob.png';
const own = (client: number, clock: number, fields: Record<string, unknown>) =>
  encodeBatch({ client, clock, presence: 1, sentAt: 0, fields, samples: [], left: false });

async function pair() {
  const { lab, bus, subjects } = scene('open', FILE);
  const [ada, bob] = [await lab.join('ada', { file: FILE }), await lab.join('bob', { file: FILE })];
  await lab.clock.advance(1_000);
  const clock = () => ada.room.awareness.meta.get(bob.room.client)?.clock ?? 0;
  const shown = () => ada.room.awareness.getStates().get(bob.room.client) ?? {};
  return { lab, bus, subjects, ada, bob, clock, shown };
}

it('Open: whoever takes the id, name and picture of somebody who is away is taken for them', async () => {
  const { lab, bus, subjects, ada, bob } = await pair();
  await lab.clock.while(bob.room.leave());
  const user = { id: 'bob', name: 'bob', avatar: PICTURE };
  bus.publish(subjects.presence, encodeStates([entryOf('bob', { client: 77, state: { user } })]));
  await lab.clock.advance(10);
  expect(ada.room.members.find(({ self }) => !self)?.user).toMatchObject(user);
  expect(ada.errors).toEqual([]);
});

it('Open: whoever takes the id of somebody who is here is one more session of them', async () => {
  const { lab, bus, subjects, ada } = await pair();
  bus.publish(subjects.presence, encodeStates([entryOf('bob', { client: 77 })]));
  await lab.clock.advance(10);
  expect(ada.room.members.find(({ user }) => user.id === 'bob')?.sessions).toHaveLength(2);
});

it('Open: talk under the client id of another shows as theirs, until they speak', async () => {
  const { lab, bus, subjects, ada, bob, clock, shown } = await pair();
  lab.network = ({ from }, send) => (from === bob.bus ? lab.clock.after(200, send) : send()); // he is further away
  const said: unknown[] = [];
  ada.room.awareness.on('change', () => said.push(shown().chat));
  bus.publish(subjects.cursors, own(bob.room.client, clock() + 1, { chat: { text: 'I am Bob' } }));
  await lab.clock.advance(2_000); // he hears it, and goes on above it (P8)
  expect(said).toContainEqual({ text: 'I am Bob' });
  expect(shown()).toMatchObject({ user: { id: 'bob' } });
  expect(shown()).not.toHaveProperty('chat');
});

it('Open: a JSON event makes a member of whom it names', async () => {
  const { lab, bus, subjects, ada } = await pair();
  const event = { type: 'presence', projectId: 'p1', userId: 'zed', timestamp: 5, data: { name: 'Zed' } };
  bus.publish(subjects.presence, event);
  await lab.clock.advance(10);
  expect(names(ada.room)).toEqual(['ada', 'bob', 'Zed']);
});

it('Open: a thousand invented people who speak themselves fill a room, and the next is refused', async () => {
  const { lab, bus, subjects, ada } = await pair();
  const invented = (i: number) => encodeStates([entryOf(`x${i}`, { client: 1_000 + i })]);
  for (let i = 0; i < 999; i++) bus.publish(subjects.presence, invented(i));
  await lab.clock.advance(50);
  expect(ada.room.members).toHaveLength(1_001);
  const next = lab.connect('late');
  next.publish(subjects.presence, invented(999));
  await lab.clock.advance(50);
  expect(ada.room.members).toHaveLength(1_001);
  expect(ada.errors).toMatchObject([{ name: 'ProtocolError', reason: 'limit' }]);
});

it('Open: a flood under the client id of another drowns that one, for as long as it lasts, and nobody else', async () => {
  const { lab, bus, subjects, ada, bob, clock } = await pair();
  const cleo = await lab.join('cleo', { file: FILE });
  await lab.clock.advance(1_000);
  const at = (who: typeof bob) => ada.room.pointers.sample().find(({ client }) => client === who.room.client)?.x;
  for (let ms = 0; ms < 3_000; ms++) {
    for (let i = 0; i < 2; i++) bus.publish(subjects.cursors, own(bob.room.client, clock(), {}));
    if (ms === 1_500) for (const { room } of [bob, cleo]) room.pointer.move({ x: 0.7, y: 0.7, anchor: '' });
    await lab.clock.advance(1);
  }
  expect([at(bob), at(cleo)]).toEqual([undefined, expect.closeTo(0.7, 2)]);
});

it('Open: there are no roles: whoever may publish on a subject points, talks and answers', async () => {
  const { lab, bus, subjects, ada } = await pair();
  bus.publish(
    subjects.presence,
    encodeStates([entryOf('vic', { client: 77, state: { user: { id: 'vic', name: 'vic' }, file: FILE } })]),
  );
  bus.publish(subjects.cursors, own(77, 4, { chat: { text: 'hello' } }));
  await lab.clock.advance(100);
  expect(ada.room.awareness.getStates().get(77)).toMatchObject({ chat: { text: 'hello' } });
});

it('Open: what a server was made to repeat counts like any stranger’s word', async () => {
  const { lab, bus, subjects, ada } = await pair();
  bus.publish(subjects.presence, encodeStates([entryOf('zed', { client: 77 })]), { headers: { 'Nats-Stream': 'X' } });
  await lab.clock.advance(10);
  expect(names(ada.room)).toContain('zed');
});
