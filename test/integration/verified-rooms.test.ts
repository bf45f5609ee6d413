/**
 * V1 to V6 on a real server: what Mallory, who has a valid user of her own and a NATS client that sends anything,
 * cannot do to the people of a verified room. Past 300 lines: a test for each kind of attack.
 */
import '../support/websocket.js';
import { connect as natsConnect } from 'nats.ws';
import { expect, it, onTestFinished } from 'vitest';
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { joinRoom, PermissionError, ProtocolError } from '../../src/index.js';
import { encodeBatch } from '../../src/protocol/cursor-codec.js';
import {
  ALIASES,
  encodeHeartbeat,
  encodeStates,
  encodeUnreachable,
  type OutgoingEntry,
} from '../../src/protocol/presence-codec.js';
import { encodeRoster } from '../../src/protocol/roster-codec.js';
import type { State } from '../../src/protocol/state.js';
import type { LocalServer } from '../support/nats.js';
import { type Account, member, passwordOf, type VerifiedMember, verifiedServer } from '../support/verified-server.js';
import { until } from '../support/wait.js';

const TERMS = { kind: 'slate', activity: 'active', leaseMs: 180_000, ageMs: 0 } as const;
const PEOPLE: readonly Account[] = [
  { user: 'ada', projects: ['p1', 'p2'] },
  { user: 'bob', projects: ['p1', 'p2'] },
  { user: 'zoe', projects: ['p1'] },
  { user: 'mallory', projects: ['p1'] },
  { user: 'gus', projects: ['p1'], role: 'ghost' },
  { user: 'vic', projects: ['p1'], role: 'viewer' },
];

const OWN = 'slate.collab.presence.p1.mallory';
const CURSORS = 'slate.editor.cursors.batch.p1.a%2Ets';

const entry = (client: number, state: State | null, clock = 1_000): OutgoingEntry => ({
  client,
  clock,
  state,
  terms: TERMS,
});
const states = (...entries: OutgoingEntry[]) => encodeStates(entries);
const batch = (client: number, fields: State = {}) =>
  encodeBatch({
    client,
    clock: 2_000,
    presence: 1_000,
    sentAt: 0,
    fields,
    samples: [{ ago: 0, x: 0.9, y: 0.9, anchor: '' }],
    left: false,
  });

async function server(): Promise<LocalServer> {
  const started = await verifiedServer(PEOPLE);
  onTestFinished(() => started[Symbol.asyncDispose]());
  return started;
}

/** A program with the credentials of `user`. `refused` holds what the server did not let it do. */
async function raw({ wsUrl }: LocalServer, user = 'mallory') {
  const nc = await natsConnect({ servers: wsUrl, user, pass: passwordOf(user) });
  const refused: string[] = [];
  void (async () => {
    for await (const { permissionContext } of nc.status()) {
      if (permissionContext) refused.push(`${permissionContext.operation} ${permissionContext.subject}`);
    }
  })();
  onTestFinished(() => nc.close());
  return { nc, refused };
}

const ids = ({ room }: VerifiedMember) => room.members.map(({ user }) => user.id).sort();
const of = ({ room }: VerifiedMember, id: string) => room.members.find(({ user }) => user.id === id);
const sees = (who: VerifiedMember, ...others: string[]) =>
  others.every((id) => of(who, id)?.status === 'active' && of(who, id)?.user.name === id);
/** Whether these people were ever shown as anything but themselves, and present. */
const flaws = ({ seen }: VerifiedMember, ...others: string[]) =>
  seen.filter((line) => others.some((id) => line.includes(`${id}:`) && !line.includes(`${id}:${id}:active`)));

/** Each error names Mallory: as who sent the message, or as one of two whose sessions have the same id (V3). */
async function blamed({ errors }: VerifiedMember, what: string) {
  await until(() => errors.length > 0, { what: `an error about ${what}`, deadlineMs: 15_000 });
  for (const error of errors) {
    expect(error).toBeInstanceOf(ProtocolError);
    expect([error.message, (error as ProtocolError).user].join(' ')).toContain('mallory');
  }
}

