/**
 * The table "Bounds" of docs/PROTOCOL.md: what a room sends because of one message of a stranger, and because of a
 * flood of them.
 * Past 300 lines: each row of the table is a test.
 */
import { describe, expect, it, vi } from 'vitest';
import { isInbox } from '../../../src/bus/inbox.js';
import { encodeBatch } from '../../../src/protocol/cursor-codec.js';
import {
  decodePresence,
  encodeAsk,
  encodeHeartbeat,
  encodeStates,
  encodeUnreachable,
} from '../../../src/protocol/presence-codec.js';
import { isAnswer } from '../../../src/protocol/subjects.js';
import { KINDS, type Kind, scene } from '../../support/room-kinds.js';
import { type Actor, names, RoomLab } from '../../support/room-lab.js';

const PRESENCE = 'slate.collab.presence.p1';
const terms = { kind: 'slate', activity: 'active', leaseMs: 11_000, ageMs: 0 } as const;

const state = (client: number, clock: number, name = `m${client}`) =>
  encodeStates([{ client, clock, state: { user: { id: name, name } }, terms }]);
/** As a stock Yjs client sends it: without our trailer. */
const stock = (client: number, clock: number) => state(client, clock).slice(0, -5);
const batch = (client: number, clock: number) =>
  encodeBatch({ client, clock, presence: clock, sentAt: 0, samples: [], left: false });

/** A room of `size` members that has been quiet for a while, and a stranger's bus. */
async function crowd(kind: Kind, size: number) {
  const { lab, bus: stranger, subjects, inbox } = scene(kind);
  const actors: Actor[] = [];
  for (let i = 0; i < size; i++) actors.push(await lab.join(`m${i}`));
  lab.network = ({ subject }, send) => {
    if (!isInbox(subject) && !isAnswer(subject)) lab.clock.after(10, send);
    else send(); // the server's "no responders" overtakes no ping
  };
  await lab.clock.advance(12_000);
  const [victim] = actors as [Actor];
  /**
   * What all members publish within `ms`, questions and answers included, without their probes and the heartbeats of
   * all but the victim.
   */
  const sent: string[] = [];
  for (const { bus } of actors) {
    const publish = bus.publish.bind(bus);
    vi.spyOn(bus, 'publish').mockImplementation((subject, payload, options) => {
      publish(subject, payload, options);
      const data = payload as Uint8Array | undefined;
      const beat = subject.startsWith(PRESENCE) && data?.[0] === 0 && data[1] === 1;
      if (data?.length && (!beat || bus === victim.bus)) sent.push(subject);
    });
  }
  const sentWithin = async (ms: number, during: (at: number) => void) => {
    sent.length = 0;
    for (let at = 0; at < ms; at++) {
      during(at);
      await lab.clock.advance(1);
    }
    return sent.length;
  };
  const { presence, cursors, sync } = subjects;
  const alive = subjects.alive(victim.room.client, 'm0');
  return { lab, actors, victim, stranger, presence, cursors, sync, alive, inbox, sentWithin };
}

type Room = Awaited<ReturnType<typeof crowd>>;

/**
 * What a stranger may send: the rule that reacts to it, how many messages five members send because of a second full
 * of them, and message number `i`.
 */
