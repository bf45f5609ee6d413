/**
 * V1 to V8: in a verified room the server vouches for who speaks, and nothing else is believed about that. Past 300
 * lines: one kind of room, and a test for each of its rules.
 */
import { describe, expect, it } from 'vitest';
import { OptionError, PartMissingError, PermissionError, ProtocolError } from '../../../src/errors.js';
import { encodeBatch } from '../../../src/protocol/cursor-codec.js';
import {
  ALIASES,
  encodeAsk,
  encodeHeartbeat,
  encodeStates,
  encodeUnreachable,
} from '../../../src/protocol/presence-codec.js';
import { encodeRoster } from '../../../src/protocol/roster-codec.js';
import { roomSubjects } from '../../../src/protocol/subjects.js';
import { LiveRoom } from '../../../src/room/live-room.js';
import { readOptions } from '../../../src/room/options.js';
import * as verified from '../../../src/room/verified.js';
import { type Actor, names, RoomLab, statuses } from '../../support/room-lab.js';
import { entryOf, stateOf, VerifiedLab } from '../../support/verified-lab.js';

const TERMS = { kind: 'slate', activity: 'active', leaseMs: 11_000, ageMs: 0 } as const;
const FILE = 'a.ts';

const sorted = (actor: Actor) => [...names(actor.room)].sort();
/** How many messages of each user were refused, or changed, by this room. */
function blamed({ errors }: Actor): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const error of errors) {
    const user = error instanceof ProtocolError ? (error.user ?? '?') : error.name;
    counts[user] = (counts[user] ?? 0) + (error instanceof ProtocolError ? error.count : 1);
  }
  return counts;
}
const batch = (client: number, more: object = {}) =>
  encodeBatch({
    client,
    clock: 9,
    presence: 1,
    sentAt: 0,
    samples: [{ ago: 0, x: 0.5, y: 0.5, anchor: '' }],
    left: false,
    ...more,
  });
const json = (value: object) => new TextEncoder().encode(JSON.stringify(value));

async function room(...users: string[]) {
  const lab = new VerifiedLab();
  const actors: Actor[] = [];
  for (const user of users) actors.push(await lab.join(user, { file: FILE }));
  await lab.clock.advance(1_000);
  return { lab, actors: actors as [Actor, Actor, Actor], clock: lab.clock };
}

describe('V1: the subjects of a verified room', () => {
  it('V1: everything that its members send, and all that they receive, names its sender', async () => {
    const { lab, actors, clock } = await room('ada', 'bob', 'cleo');
    const [ada, bob] = actors;
    ada.room.pointer.move({ x: 0.1, y: 0.1, anchor: '' });
    bob.room.awareness.setLocalStateField('cursor', { line: 1 });
    await clock.advance(12_000);
    expect(bob.room.pointers.sample()).toMatchObject([{ client: ada.room.client, user: { id: 'ada' } }]);
    expect(sorted(ada)).toEqual(['ada', 'bob', 'cleo']);
    const user = new Map(actors.map((actor) => [actor.bus, actor.room.self.user.id]));
    const heard = lab.wire.filter(({ noResponders }) => !noResponders);
    expect(heard.length).toBeGreaterThan(20);
    for (const { subject, from } of heard) expect(subject.split('.').at(-1)).toBe(user.get(from));
    for (const { subject, noResponders } of lab.wire) {
      expect(subject.startsWith('slate.inbox')).toBe(false);
      if (noResponders) expect(subject).toMatch(/^slate\.collab\.answer\.p1\.\w+\.\w+$/); // the server's word (V4)
    }
    expect(lab.refused).toEqual([]);
    expect(actors.flatMap(({ errors }) => errors)).toEqual([]);
  });

  it('V1: a session without a file asks once on one subject, and is in the room', async () => {
    const lab = new VerifiedLab();
    const asked: string[] = [];
    lab.hub.connect().subscribe('slate.collab.sync.>', ({ subject }) => asked.push(subject), { queue: 'members' });
    const ada = await lab.join('ada');
    expect(new Set(asked)).toEqual(new Set(['slate.collab.sync.p1.%.ada']));
    const bob = await lab.join('bob');
    await lab.clock.advance(1_000);
    expect(sorted(ada)).toEqual(sorted(bob));
  });

  it('V1: needs a project, and the user whom the credentials name', () => {
    const user = { id: 'ada' };
    expect(() => readOptions({ user, verified: true })).toThrow(OptionError);
    const identity = { user: 'ada', role: 'viewer', projects: ['p1'] } as const;
    expect(readOptions({ project: 'p1' }, identity)).toMatchObject({
      user: { id: 'ada', name: 'ada' },
      verified: true,
      role: 'viewer',
    });
    expect(readOptions({ project: 'p1', user: { name: 'Ada' } }, identity).user.name).toBe('Ada');
    expect(() => readOptions({ project: 'p1', user: { id: 'bob' } }, identity)).toThrow(/"bob".*"ada"/);
    expect(() => readOptions({}, identity)).toThrow(/project/);
    expect(readOptions({ project: 'p1', user })).toMatchObject({ verified: false, role: 'writer' });
    expect(() => readOptions({ project: 'p1' })).toThrow(/user/);
  });
});