it('V1, V4, V8: the server refuses the subjects of another user, another project, an open room, a janitor', async () => {
  const at = await server();
  await using ada = await member(at, 'ada');
  await using bob = await member(at, 'bob');
  const { client } = bob.room;
  const { nc, refused } = await raw(at);
  const lie = states(entry(client, { user: { id: 'bob', name: 'Not Bob' } }));
  const publishes = [
    'slate.collab.presence.p1.bob',
    'slate.collab.presence.p1',
    'slate.collab.presence',
    'slate.collab.presence.p2.mallory',
    `${CURSORS}.bob`,
    CURSORS,
    'slate.editor.cursors.batch',
    'slate.editor.cursor.bob.a%2Ets',
    'slate.collab.sync.p1.%.bob',
    'slate.collab.sync.p1',
    'slate.collab.joined.p1.bob',
    'slate.collab.left.p1.bob',
    'slate.collab.answer.p1.ada.q.bob',
    'slate.collab.answer.p1.ada.q',
    `slate.collab.alive.p1.ada.${ada.room.client}.bob`,
    `slate.collab.alive.p1.${ada.room.client}`,
    'slate.collab.gone.p1',
  ];
  for (const subject of publishes) nc.publish(subject, lie);
  const subscriptions = [
    'slate.collab.answer.p1.ada.>',
    'slate.collab.answer.>',
    `slate.collab.alive.p1.bob.${client}.*`,
    'slate.collab.alive.p1.>',
    'slate.collab.sync.p1.*.*',
    'slate.collab.presence.p2.*',
    'slate.collab.presence.p1',
    'slate.inbox.ada.>',
    'slate.>',
  ];
  for (const subject of subscriptions) nc.subscribe(subject, { callback: () => undefined });
  nc.subscribe('slate.collab.sync.p1.%.*', { queue: 'spies', callback: () => undefined });
  await nc.flush();
  await until(() => refused.length >= publishes.length + subscriptions.length + 1, { what: 'every refusal' });
  for (const subject of publishes) expect(refused).toContain(`publish ${subject}`);
  for (const subject of subscriptions) expect(refused).toContain(`subscription ${subject}`);
  nc.publish(OWN, states(entry(7, { user: { id: 'mallory', name: 'mallory' } }))); // and all that came before
  await nc.flush();
  await until(() => sees(ada, 'bob', 'mallory') && sees(bob, 'ada', 'mallory'), { what: 'them to see each other' });
  expect([...ada.errors, ...bob.errors]).toEqual([]);
  expect([...flaws(ada, 'bob'), ...flaws(bob, 'ada')]).toEqual([]);
}, 60_000);

