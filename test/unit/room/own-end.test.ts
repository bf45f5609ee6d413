/** P9, P6, D5: a member whose end others announce, or whose clock they raise, stays in sight. */
import { describe, expect, it } from 'vitest';
import { encodeBatch } from '../../../src/protocol/cursor-codec.js';
import { encodeHeartbeat, encodeStates, encodeUnreachable } from '../../../src/protocol/presence-codec.js';
import { type Actor, names, RoomLab, statuses } from '../../support/room-lab.js';

const PRESENCE = 'slate.collab.presence.p1';
const CURSORS = 'slate.editor.cursors.batch.p1';
const terms = { kind: 'slate', activity: 'active', leaseMs: 11_000, ageMs: 0 } as const;

/** A room of `size` members, of whom the first is the victim, on a line that takes 10 ms; and a stranger. */
async function crowd(size: number) {
  const lab = new RoomLab();
  const actors: Actor[] = [];
  for (let i = 0; i < size; i++) actors.push(await lab.join(`m${i}`));
  lab.network = ({ data, subject }, send) => {
    if (data.length === 0 && !subject.startsWith('slate.collab'))
      send(); // "no responders" overtakes no ping
    else lab.clock.after(10, send);
  };
  await lab.clock.advance(6_000);
  const [victim, ...others] = actors as [Actor, ...Actor[]];
  return { lab, actors, victim, others, stranger: lab.hub.connect() };
}

/** Of the samples taken every 20 ms, the share in which each of the others shows the victim as present. */
function watch({ lab, victim, others }: Awaited<ReturnType<typeof crowd>>) {
  const { name } = victim.room.self.user;
  let [samples, shown] = [0, 0];
  const look = () => {
    for (const { room } of others) {
      samples++;
      const status = statuses(room)[name];
      if (status === 'active') shown++;
    }
    lab.clock.after(20, look);
  };
  look();
  return () => shown / samples;
}

describe('a member that others call unreachable', () => {
  it('P9: is never dimmed while it lives, however often they say so', async () => {
    const world = await crowd(5);
    const { lab, victim, others, stranger } = world;
    const by = others[0]?.room.client ?? 0;
    const share = watch(world);
    for (let ms = 0; ms < 5_000; ms++) {
      for (const clock of [1, 2 ** 40]) stranger.publish(PRESENCE, encodeUnreachable(by, victim.room.client, clock));
      await lab.clock.advance(1);
    }
    expect(share()).toBe(1);
  });

  it('P9: is not removed from a room of 62 because it was said twice', async () => {
    const world = await crowd(62);
    const { lab, victim, others, stranger } = world;
    const share = watch(world);
    lab.wire.length = 0;
    for (let i = 0; i < 2; i++) {
      stranger.publish(PRESENCE, encodeUnreachable(others[0]?.room.client ?? 0, victim.room.client, 2 ** 40));
      await lab.clock.advance(200);
    }
    await lab.clock.advance(8_000);
    expect(share()).toBe(1);
    const reports = lab.wire.filter(({ subject, data }) => subject === PRESENCE && data[0] === 0 && data[1] === 2);
    expect(reports).toHaveLength(2 * 62); // the stranger's, to each
  });

  it('P9: stays where it cannot contradict, but still subscribes; each member asks the server once', async () => {
    const world = await crowd(10);
    const { lab, victim, others, stranger } = world;
    const share = watch(world);
    lab.network = ({ from }, send) => {
      if (from !== victim.bus) send(); // frozen: it hears nothing in time, and says nothing
    };
    lab.wire.length = 0;
    for (let i = 0; i < 100; i++) {
      stranger.publish(PRESENCE, encodeUnreachable(others[0]?.room.client ?? 0, victim.room.client, 2 ** 40));
      await lab.clock.advance(20);
    }
    expect(share()).toBe(1);
    const probes = lab.wire.filter(({ subject }) => subject === `slate.collab.alive.p1.${victim.room.client}`);
    expect(probes.length).toBeLessThan(9 * 4);
  });

  it('P9: and is dead is dimmed within 2 s and gone within 8 s, everywhere', async () => {
    for (const size of [3, 30]) {
      const { lab, victim, others } = await crowd(size);
      const dimmed = (room: Actor['room']) => statuses(room).m0 === 'stale';
      lab.hub.kill(victim.bus);
      await lab.clock.advance(2_000);
      expect(others.every(({ room }) => dimmed(room))).toBe(true);
      await lab.clock.advance(6_000);
      for (const { room } of others) expect(names(room)).not.toContain('m0');
    }
  });

  it('P9, P10: is gone within 12 s where somebody subscribes to everything', async () => {
    const { lab, victim, others, stranger } = await crowd(5);
    stranger.subscribe('slate.>', () => undefined);
    await lab.clock.advance(20_000);
    lab.hub.kill(victim.bus);
    await lab.clock.advance(4_500);
    for (const { room } of others) expect(statuses(room).m0).toBe('stale');
    await lab.clock.advance(6_500);
    for (const { room } of others) expect(names(room)).not.toContain('m0');
  });

  it('P9: a newcomer whose state nobody has is known, though others say that nobody has its id', async () => {
    const { lab, others, stranger } = await crowd(20);
    lab.network = ({ from, subject }, send) => {
      if (subject !== PRESENCE || from !== zoe.bus || lab.clock.now() > deaf) lab.clock.after(10, send);
    };
    const zoe = lab.prepare('zoe');
    let deaf = lab.clock.now() + 1_000;
    await lab.clock.while(zoe.room.join());
    deaf = lab.clock.now() + 500; // nobody received its announcement
    for (let ms = 0; ms < 10_000; ms += 5) {
      stranger.publish(PRESENCE, encodeUnreachable(others[0]?.room.client ?? 0, zoe.room.client, 0));
      await lab.clock.advance(5);
    }
    for (const { room } of others) expect(names(room)).toContain('zoe');
  });
});