describe('V2: the user of a message', () => {
  it('V2: is the one of its subject, whatever its state says, which is told once with who did it', async () => {
    const { lab, actors, clock } = await room('ada', 'bob');
    const [ada, bob] = actors;
    const mallory = lab.mallory();
    const picture = 'https://example.com/bob.png';
    mallory.state({ client: 77, state: { user: { id: 'bob', name: 'bob', color: '#ff0000', avatar: picture } } });
    await clock.advance(100);
    for (const { room } of [ada, bob]) {
      expect(room.members.find(({ user }) => user.id === 'bob')?.sessions).toHaveLength(1);
      const [liar] = room.members.filter(({ user }) => user.id === 'mallory');
      expect(liar?.sessions.map(({ client }) => client)).toEqual([77]);
      expect([liar?.label, room.members.find(({ user }) => user.id === 'bob')?.label]).toEqual([
        'bob (mallory)',
        'bob (bob)',
      ]);
    }
    expect([blamed(ada), blamed(bob)]).toEqual([{ mallory: 1 }, { mallory: 1 }]);
  });

  it('V2: a stock Yjs client, which names no id, is its user', async () => {
    const { lab, actors, clock } = await room('ada');
    const [ada] = actors;
    const { terms: _, ...stock } = entryOf('x', { client: 77, state: { user: { name: 'Stock' } } });
    const mallory = lab.mallory('stan');
    mallory.say(encodeStates([{ ...stock, terms: { ...TERMS, kind: 'yjs' } }]));
    await clock.advance(100);
    expect(ada.room.members.at(-1)).toMatchObject({ user: { id: 'stan', name: 'Stock' }, sessions: [{ kind: 'yjs' }] });
    expect(ada.errors).toEqual([]);
  });

  it('V2: JSON events count for the user of their subject alone', async () => {
    const { lab, actors, clock } = await room('ada');
    const [ada] = actors;
    const mallory = lab.mallory();
    const event = { type: 'presence', projectId: 'p1', timestamp: 5, data: {} };
    mallory.say(json({ ...event, userId: 'bob' }));
    mallory.say(json({ ...event, userId: 'mallory' }));
    const cursor = { type: 'cursor', fileId: FILE, timestamp: 5, data: { position: { x: 0, y: 0 } } };
    const { cursors } = roomSubjects('p1', FILE, 'mallory');
    mallory.bus.publish(cursors, json({ ...cursor, userId: 'bob' }));
    mallory.bus.publish(cursors, json({ ...cursor, userId: 'mallory' }));
    await clock.advance(1_100);
    expect(names(ada.room)).toEqual(['ada', 'mallory']);
    expect(ada.room.pointers.sample()).toMatchObject([{ user: { id: 'mallory' } }]);
    expect(blamed(ada)).toEqual({ mallory: 2 });
  });
});