it('property 15: V2, V3: what she says of others on her own subject changes nothing of them, and names her', async () => {
  const at = await server();
  await using ada = await member(at, 'ada');
  await using bob = await member(at, 'bob');
  await until(() => sees(ada, 'bob') && sees(bob, 'ada'), { what: 'them to see each other' });
  bob.room.pointer.move({ x: 0.1, y: 0.1, anchor: '' });
  await until(() => ada.room.pointers.sample().length === 1, { what: 'the pointer of Bob' });
  const { nc } = await raw(at);
  const heard: Uint8Array[] = [];
  nc.subscribe('slate.collab.presence.p1.bob', { callback: (_, { data }) => heard.push(data.slice()) });
  await nc.flush();
  bob.room.setLocation('line 1');
  await until(() => heard.length > 0, { what: 'a message of Bob to repeat' });
  const { client } = bob.room;
  const user = { id: 'bob', name: 'bob', color: '#ff0000', avatar: 'https://example.com/evil.png' };
  const talk = { chat: { text: 'I am Bob' }, reaction: { emoji: '💩', number: 1 } };
  const lies: [string, Uint8Array][] = [
    [OWN, states(entry(client, { user, slate: { gather: 5, follow: ada.room.client }, location: 'in hell' }, 2 ** 31))],
    [`${CURSORS}.mallory`, batch(client, { ...talk, view: { x: 0.5, y: 0.5, anchor: '' } })],
    [OWN, states(entry(client, { user, ...talk }, 2 ** 31 + 9))],
    [OWN, states(entry(client, null, 2 ** 31 + 20))],
    [OWN, encodeHeartbeat(client, 3, TERMS, 5)],
    [OWN, encodeUnreachable(client, client, 2 ** 31)],
    [OWN, encodeUnreachable(client, ada.room.client, 2 ** 31)],
    [OWN, encodeUnreachable(client, client, 0)],
    ...heard.map((bytes): [string, Uint8Array] => [OWN, bytes]),
    [OWN, states(entry(client, { user }, 2 ** 31 + 30))],
  ];
  for (let round = 0; round < 5; round++) {
    for (const [subject, bytes] of lies) nc.publish(subject, bytes);
    await nc.flush();
    bob.room.setLocation(`line ${round}`); // he goes on
    await until(() => of(ada, 'bob')?.location === `line ${round}`, { what: `Ada to see Bob in round ${round}` });
  }
  await until(() => of(ada, 'mallory') !== undefined && of(bob, 'mallory') !== undefined, {
    what: 'Mallory, as she is',
  });
  const alias = of(ada, 'mallory')?.sessions[0]?.client ?? 0;
  expect(alias).toBeGreaterThanOrEqual(ALIASES);
  expect(of(ada, 'mallory')?.label).toBe('bob (mallory)');
  expect(of(ada, 'bob')).toMatchObject({ user: { id: 'bob', name: 'bob' }, label: 'bob (bob)', status: 'active' });
  expect(of(ada, 'bob')?.user).toEqual(bob.room.self.user);
  expect(of(ada, 'bob')?.sessions.map((session) => session.client)).toEqual([client]);
  const shown = ada.room.awareness.getStates().get(client) ?? {};
  for (const field of ['chat', 'reaction', 'slate', 'view']) expect(shown).not.toHaveProperty(field);
  const pointer = ada.room.pointers.sample().find((one) => one.client === client);
  expect(pointer?.x).toBeCloseTo(0.1, 2);
  expect(bob.room.client).toBe(client);
  expect([...flaws(ada, 'bob'), ...flaws(bob, 'ada')]).toEqual([]);
  for (const who of [ada, bob]) await blamed(who, 'the lies');
}, 90_000);

it('V3, V5: a newcomer sees everyone as they are, whatever she told it first, and whoever answers', async () => {
  const at = await server();
  await using ada = await member(at, 'ada');
  await using bob = await member(at, 'bob');
  const { nc } = await raw(at);
  const clients = [ada.room.client, bob.room.client];
  // She speaks under their ids all the time, so that a newcomer hears her first ...
  const shout = () => {
    for (const client of clients) {
      nc.publish(OWN, states(entry(client, { user: { id: 'ada', name: 'ada' } }, 2 ** 31)));
      nc.publish(OWN, encodeHeartbeat(client, 2 ** 31, TERMS, 77));
    }
  };
  const shouting = setInterval(shout, 20);
  onTestFinished(() => clearInterval(shouting));
  // ... and answers what she may answer.
  const lies = [
    entry(9, { user: { id: 'mallory', name: 'mallory' } }),
    entry(clients[0] ?? 0, { user: { id: 'ada', name: 'Not Ada' } }, 2 ** 31),
    entry(clients[1] ?? 0, { user: { id: 'zed', name: 'Zed' } }, 2 ** 31),
    ...Array.from({ length: 100 }, (_, i) => entry(10_000 + i, { user: { id: `x${i}`, name: `ghost ${i}` } })),
  ];
  const roster = encodeRoster({ states: states(...lies), batches: clients.map((client) => batch(client)) });
  let asked = 0;
  const answer = (_: unknown, { reply }: { reply?: string }) => {
    asked++;
    nc.publish(`${reply}.mallory`, roster);
  };
  for (const place of ['%', 'a%2Ets']) {
    // Nearly all of the queue group is hers.
    for (let i = 0; i < 1000; i++)
      nc.subscribe(`slate.collab.sync.p1.${place}.*`, { queue: 'members', callback: answer });
  }
  nc.subscribe('slate.collab.alive.p1.mallory.*.*', { callback: answer });
  await nc.flush();
  await using zoe = await member(at, 'zoe');
  await until(() => sees(zoe, 'ada', 'bob') && sees(ada, 'bob', 'zoe') && sees(bob, 'ada', 'zoe'), {
    what: 'all to see each other',
    deadlineMs: 30_000,
  });
  await until(() => ids(zoe).join() === 'ada,bob,mallory,zoe', { what: 'the invented to be gone', deadlineMs: 60_000 });
  expect(asked).toBeGreaterThan(0);
  for (const [id, room] of [
    ['ada', ada.room],
    ['bob', bob.room],
  ] as const) {
    expect(of(zoe, id)?.user).toEqual(room.self.user);
    expect(of(zoe, id)?.sessions).toHaveLength(1);
  }
  expect([...flaws(ada, 'bob'), ...flaws(bob, 'ada')]).toEqual([]);
  for (const who of [ada, bob]) await blamed(who, 'what she calls herself');
}, 120_000);