/** What a stranger may say in the victim's name, `above` the clock that the others know. */
const WORDS: [string, (client: number, clock: number) => [string, Uint8Array]][] = [
  ['a goodbye', (client, clock) => [PRESENCE, encodeStates([{ client, clock, state: null, terms }])]],
  [
    'a state',
    (client, clock) => [PRESENCE, encodeStates([{ client, clock, state: { user: { id: 'x', name: 'x' } }, terms }])],
  ],
  ['a heartbeat', (client, clock) => [PRESENCE, encodeHeartbeat(client, clock, terms)]],
  [
    'a batch',
    (client, clock) => [
      CURSORS,
      encodeBatch({
        client,
        clock,
        presence: 1,
        sentAt: 0,
        samples: [],
        left: false,
        fields: { cursor: { line: 66 } },
      }),
    ],
  ],
];

describe('a member in whose name a stranger speaks', () => {
  for (const [what, word] of WORDS) {
    for (const above of [-1, 0, 1, 2 ** 23, 2 ** 24 - 1, 2 ** 24, 2 ** 31, 2 ** 40]) {
      for (const size of [3, 20]) {
        it(`D5, P8: ${what} at its clock ${above < 0 ? '' : '+ '}${above}, is seen by ${size - 1}`, async () => {
          const { lab, victim, others, stranger } = await crowd(size);
          const clock = Math.max(1, (victim.room.awareness.meta.get(victim.room.client)?.clock ?? 0) + above);
          stranger.publish(...word(victim.room.client, clock));
          await lab.clock.advance(6_000);
          victim.room.setLocation('line 12');
          victim.room.awareness.setLocalStateField('cursor', { line: 7 });
          await lab.clock.advance(6_000);
          const late = await lab.join('late');
          await lab.clock.advance(6_000);
          for (const { room } of [...others, late]) {
            expect(room.members.find(({ user }) => user.id === 'm0')).toMatchObject({ location: 'line 12' });
            expect(names(room)).not.toContain('x');
            const state = room.awareness.getStates().get(victim.room.client);
            expect(state).toMatchObject({ cursor: { line: 7 }, location: 'line 12' });
          }
          expect(victim.room.status).toBe('connected');
        });
      }
    }
  }

  for (const [what, size] of [
    ['small', 4],
    ['large', 30],
  ] as const) {
    it(`P6: is in sight of a ${what} room while goodbyes follow it under each of its ids, and leaves`, async () => {
      const world = await crowd(size);
      const { lab, victim, others, stranger } = world;
      const goodbye = (clock: number) => {
        stranger.publish(PRESENCE, encodeStates([{ client: victim.room.client, clock, state: null, terms }]));
      };
      const clock = () => victim.room.awareness.meta.get(victim.room.client)?.clock ?? 0;
      goodbye(clock());
      await lab.clock.advance(2_000);
      const share = watch(world);
      for (let i = 0; i < 200; i++) {
        goodbye(clock() + (i % 3));
        await lab.clock.advance(50);
      }
      expect(share()).toBeGreaterThan(0.99);
      await lab.clock.while(victim.room.leave());
      await lab.clock.advance(9_000); // as after a death
      for (const { room } of others) expect(names(room)).not.toContain('m0');
    });
  }

  it('property 16: D5, P8: raising its clock by 2^24 each time, does not silence it, and it takes one new id a minute', async () => {
    const { lab, victim, others, stranger } = await crowd(4);
    const ids = new Set([victim.room.client]);
    let clock = 10;
    for (let i = 0; i < 300; i++) {
      clock += 2 ** 24;
      stranger.publish(PRESENCE, encodeStates([{ client: victim.room.client, clock, state: null, terms }]));
      await lab.clock.advance(100);
      ids.add(victim.room.client);
    }
    expect(ids.size).toBe(2);
    await lab.clock.advance(7_000);
    for (const { room } of others) expect(names(room)).toContain('m0');
  });
});