describe('V3: a client id is of a user', () => {
  it('property 15: V3: another user under the id of a member is another session, told once, and nothing of the member', async () => {
    const { lab, actors, clock } = await room('ada', 'bob', 'cleo');
    const [ada, bob, cleo] = actors;
    const { client } = bob.room;
    const mallory = lab.mallory();
    bob.room.pointer.move({ x: 0.2, y: 0.2, anchor: '' });
    await clock.advance(300);
    mallory.state({ client, clock: 2 ** 31, state: { user: { id: 'mallory', name: 'M' } } });
    mallory.bus.publish(roomSubjects('p1', FILE, 'mallory').cursors, batch(client, { clock: 2 ** 31 + 1 }));
    mallory.say(encodeHeartbeat(client, 2 ** 31, TERMS, 7));
    mallory.state({ client, clock: 2 ** 31 + 5, state: null });
    mallory.state({ client, clock: 2 ** 31 + 9, state: { user: { id: 'mallory', name: 'M' } } });
    await clock.advance(2_000);
    for (const actor of [ada, cleo]) {
      const { members } = actor.room;
      expect(members.find(({ user }) => user.id === 'bob')).toMatchObject({ sessions: [{ client }], status: 'active' });
      const [alias] = members.find(({ user }) => user.id === 'mallory')?.sessions ?? [];
      expect(alias?.client).toBeGreaterThanOrEqual(ALIASES);
      expect(actor.room.pointers.sample()).toMatchObject([{ client, user: { id: 'bob' }, x: expect.closeTo(0.2, 2) }]);
      expect(blamed(actor)).toEqual({ mallory: 1 });
      expect(actor.room.awareness.getStates().get(client)).toMatchObject({ user: { id: 'bob' } });
    }
    expect(bob.room.client).toBe(client); // no clash (P8), and nothing to answer
    expect(blamed(bob)).toEqual({ mallory: 1 });
    await clock.advance(20_000);
    expect(statuses(ada.room)).toMatchObject({ ada: 'active', bob: 'active', cleo: 'active' });
  });

  it('V3, V5: a newcomer who heard another user under the id first sees both, and passes neither one on', async () => {
    const { lab, actors, clock } = await room('ada', 'bob');
    const [ada, bob] = actors;
    const { client } = bob.room;
    bob.room.pointer.move({ x: 0.3, y: 0.3, anchor: '' });
    await clock.advance(300);
    const zoe = lab.prepare('zoe', { file: FILE });
    const mallory = lab.mallory();
    // Zoe hears Mallory before the answer to her question.
    lab.network = (delivery, send) => {
      if (delivery.to === zoe.bus && delivery.subject.includes('.answer.')) clock.after(200, send);
      else send();
    };
    const joining = zoe.room.join();
    await clock.advance(20);
    mallory.state({ client, clock: 5, state: { user: { id: 'mallory', name: 'M' } } });
    await clock.while(joining);
    await clock.advance(100);
    expect(sorted(zoe)).toEqual(['M', 'ada', 'bob', 'zoe']);
    expect(zoe.room.pointers.sample()).toMatchObject([{ user: { id: 'bob' }, x: expect.closeTo(0.3, 2) }]);
    await clock.advance(8_000); // Mallory says no more, and Bob goes on
    expect(statuses(zoe.room)).toMatchObject({ bob: 'active', ada: 'active' });
    expect(zoe.room.members.find(({ user }) => user.id === 'bob')?.sessions).toHaveLength(1);
    expect(bob.room.members.find(({ user }) => user.id === 'zoe')?.status).toBe('active');
    await clock.advance(30_000);
    expect([sorted(ada), sorted(zoe)]).toEqual([
      ['ada', 'bob', 'zoe'],
      ['ada', 'bob', 'zoe'],
    ]);
  });

  it('V3: what was only told of a user makes room for who speaks under that id, and stays', async () => {
    const { lab, actors, clock } = await room('ada', 'bob');
    const { client } = actors[1].room;
    const zoe = await lab.join('zoe', { file: FILE });
    lab.hub.kill(actors[1].bus); // he cannot say that he is here
    const mallory = lab.mallory();
    mallory.state({ client, clock: 5, state: { user: { id: 'mallory', name: 'M' } } });
    await clock.advance(50);
    expect(sorted(zoe)).toEqual(['M', 'ada', 'bob', 'zoe']);
    expect(zoe.room.members.find(({ user }) => user.id === 'mallory')?.sessions[0]?.client).toBe(client);
    expect(zoe.room.members.find(({ user }) => user.id === 'bob')?.sessions[0]?.client).toBeGreaterThanOrEqual(ALIASES);
    await clock.advance(9_000);
    expect(names(zoe.room)).not.toContain('bob');
  });

  it('V3, P8: two sessions of one user under one id are told apart as in an open room', async () => {
    const { lab, actors, clock } = await room('ada', 'bob');
    const [ada] = actors;
    const { client } = ada.room;
    const copy = lab.mallory('ada');
    for (let i = 0; i < 4; i++) {
      copy.state({ client, clock: 1_000 * (i + 1), state: { user: { id: 'ada', name: 'ada' } } });
      await clock.advance(1_500);
    }
    expect(ada.room.client).not.toBe(client);
    expect(ada.errors).toMatchObject([{ reason: 'identity' }]);
  });
});