const MESSAGES: [rule: string, what: string, most: number, send: (room: Room, i: number) => void][] = [
  [
    'M4',
    'a heartbeat of nobody',
    110,
    ({ stranger, presence }, i) => stranger.publish(presence, encodeHeartbeat(9_000 + i, 1, terms)),
  ],
  [
    'M4',
    'a heartbeat in the name of a member, with a newer clock',
    30,
    ({ stranger, victim, presence }, i) =>
      stranger.publish(presence, encodeHeartbeat(victim.room.client, 5_000 + i, terms)),
  ],
  [
    'M4',
    'a batch in the name of a member, with a newer clock',
    30,
    ({ stranger, victim, cursors }, i) => stranger.publish(cursors, batch(victim.room.client, 5_000 + i)),
  ],
  ['M4', 'a batch of nobody', 110, ({ stranger, cursors }, i) => stranger.publish(cursors, batch(9_000 + i, 1))],
  [
    'M4',
    'a question for the state of a member',
    12,
    ({ stranger, alive, inbox }) => stranger.publish(alive, encodeAsk(9_000), { reply: inbox }),
  ],
  [
    'P5',
    'a question for the roster',
    250,
    ({ stranger, sync, inbox }) => stranger.publish(sync, encodeAsk(9_000), { reply: inbox }),
  ],
  [
    'P12',
    'a question for the roster of a member',
    55,
    ({ stranger, alive, inbox }, i) => stranger.publish(alive, encodeAsk(9_000 + i, 'askRoster'), { reply: inbox }),
  ],
  [
    'P12',
    'a heartbeat of a member with another digest',
    30,
    ({ stranger, victim, presence }, i) =>
      stranger.publish(presence, encodeHeartbeat(victim.room.client, 1, terms, 4_711 + i)),
  ],
  [
    'P8',
    'a state in the name of a member, with a newer clock',
    6,
    ({ stranger, victim, presence }, i) => stranger.publish(presence, state(victim.room.client, 5_000 + 10 * i)),
  ],
  [
    'P8',
    'a goodbye in the name of a member',
    16,
    ({ stranger, victim, presence }, i) =>
      stranger.publish(
        presence,
        encodeStates([{ client: victim.room.client, clock: 5_000 + 10 * i, state: null, terms }]),
      ),
  ],
  [
    'P3',
    'a stock Yjs client that arrives',
    10,
    ({ stranger, presence }, i) => stranger.publish(presence, stock(9_000 + i, 1)),
  ],
  [
    'P9',
    'a report that a member is unreachable',
    2,
    ({ stranger, actors, victim, presence }) =>
      stranger.publish(presence, encodeUnreachable((actors[1] as Actor).room.client, victim.room.client, 2 ** 40)),
  ],
  ['P9', 'a probe', 0, ({ stranger, alive, inbox }) => stranger.publish(alive, '', { reply: inbox })],
  [
    'P2',
    'a JSON program that arrives',
    0,
    ({ stranger, presence }, i) =>
      stranger.publish(presence, {
        type: 'presence',
        projectId: 'p1',
        userId: `z${i}`,
        timestamp: 1_000 + i,
        data: {},
      }),
  ],
  [
    'F2',
    'a session that follows a member',
    0,
    ({ stranger, victim, presence }, i) => {
      const user = { id: 'x', name: 'x' };
      const slate = { follow: i % 2 === 0 ? victim.room.client : 0, gather: i };
      stranger.publish(presence, encodeStates([{ client: 9_000, clock: 1 + i, state: { user, slate }, terms }]));
    },
  ],
  [
    'M1',
    'an audience that comes and goes',
    12,
    ({ stranger, victim, lab, presence }, i) => {
      victim.room.pointer.move({ x: (i % 10) / 10, y: 0.5, anchor: '' }, lab.clock.now());
      const user = { id: 'x', name: 'x' };
      const where = i % 2 === 0 ? {} : { file: 'b.ts' };
      stranger.publish(presence, encodeStates([{ client: 9_000, clock: 1 + i, state: { user, ...where }, terms }]));
    },
  ],
  [
    'P13',
    'a question whose answer would go to others',
    0,
    ({ stranger, sync, alive }, i) => {
      const where = [sync, alive];
      stranger.publish(where[i % 2] as string, encodeAsk(9_000, i % 3 === 0 ? 'askRoster' : 'ask'), {
        reply: i % 5 === 0 ? 'slate.build.jobs' : PRESENCE,
      });
    },
  ],
  [
    'P1',
    'a message to all about several clients',
    0,
    ({ stranger, victim, presence }, i) => {
      const heartbeat = { type: 'heartbeat', client: victim.room.client, clock: 9_000 + i, terms } as const;
      const entry = { client: 9_000 + i, clock: 1, state: { user: { id: 'x', name: 'x' } }, terms };
      stranger.publish(presence, encodeStates([entry], [heartbeat]));
    },
  ],
  [
    'P6',
    'a goodbye in the name of a member, at a clock that is over',
    6,
    ({ stranger, victim, presence }) =>
      stranger.publish(presence, encodeStates([{ client: victim.room.client, clock: 0, state: null, terms }])),
  ],
  [
    'D5',
    'a state in the name of a member, at a clock that is too high to follow',
    14,
    ({ stranger, victim, presence }, i) => stranger.publish(presence, state(victim.room.client, (i + 1) * 2 ** 24)),
  ],
  [
    'D1',
    'a message that cannot be read',
    0,
    ({ stranger, presence }) => stranger.publish(presence, Uint8Array.of(9, 9)),
  ],
];

/** Open rooms fear strangers more, and a crowd takes seconds. */
const CROWDS = { open: 60, verified: 12 };

describe.each(KINDS)('Bounds: one message of a stranger in a room that is %s', (kind) => {
  const size = CROWDS[kind];
  for (const [rule, what, , send] of MESSAGES) {
    it(`${rule}: ${what} makes ${size} members send no more than a few messages`, async () => {
      const room = await crowd(kind, size);
      const sent = await room.sentWithin(2_000, (at) => at === 0 && send(room, 0));
      const ofStock = rule === 'P3' ? size : 0; // it reads only what each member announces itself
      expect(sent).toBeLessThanOrEqual(40 + ofStock);
    });
  }
});