it('P9, V4: a death shows in every room of a user, also over one connection, whatever she reports', async () => {
  const at = await server();
  await using ada = await member(at, 'ada');
  await using zoe = await member(at, 'zoe', { file: 'b.ts' });
  const other = await joinRoom(ada.bus, { project: 'p1', file: 'b.ts', verified: true, user: { id: 'ada' } });
  const bob = await member(at, 'bob');
  await until(() => sees(ada, 'bob', 'zoe') && sees(zoe, 'ada', 'bob'), { what: 'all to see each other' });
  await bob.bus.close(); // without a goodbye
  await until(() => of(ada, 'bob')?.status !== 'active' && of(zoe, 'bob')?.status !== 'active', {
    what: 'Bob to be dimmed',
    deadlineMs: 15_000,
  });
  const isGone = () => !of(ada, 'bob') && !of(zoe, 'bob') && !other.members.some(({ user }) => user.id === 'bob');
  await until(isGone, { what: 'Bob to be gone', deadlineMs: 20_000 });
  expect(sees(ada, 'zoe') && sees(zoe, 'ada')).toBe(true);
}, 60_000);

it('V6: a ghost sees and is not seen, a viewer is seen, and who is refused S1 hears so', async () => {
  const at = await server();
  await using ada = await member(at, 'ada');
  await using gus = await member(at, 'gus', { role: 'ghost' });
  await using vic = await member(at, 'vic', { role: 'viewer' });
  vic.room.pointer.move({ x: 0.5, y: 0.5, anchor: '' });
  ada.room.pointer.move({ x: 0.5, y: 0.5, anchor: '' });
  await until(() => sees(ada, 'vic') && sees(vic, 'ada') && sees(gus, 'ada', 'vic'), { what: 'who can be seen' });
  await until(() => gus.room.pointers.sample().length === 1, { what: 'the pointer of Ada' });
  for (const who of [ada, gus, vic]) {
    expect(ids(who)).toEqual(['ada', 'vic']);
    expect(who.errors).toEqual([]);
  }
  await expect(member(at, 'gus')).rejects.toThrow(PermissionError);
  await expect(member(at, 'bob', { login: 'mallory' })).rejects.toThrow(PermissionError);
  await expect(member(at, 'mallory', { project: 'p2' })).rejects.toThrow(PermissionError);
}, 60_000);

it('P1, V2: a stock Yjs client is in a verified room as its user, in five lines', async () => {
  const at = await server();
  await using ada = await member(at, 'ada');
  const { nc, refused } = await raw(at, 'zoe');
  const awareness = new Awareness(new Y.Doc());
  onTestFinished(() => awareness.destroy());

  const publish = () =>
    nc.publish('slate.collab.presence.p1.zoe', encodeAwarenessUpdate(awareness, [awareness.clientID]));
  const receive = (_: unknown, { data }: { data: Uint8Array }) => applyAwarenessUpdate(awareness, data, 'nats');
  nc.subscribe('slate.collab.presence.p1.*', { callback: receive });
  awareness.on('update', (_: unknown, origin: unknown) => origin !== 'nats' && publish());
  awareness.setLocalStateField('user', { name: 'Zoe', color: '#ff0000' });

  await until(() => of(ada, 'zoe') && awareness.getStates().size === 2, { what: 'both to see each other' });
  expect(of(ada, 'zoe')).toMatchObject({
    user: { id: 'zoe', name: 'Zoe', color: '#ff0000' },
    sessions: [{ client: awareness.clientID, kind: 'yjs' }],
  });
  expect(awareness.getStates().get(ada.room.client)).toMatchObject({ user: { id: 'ada', name: 'ada' } });
  expect([ada.errors, refused]).toEqual([[], []]);
});