describe('V4: questions and answers', () => {
  it('V4: a member answers where the asker of the subject receives answers, and nowhere else', async () => {
    const { lab, actors, clock } = await room('ada');
    const mallory = lab.mallory();
    const { subjects, bus } = mallory;
    const before = lab.wire.length;
    const question = encodeAsk(5);
    for (const reply of ['slate.collab.answer.p1.bob.q', 'slate.inbox.bob.q', 'slate.collab.answer.p1.mallory.q.r']) {
      bus.publish(subjects.sync, question, { reply });
      bus.publish(subjects.alive(actors[0].room.client, 'ada'), question, { reply });
    }
    await clock.advance(100);
    const told = lab.wire
      .slice(before)
      .filter(({ subject }) => !subject.includes('.sync.') && !subject.includes('.alive.'));
    expect(told.filter(({ from }) => from === actors[0].bus)).toEqual([]);
    const heard: string[] = [];
    bus.subscribe('slate.collab.answer.p1.mallory.>', ({ subject }) => heard.push(subject));
    bus.publish(subjects.sync, question, { reply: 'slate.collab.answer.p1.mallory.q' });
    bus.publish(subjects.alive(actors[0].room.client, 'ada'), question, { reply: 'slate.collab.answer.p1.mallory.r' });
    await clock.advance(100);
    expect(heard).toEqual(['slate.collab.answer.p1.mallory.q.ada', 'slate.collab.answer.p1.mallory.r.ada']);
  });

  it('V4: nobody but the server says that nobody is there, and an answer counts for who gave it', async () => {
    const { lab, actors, clock } = await room('ada', 'bob');
    const [ada, bob] = actors;
    const replies: string[] = [];
    // Mallory cannot see the reply subjects of others; this network tells her, and still she says nothing that counts.
    const mallory = lab.mallory();
    lab.network = (delivery, send) => {
      if (delivery.reply?.includes('.answer.p1.ada.')) {
        replies.push(delivery.reply);
        mallory.bus.publish(delivery.reply, new Uint8Array(0));
        mallory.bus.publish(`${delivery.reply}.mallory`, stateOf('bob', { client: bob.room.client, clock: 9_999 }));
      }
      send();
    };
    await clock.advance(10_000);
    expect(replies.length).toBeGreaterThan(5);
    expect(lab.refused.filter((line) => line.startsWith('mallory publish')).length).toBe(replies.length);
    expect(statuses(ada.room)).toEqual({ ada: 'active', bob: 'active' });
    expect(Object.keys(blamed(ada))).toEqual(['mallory']);
  });
});