describe.each(KINDS)('Bounds: a flood in a room that is %s', (kind) => {
  for (const [rule, what, most, send] of MESSAGES) {
    it(`${rule}: a thousand times in a second, ${what} makes a member send at a bounded rate, which ends`, async () => {
      const room = await crowd(kind, 5);
      const sent = await room.sentWithin(1_000, (at) => send(room, at));
      expect(sent).toBeLessThanOrEqual(most);
      await room.lab.clock.advance(20_000); // what waits for its turn
      expect(await room.sentWithin(1_000, () => undefined)).toBeLessThanOrEqual(10);
      for (const { room: here } of room.actors) {
        expect(here.status).toBe('connected');
        expect(names(here)).toEqual(expect.arrayContaining(['m0', 'm1', 'm2', 'm3', 'm4']));
      }
    });
  }
});

describe.each(KINDS)('Bounds: bytes in a room that is %s', (kind) => {
  it('P5, M4: 3-byte questions draw 20 MiB at once from a room of large states, and then 2 MiB a second', async () => {
    const { lab, bus: stranger, subjects, inbox } = scene(kind);
    const actors: Actor[] = [];
    for (let i = 0; i < 10; i++) {
      actors.push(await lab.join(`m${i}`));
      actors[i]?.room.awareness.setLocalStateField('draft', 'x'.repeat(12_000));
    }
    await lab.clock.advance(15_000);
    let bytes = 0;
    stranger.subscribe(kind === 'open' ? 'slate.inbox.>' : `${subjects.answers}.>`, ({ data }) => {
      bytes += data.length;
    });
    const draw = async (ms: number) => {
      bytes = 0;
      for (let at = 0; at < ms; at += 5) {
        for (const { room } of actors) {
          const alive = subjects.alive(room.client, room.self.user.id);
          stranger.publish(subjects.sync, encodeAsk(9_000 + at), { reply: inbox });
          stranger.publish(alive, encodeAsk(9_000 + at, 'askRoster'), { reply: inbox });
          stranger.publish(alive, encodeAsk(9_000 + at), { reply: inbox });
        }
        await lab.clock.advance(5);
      }
      return bytes / 2 ** 20;
    };
    expect(await draw(5_000)).toBeLessThan(20 + 5 * 2 + 10 * 0.15);
    expect(await draw(5_000)).toBeLessThan(5 * 2 + 10 * 0.15);
    await lab.clock.advance(20_000);
    const zoe = await lab.join('zoe'); // it ends with the questions
    expect(names(zoe.room)).toHaveLength(11);
  }, 60_000);
});

describe('Bounds', () => {
  it('P3: a newcomer to a room with 28 stock Yjs clients announces itself twice at most', async () => {
    const lab = new RoomLab();
    await lab.join('alice');
    const others = lab.hub.connect();
    for (let i = 0; i < 28; i++) others.publish(PRESENCE, stock(9_000 + i, 1));
    await lab.clock.advance(3_000);
    const bob = lab.prepare('bob');
    let announced = 0;
    others.subscribe(PRESENCE, ({ data }) => {
      const message = decodePresence(data);
      if (message.type === 'states' && message.entries[0]?.client === bob.room.client) announced++;
    });
    await lab.clock.while(bob.room.join());
    await lab.clock.advance(5_000);
    expect(names(bob.room)).toHaveLength(30);
    expect(announced).toBeGreaterThanOrEqual(1);
    expect(announced).toBeLessThanOrEqual(2);
  });

  it('P9: a member reports 20 clients a second, and all of 60 that died at once are removed', async () => {
    const lab = new RoomLab();
    const actors: Actor[] = [];
    for (let i = 0; i < 64; i++) actors.push(await lab.join(`m${i}`));
    await lab.clock.advance(12_000); // nobody is a newcomer any more, whose neighbours others watch too
    const reports: number[] = [];
    lab.hub.connect().subscribe(PRESENCE, ({ data }) => {
      if (decodePresence(data).type === 'unreachable') reports.push(lab.clock.now());
    });
    actors.sort((a, b) => a.room.client - b.room.client);
    const [first] = actors as [Actor];
    for (const { bus } of actors.slice(2, 62)) lab.hub.kill(bus);
    await lab.clock.advance(30_000);
    expect(first.room.members).toHaveLength(4);
    const within = (start: number) => reports.filter((at) => at >= start && at < start + 1_000).length;
    expect(Math.max(...reports.map(within))).toBeLessThanOrEqual(20);
    expect(reports.length).toBeLessThanOrEqual(70);
  });
});
