/** P13: what a member hears of others in a roster is a hint, whoever answers. */
import { describe, expect, it } from 'vitest';
import { encodeHeartbeat, encodeStates, type OutgoingEntry } from '../../../src/protocol/presence-codec.js';
import { encodeRoster } from '../../../src/protocol/roster-codec.js';
import { type Actor, names, RoomLab } from '../../support/room-lab.js';

const PRESENCE = 'slate.collab.presence.p1';
const terms = { kind: 'slate', activity: 'active', leaseMs: 180_000, ageMs: 0 } as const;

const entry = (client: number, name: string, more: Partial<OutgoingEntry> = {}): OutgoingEntry => ({
  client,
  clock: 3,
  state: { user: { id: name, name } },
  terms,
  ...more,
});

/** Answers every question for a roster before the members can, with what `lie` tells of them. */
function hostile(lab: RoomLab, lie: () => readonly OutgoingEntry[]) {
  const bus = lab.hub.connect();
  for (const subject of ['slate.collab.sync.p1', 'slate.collab.sync.p1.%']) {
    bus.subscribe(subject, (message) => {
      message.respond(encodeRoster({ states: encodeStates(lie()), batches: [] }));
    });
  }
  return bus;
}

const invented = (count: number) => Array.from({ length: count }, (_, i) => entry(10 + i, `ghost ${i}`));

async function honest(lab: RoomLab, count: number): Promise<Actor[]> {
  const actors: Actor[] = [];
  for (let i = 0; i < count; i++) actors.push(await lab.join(`m${i}`));
  await lab.clock.advance(3_000);
  return actors;
}

/** What somebody could say of the members to a newcomer. */
const LIES: [string, (actors: Actor[]) => OutgoingEntry[]][] = [
  ['998 invented clients', () => invented(998)],
  ['1,000 invented clients', () => invented(1_000)],
  ['nobody but itself', () => invented(1)],
  ['other names', (actors) => actors.map(({ room }) => entry(room.client, 'mallory'))],
  ['other names at high clocks', (all) => all.map(({ room }) => entry(room.client, 'mallory', { clock: 2 ** 32 }))],
  ['goodbyes at high clocks', (all) => all.map(({ room }) => entry(room.client, '', { clock: 2 ** 32, state: null }))],
  [
    'clients that speak JSON',
    (actors) => actors.map(({ room }) => entry(room.client, 'mallory', { terms: { ...terms, kind: 'json' } })),
  ],
];

describe('a newcomer to whom somebody answers that the room holds', () => {
  for (const [what, lie] of LIES) {
    it(`P13: ${what}, joins, sees everyone within two heartbeats, and nobody else for long`, async () => {
      const lab = new RoomLab();
      const actors = await honest(lab, 5);
      hostile(lab, () => lie(actors));
      const zoe = await lab.join('zoe');
      expect(zoe.room.status).toBe('connected');
      await lab.clock.advance(11_000);
      expect(names(zoe.room)).toEqual(expect.arrayContaining(['m0', 'm1', 'm2', 'm3', 'm4', 'zoe']));
      for (const { room } of actors) expect(names(room)).toContain('zoe');
      await lab.clock.advance(55_000);
      expect(names(zoe.room).sort()).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'zoe']);
      for (const { room } of actors) expect(names(room).sort()).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'zoe']);
    });
  }
});

describe('what a roster says', () => {
  it('P13: does not replace what a member said itself, when a session reconnects', async () => {
    const lab = new RoomLab();
    const [ada, bob] = (await honest(lab, 2)) as [Actor, Actor];
    hostile(lab, () => [entry(bob.room.client, 'mallory', { clock: 900 })]);
    ada.bus.disconnect();
    await lab.clock.advance(1_000);
    ada.bus.reconnect();
    ada.seen.length = 0;
    await lab.clock.advance(10_000);
    expect(names(ada.room).sort()).toEqual(['m0', 'm1']);
    expect(ada.seen.join()).not.toContain('mallory');
  });

  it('P13: of a client that never speaks ends with a short lease, although somebody repeats it', async () => {
    const lab = new RoomLab();
    await honest(lab, 2);
    const bus = hostile(lab, () => [entry(77, 'ghost')]);
    bus.subscribe('slate.collab.alive.p1.77', () => undefined); // so that the server cannot tell
    const zoe = await lab.join('zoe');
    expect(names(zoe.room)).toContain('ghost');
    const lie = encodeRoster({ states: encodeStates([entry(77, 'ghost')]), batches: [] });
    for (const member of ['slate.collab.alive.p1.*']) {
      bus.subscribe(member, (message) => {
        if (message.data[1] === 4) message.respond(lie);
      });
    }
    await lab.clock.advance(12_000);
    expect(names(zoe.room)).not.toContain('ghost');
    for (let i = 0; i < 10; i++) {
      bus.publish(PRESENCE, encodeHeartbeat(zoe.room.client, 1, terms, 4_711 + i)); // asks for rosters
      await lab.clock.advance(5_000);
      expect(names(zoe.room)).not.toContain('ghost');
    }
  });

  it('P13: of a full room of 1,001 entries is taken, and joining does not fail', async () => {
    const lab = new RoomLab();
    const bus = lab.hub.connect();
    const first = await lab.join('m0');
    for (let i = 0; i < 1_000; i++) bus.publish(PRESENCE, encodeStates([entry(10 + i, `p${i}`)]));
    for (let i = 0; i < 1_000; i++) bus.subscribe(`slate.collab.alive.p1.${10 + i}`, () => undefined);
    await lab.clock.advance(20);
    expect(first.room.members).toHaveLength(1_001);
    const zoe = await lab.join('zoe');
    expect([zoe.room.status, zoe.room.members.length]).toEqual(['connected', 1_001]);
    expect(names(zoe.room)).toContain('m0');
  });
});