describe('V4: without a server that tells, and without a connection', () => {
  it('V4, P10: a death is noticed while somebody subscribes to everything, and nobody else seems dead', async () => {
    const { lab, actors, clock } = await room('ada', 'bob', 'cleo');
    const [ada, bob, cleo] = actors;
    lab.hub.connect().subscribe('slate.>', () => undefined);
    for (const { seen } of actors) seen.length = 0; // who joins shows others as stale until it has the roster
    await clock.advance(20_000);
    for (const { seen } of actors) expect(seen.filter((line) => line.includes('stale'))).toEqual([]);
    lab.hub.kill(bob.bus);
    await clock.advance(13_000);
    for (const actor of [ada, cleo]) expect(sorted(actor)).toEqual(['ada', 'cleo']);
    expect([...ada.errors, ...cleo.errors]).toEqual([]);
  });

  it('V4, P7: after a lost connection everyone is there again, and nobody left in between', async () => {
    const { lab, actors, clock } = await room('ada', 'bob');
    lab.hub.drop();
    await clock.advance(3_000);
    for (const { room } of actors) expect(room.status).toBe('reconnecting');
    lab.hub.restore();
    await clock.advance(3_000);
    for (const actor of actors) {
      expect(sorted(actor)).toEqual(['ada', 'bob']);
      expect(Object.values(statuses(actor.room))).toEqual(['active', 'active']);
      expect(actor.errors).toEqual([]);
    }
    for (const { room } of actors) await clock.while(room.leave());
    expect(clock.waiting).toBe(0);
  });

  it('V2: a room whose code for that is missing is refused, and is not an open one', async () => {
    const { lab, actors } = await room('ada');
    const options = { project: 'p1', verified: true, user: { id: 'ada' }, clock: lab.clock, random: lab.random };
    const before = lab.clock.waiting;
    expect(() => new LiveRoom(actors[0].bus, readOptions(options))).toThrow(PartMissingError);
    expect(lab.clock.waiting).toBe(before);
  });

  it('V4: two rooms of a user over one connection both hear what the server says', async () => {
    const { lab, actors, clock } = await room('ada', 'bob');
    const [ada, bob] = actors;
    const options = { project: 'p1', file: 'b.ts', verified: true, user: { id: 'ada' }, clock, random: lab.random };
    const second = new LiveRoom(ada.bus, readOptions(options), { verified });
    await clock.while(second.join());
    await clock.advance(1_000);
    lab.hub.kill(bob.bus);
    await clock.advance(9_000);
    for (const { members } of [ada.room, second]) expect(members.map(({ user }) => user.id)).toEqual(['ada']);
    expect(second.members[0]?.sessions).toHaveLength(2);
  });
});

describe('V5: an answer is hearsay about the users that it names', () => {
  it('V5: a forged roster changes nobody who spoke, invents nobody for long, and keeps nobody out', async () => {
    const { lab, actors, clock } = await room('ada', 'bob', 'cleo');
    const [ada, bob] = actors;
    const mallory = lab.mallory();
    const lies = [
      entryOf('mallory', { client: 9 }),
      entryOf('bob', { client: ada.room.client, clock: 40_000, state: { user: { id: 'bob', name: 'Not Ada' } } }),
      entryOf('zed', { client: bob.room.client, clock: 40_000, state: { user: { id: 'zed', name: 'Zed' } } }),
      entryOf('bob', { client: bob.room.client, clock: 40_000, state: { user: { id: 'bob', name: 'Bobo' } } }),
      entryOf('zoe', { client: 99, clock: 2 ** 31, state: { user: { id: 'zoe', name: 'Not Zoe' } } }),
    ];
    const answer = encodeRoster({ states: encodeStates(lies), batches: [batch(bob.room.client)] });
    lab.network = (delivery, send) => {
      // The queue group always chooses Mallory.
      if (!delivery.subject.includes('.sync.') || !delivery.reply) send();
      else if (!answered.has(delivery.reply)) {
        answered.add(delivery.reply);
        mallory.bus.publish(`${delivery.reply}.mallory`, answer);
      }
    };
    const answered = new Set<string>();
    const zoe = await lab.join('zoe', { file: FILE });
    await clock.advance(12_000);
    expect(statuses(zoe.room)).toMatchObject({ ada: 'active', bob: 'active', cleo: 'active', zoe: 'active' });
    for (const { user, sessions } of zoe.room.members) {
      expect(user.name).not.toMatch(/Not|Bobo|Zed/);
      if (['ada', 'bob', 'cleo'].includes(user.id)) expect(sessions).toHaveLength(1);
    }
    const clients = new Map(zoe.room.members.map(({ user, sessions }) => [user.id, sessions[0]?.client]));
    expect([clients.get('ada'), clients.get('bob')]).toEqual([ada.room.client, bob.room.client]);
    for (const actor of actors) expect(names(actor.room)).toContain('zoe');
  });

  it('V5, P6: a client learns the clock of an earlier page with its id from a roster, which is no clash', async () => {
    const { lab, actors, clock } = await room('ada');
    const bob = await lab.join('bob', { file: FILE });
    const { client } = bob.room;
    for (let i = 0; i < 20; i++) bob.room.setLocation(`line ${i}`);
    await bob.room.leave();
    const again = lab.prepare('bob', { file: FILE });
    again.room.awareness.clientID = client;
    again.room.awareness.doc.clientID = client;
    again.room.awareness.setLocalState({ user: { id: 'bob', name: 'bob' } });
    await clock.while(again.room.join());
    await clock.advance(500);
    expect(sorted(actors[0])).toEqual(['ada', 'bob']);
    expect([again.room.client, again.errors]).toEqual([client, []]);
  });
});

describe('V5: what others say of the own id', () => {
  it('V5: makes nobody take a new one, however often it is said', async () => {
    const { lab, clock } = await room('ada');
    const zoe = await lab.join('zoe', { file: FILE });
    const { client } = zoe.room;
    const mallory = lab.mallory();
    let clocks = 0;
    mallory.bus.subscribe('slate.collab.alive.p1.mallory.7.*', ({ reply }) => {
      clocks += 1_000;
      const more = [{ type: 'heartbeat', client, clock: clocks, terms: TERMS } as const];
      const states = encodeStates([entryOf('mallory', { client: 7 })], more);
      mallory.bus.publish(`${reply}.mallory`, encodeRoster({ states, batches: [] }));
    });
    mallory.state({ client: 7, clock: 3, state: { user: { id: 'mallory', name: 'M' } } });
    for (let i = 1; i < 40; i++) {
      mallory.say(encodeHeartbeat(7, 3, TERMS, i)); // another digest, so that she is asked
      if (i % 5 === 0) await lab.join(`m${i}`); // and it is worth asking
      await clock.advance(1_000);
    }
    expect(clocks).toBeGreaterThan(3_000);
    expect([zoe.room.client, zoe.room.status]).toEqual([client, 'connected']);
  });
});

describe('V6: roles', () => {
  it('V6: a viewer is seen, and neither points nor talks', async () => {
    const { lab, actors, clock } = await room('ada');
    const [ada] = actors;
    const vic = await lab.join('vic', { file: FILE, role: 'viewer' });
    vic.room.pointer.move({ x: 0.5, y: 0.5, anchor: '' });
    vic.room.awareness.setLocalStateField('chat', { text: 'hello' });
    vic.room.awareness.setLocalStateField('note', 'mine');
    await clock.advance(6_000);
    expect(names(ada.room)).toEqual(['ada', 'vic']);
    expect(sorted(vic)).toEqual(['ada', 'vic']);
    expect(ada.room.pointers.sample()).toEqual([]);
    expect(ada.room.awareness.getStates().get(vic.room.client)).toMatchObject({ note: 'mine' });
    expect(ada.room.awareness.getStates().get(vic.room.client)).not.toHaveProperty('chat');
    expect([lab.refused, vic.errors]).toEqual([[], []]);
  });

  it('V6: who may point talks, also while it changes something else, and to who is there', async () => {
    const { actors, clock } = await room('ada', 'bob');
    const [ada, bob] = actors;
    const heard = () => bob.room.awareness.getStates().get(ada.room.client)?.chat;
    ada.room.awareness.setLocalStateField('chat', { text: 'hello' });
    await clock.advance(300);
    expect(heard()).toEqual({ text: 'hello' });
    ada.room.setLocation('line 3'); // takes the turn, so that the next one tells of both
    ada.room.setLocation('line 4');
    ada.room.awareness.setLocalStateField('chat', { text: 'hello again' });
    await clock.advance(2_000);
    expect(heard()).toEqual({ text: 'hello again' });
    ada.room.setLocation('line 5');
    ada.room.awareness.setLocalStateField('chat', null);
    await clock.advance(2_000);
    expect(heard() ?? null).toBeNull();
    expect(bob.room.members.find(({ self }) => !self)?.location).toBe('line 5');
  });

  it('V6: a ghost sees and is not seen, sends no presence, and answers nothing', async () => {
    const { lab, actors, clock } = await room('ada', 'bob');
    const [ada, bob] = actors;
    const gus = await lab.join('gus', { file: FILE, role: 'ghost' });
    bob.room.pointer.move({ x: 0.5, y: 0.5, anchor: '' });
    gus.room.pointer.move({ x: 0.5, y: 0.5, anchor: '' });
    gus.room.setLocation('here');
    await clock.advance(300);
    expect(gus.room.pointers.sample()).toMatchObject([{ user: { id: 'bob' } }]);
    const zoe = await lab.join('zoe');
    await clock.advance(12_000);
    for (const actor of [ada, bob, zoe, gus]) expect(sorted(actor)).toEqual(['ada', 'bob', 'zoe']);
    expect(gus.room.self.user.id).toBe('gus');
    const said = lab.wire.filter(({ from, noResponders }) => from === gus.bus && !noResponders);
    for (const { subject } of said) expect(subject).toMatch(/\.(sync|alive)\./);
    lab.hub.kill(bob.bus);
    await clock.advance(9_000);
    expect(sorted(gus)).toEqual(['ada', 'zoe']);
    await gus.room.leave();
    expect([lab.refused, gus.errors]).toEqual([[], []]);
  });

  it.each([
    ['a ghost', 'bob', 'ghost'],
    ['somebody else', 'eve', 'writer'],
  ] as const)('V6: a session that is refused S1, as %s, ends its join with the error', async (_, user, role) => {
    const lab = new VerifiedLab();
    await lab.join('ada');
    const wrong = lab.prepare('bob');
    lab.login(wrong.bus, user, role);
    await expect(lab.clock.while(wrong.room.join())).rejects.toThrow(PermissionError);
    expect(wrong.room.status).toBe('closed');
  });

  it('V6: a refusal of S1 that the server tells late ends the join all the same', async () => {
    const lab = new VerifiedLab();
    const { bus, room } = lab.prepare('bob');
    const subject = 'slate.collab.presence.p1.bob';
    const [publish, flush] = [bus.publish.bind(bus), bus.flush.bind(bus)];
    let hasSaid = false;
    bus.publish = (to, ...rest) => {
      hasSaid ||= to === subject;
      publish(to, ...rest);
    };
    bus.flush = async () => {
      await flush();
      if (hasSaid) bus.report(new PermissionError('publish', subject)); // as a server does, before its pong
    };
    await expect(lab.clock.while(room.join())).rejects.toThrow(PermissionError);
  });
});