describe('a message', () => {
  it('P1: to all that tells of two clients is refused', async () => {
    const lab = new RoomLab();
    const ada = await lab.join('ada');
    const stranger = lab.hub.connect();
    stranger.publish(PRESENCE, encodeStates([entry(8, 'x'), entry(9, 'y')]));
    const more = [{ type: 'heartbeat', client: 9, clock: 1, terms }] as const;
    stranger.publish(PRESENCE, encodeStates([entry(8, 'x')], more));
    await lab.clock.advance(1);
    expect(names(ada.room)).toEqual(['ada']);
    expect(ada.room.stats.refused).toBe(2);
  });

  it('P13, M4: that answers for another client than the one that was asked is refused', async () => {
    const lab = new RoomLab();
    const ada = await lab.join('ada');
    const stranger = lab.hub.connect();
    stranger.subscribe('slate.collab.alive.p1.77', (message) => message.respond(encodeStates([entry(78, 'x')])));
    stranger.publish(PRESENCE, encodeHeartbeat(77, 1, terms));
    await lab.clock.advance(10);
    expect(names(ada.room)).toEqual(['ada']);
    expect(ada.errors).toMatchObject([{ name: 'ProtocolError', reason: 'identity' }]);
  });

  it('P2: in bytes cannot speak for a JSON program, nor be one', async () => {
    const lab = new RoomLab();
    const ada = await lab.join('ada');
    const stranger = lab.hub.connect();
    const person = { type: 'presence', projectId: 'p1', userId: 'carol', timestamp: 1, data: { name: 'Carol' } };
    stranger.publish(PRESENCE, person);
    await lab.clock.advance(1);
    const carol = ada.room.members.find(({ user }) => user.id === 'carol')?.sessions[0]?.client ?? 0;
    expect(carol).toBeGreaterThan(2 ** 32);
    for (const clock of [2, 2 ** 24, 2 ** 32, 2 ** 48]) {
      stranger.publish(PRESENCE, encodeStates([entry(carol, 'mallory', { clock, terms: { ...terms, kind: 'json' } })]));
      stranger.publish(PRESENCE, encodeStates([entry(carol, 'mallory', { clock, state: null })]));
      stranger.publish(PRESENCE, encodeHeartbeat(carol, clock, terms));
      stranger.publish(PRESENCE, encodeStates([entry(9, 'x', { clock, terms: { ...terms, kind: 'json' } })]));
    }
    await lab.clock.advance(1);
    expect(names(ada.room)).toEqual(['ada', 'Carol']);
    stranger.publish(PRESENCE, { ...person, timestamp: 2, data: { name: 'Caroline' } });
    await lab.clock.advance(1);
    expect(names(ada.room)).toEqual(['ada', 'Caroline']);
  });
});

describe('a question', () => {
  for (const [what, subject, kind] of [
    ['its state', 'alive', 'ask'],
    ['its roster', 'alive', 'askRoster'],
    ['the roster', 'sync', 'ask'],
  ] as const) {
    it(`P13: for ${what} is answered on an inbox, and nowhere else`, async () => {
      const lab = new RoomLab();
      const ada = await lab.join('ada');
      const stranger = lab.hub.connect();
      const where = subject === 'sync' ? 'slate.collab.sync.p1' : `slate.collab.alive.p1.${ada.room.client}`;
      const question = Uint8Array.of(0, kind === 'ask' ? 3 : 4, 9);
      const got: string[] = [];
      stranger.subscribe('>', ({ subject }) => got.push(subject));
      const replies = ['slate.build.jobs', PRESENCE, 'slate.inbox', 'slate.inboxes.x', '$SYS.x'];
      for (const reply of replies) stranger.publish(where, question, { reply });
      await lab.clock.advance(20);
      expect(got.filter((subject) => subject !== where && replies.includes(subject) && subject !== PRESENCE)).toEqual(
        [],
      );
      for (const reply of ['slate.inbox.me.1', '_INBOX.me.1', '_INBOX_ada.1']) {
        stranger.publish(where, question, { reply });
        await lab.clock.advance(20);
        expect(got).toContain(reply);
      }
    });
  }
});