describe('V7: budgets', () => {
  it('V7: of messages belong to the speaker, under whatever client ids it sends', async () => {
    const { lab, actors, clock } = await room('ada', 'bob');
    const [ada, bob] = actors;
    const mallory = lab.mallory();
    const { cursors } = roomSubjects('p1', FILE, 'mallory');
    for (let i = 0; i < 3_000; i++) mallory.bus.publish(cursors, batch(i % 2 ? bob.room.client : 100 + i));
    bob.room.pointer.move({ x: 0.7, y: 0.7, anchor: '' });
    await clock.advance(2_500);
    expect(ada.room.pointers.sample()).toMatchObject([{ client: bob.room.client, x: expect.closeTo(0.7, 2) }]);
    const dropped = ada.errors.filter((error) => error instanceof ProtocolError && error.reason === 'limit');
    expect(dropped).toMatchObject([{ user: 'mallory' }]);
    expect(dropped.reduce((sum, error) => sum + (error as ProtocolError).count, 0)).toBeGreaterThan(2_000);
  });

  it('V7: a user has 32 sessions, and a further one takes the place of the oldest, never that of others', async () => {
    const { lab, actors, clock } = await room('ada', 'bob');
    const [ada] = actors;
    const mallory = lab.mallory();
    for (let i = 0; i < 60; i++) {
      mallory.state({ client: 100 + i, state: { user: { id: 'mallory', name: 'M' } } });
      await clock.advance(20);
    }
    await clock.advance(100);
    const sessions = ada.room.members.find(({ user }) => user.id === 'mallory')?.sessions ?? [];
    expect(sessions.map(({ client }) => client).sort()).toEqual(Array.from({ length: 32 }, (_, i) => 128 + i));
    expect(sorted(ada)).toEqual(['M', 'ada', 'bob']);
  });
});

describe('V12: what the server says by itself', () => {
  it('V12: counts for nobody on whatever subject, is no error, and takes of no budget', async () => {
    const { lab, actors, clock } = await room('ada', 'bob');
    const [ada, bob] = actors;
    const server = lab.hub.connect();
    const { client } = bob.room;
    const { presence, cursors, sync } = roomSubjects('p1', FILE, 'bob');
    const headers = { 'Nats-Stream': 'SLATE_DOCS' };
    const json_ = json({ type: 'io.nats.jetstream.api.v1.consumer_create_response', userId: 'bob', timestamp: 5 });
    const reply = 'slate.collab.answer.p1.bob.q';
    for (let i = 0; i < 1_000; i++) {
      server.publish(presence, stateOf('bob', { client, clock: 9_999, state: null }), { headers });
      server.publish(cursors, batch(client), { headers });
      server.publish(cursors, json_);
      server.publish(presence, json_);
    }
    server.publish(sync, encodeAsk(client), { headers, reply });
    server.publish(roomSubjects('p1', FILE, 'bob').alive(ada.room.client, 'ada'), encodeAsk(client), {
      headers,
      reply,
    });
    const before = lab.wire.length;
    bob.room.pointer.move({ x: 0.7, y: 0.7, anchor: '' });
    await clock.advance(1_000);
    expect(statuses(ada.room)).toEqual({ ada: 'active', bob: 'active' });
    expect(ada.room.pointers.sample()).toMatchObject([{ client, x: expect.closeTo(0.7, 2) }]);
    expect(lab.wire.slice(before).filter(({ subject }) => subject.startsWith(reply))).toEqual([]);
    expect([ada.errors, bob.errors]).toEqual([[], []]);
  });

  it('V12: does not answer a question in the place of who was asked', async () => {
    const { lab, actors, clock } = await room('ada', 'bob');
    const server = lab.hub.connect();
    const json_ = json({ type: 'io.nats.jetstream.api.v1.consumer_create_response' });
    lab.network = (delivery, send) => {
      if (delivery.reply?.startsWith('slate.collab.answer.p1.zoe')) {
        for (const user of ['ada', 'bob']) {
          server.publish(`${delivery.reply}.${user}`, json_);
          server.publish(`${delivery.reply}.${user}`, new Uint8Array([1, 2, 3]), { headers: { a: 'b' } });
        }
      }
      send();
    };
    const zoe = await lab.join('zoe', { file: FILE });
    await clock.advance(100);
    expect(sorted(zoe)).toEqual(['ada', 'bob', 'zoe']);
    expect([zoe.errors, actors[0].errors]).toEqual([[], []]);
  });
});

describe('V8: a janitor', () => {
  it.each([true, false])(
    'V8: a death that it reports is seen within half a second (verified: %s)',
    async (verified) => {
      const lab = verified ? new VerifiedLab() : new RoomLab();
      const [ada, bob, cleo] = [
        await lab.join('ada', { verified }),
        await lab.join('bob', { verified }),
        await lab.join('cleo', { verified }),
      ];
      await lab.clock.advance(2_000);
      const janitor = lab.hub.connect();
      bob.room.setLocation('the last word');
      await lab.clock.advance(1);
      lab.hub.kill(bob.bus);
      janitor.publish('slate.collab.gone.p1', encodeUnreachable(0, bob.room.client, 0));
      await lab.clock.advance(500);
      for (const actor of [ada, cleo]) expect(statuses(actor.room)).toMatchObject({ bob: 'stale', ada: 'active' });
    },
  );

  it('V8: who is still there is asked, and nothing else happens', async () => {
    const { lab, actors, clock } = await room('ada', 'bob');
    const janitor = lab.hub.connect();
    for (let i = 0; i < 5; i++) {
      janitor.publish('slate.collab.gone.p1', encodeUnreachable(0, actors[1].room.client, 2 ** 40));
      await clock.advance(300);
    }
    await clock.advance(2_000);
    expect(actors[0].seen.filter((line) => line.includes('stale'))).toEqual([]);
    expect(actors[0].errors).toEqual([]);
  });
});
