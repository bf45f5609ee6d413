/** P15 in whole rooms, on the virtual clock: who takes which place, when somebody moves, and what that costs. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { colorOf, MAX_ARRIVAL, PALETTE } from '../../../src/protocol/palette.js';
import { encodeStates } from '../../../src/protocol/presence-codec.js';
import type { CleanUser } from '../../../src/protocol/state.js';
import type { Room } from '../../../src/room/types.js';
import { PRESENCE } from '../../support/lies.js';
import { type Actor, names, RoomLab } from '../../support/room-lab.js';
import { VerifiedLab } from '../../support/verified-lab.js';

const userOf = ({ awareness }: Room) => awareness.getLocalState()?.user as CleanUser;
const look = ({ color, mark = 0 }: CleanUser) => `${color} ${mark}`;
/** Ids that prefer the same colour as `ada`. */
const ALIKE = Array.from({ length: 400 }, (_, i) => `u${i}`).filter((id) => colorOf(id) === colorOf('ada'));
const [TWIN = '', OTHER = ''] = ALIKE;

/** How many full states each client has announced to all. */
function announced(lab: RoomLab, { room }: Actor): number {
  const bytes = lab.wire.filter(({ subject, data, to, from }) => subject === PRESENCE && to === from && data[0] === 1);
  const id = encodeStates([
    { client: room.client, clock: 0, state: null, terms: { activity: 'active', kind: 'slate', leaseMs: 0, ageMs: 0 } },
  ]);
  const length = idLength(room.client);
  return bytes.filter(({ data }) => data.slice(1, 1 + length).every((byte, i) => byte === id[1 + i])).length;
}

const idLength = (client: number) => Math.max(1, Math.ceil(Math.log2(client + 1) / 7));

/** Where the people disagree about who is here, in which order and with which look. */
function disagreements(rooms: readonly Room[]): string[] {
  const shown = rooms.map((room) =>
    JSON.stringify(room.members.map(({ user: { id, color, mark } }) => [id, color, mark])),
  );
  return shown.filter((one) => one !== shown[0]);
}

describe('places', () => {
  it('P15: says at once what sets a newcomer apart, in one announcement', async () => {
    const lab = new RoomLab();
    const people: Actor[] = [];
    for (const id of ['ada', TWIN, OTHER]) people.push(await lab.join(id));
    await lab.clock.advance(4_000);
    for (const [i, actor] of people.entries()) {
      expect(userOf(actor.room).arrival).toBe(i + 1);
      expect(announced(lab, actor)).toBe(1);
    }
    const at = PALETTE.indexOf(colorOf('ada') as (typeof PALETTE)[number]);
    expect(people.map(({ room }) => userOf(room).color)).toEqual([0, 1, 2].map((n) => PALETTE[(at + n) % 12]));
    expect(userOf(people[1]?.room as Room).colorLight).toBe(`${userOf(people[1]?.room as Room).color}33`);
    expect(disagreements(people.map(({ room }) => room))).toEqual([]);
  });

  it('P15: of two who join at once, the one with the higher id moves, once', async () => {
    const lab = new RoomLab();
    const two = [OTHER, TWIN].map((id) => lab.prepare(id));
    await Promise.all(two.map(({ room }) => lab.clock.while(room.join())));
    await lab.clock.advance(15_000);
    const [first, second] = [...two].sort((a, b) => (userOf(a.room).id < userOf(b.room).id ? -1 : 1)) as [Actor, Actor];
    expect(userOf(first.room).color).toBe(colorOf('ada'));
    expect(userOf(second.room).color).not.toBe(colorOf('ada'));
    expect([announced(lab, first), announced(lab, second)].map((count) => count <= 2)).toEqual([true, true]);
    expect(disagreements(two.map(({ room }) => room))).toEqual([]);
  });

  it('P15: the order is that of arrival for everyone, also for who came by a roster', async () => {
    const lab = new RoomLab();
    const people: Actor[] = [];
    for (const id of ['zoe', 'ada', 'mia', 'bob']) people.push(await lab.join(id));
    await lab.clock.advance(1_000);
    for (const { room } of people) expect(names(room)).toEqual(['zoe', 'ada', 'mia', 'bob']);
  });

  it('P15: a person keeps look and place when others leave, and over a lost connection and a return', async () => {
    const lab = new RoomLab();
    const ada = await lab.join('ada');
    const twin = await lab.join(TWIN);
    const before = { ...userOf(twin.room) };
    await lab.clock.while(ada.room.leave());
    await lab.clock.advance(70_000);
    expect(userOf(twin.room)).toEqual(before);
    const newcomer = await lab.join(OTHER);
    expect(userOf(newcomer.room)).toMatchObject({ color: colorOf('ada'), arrival: 3 });
    twin.bus.disconnect();
    await lab.clock.advance(3_000);
    twin.bus.reconnect();
    await lab.clock.advance(3_000);
    expect(userOf(twin.room)).toEqual(before);
    expect(disagreements([twin.room, newcomer.room])).toEqual([]);
  });

  it('P15: all sessions of a user have one look and one place, also when the first one leaves', async () => {
    const lab = new RoomLab();
    const first = await lab.join('ada');
    const other = await lab.join(TWIN);
    const second = await lab.join('ada');
    expect(look(userOf(second.room))).toBe(look(userOf(first.room)));
    await lab.clock.while(first.room.leave());
    await lab.clock.advance(10_000);
    expect(names(other.room)).toEqual(['ada', TWIN]);
    expect(userOf(second.room)).toMatchObject({ arrival: 1, color: colorOf('ada') });
  });

  it('P15: after a partition heals, one of each two that clash moves', async () => {
    const lab = new RoomLab();
    const far = new Set<unknown>();
    lab.network = ({ from, to }, send) => {
      if (far.has(from) === far.has(to)) send();
    };
    const mia = await lab.join('mia');
    const one = await lab.join('ada');
    const two = lab.prepare(TWIN);
    far.add(two.bus);
    await lab.clock.while(two.room.join());
    expect(look(userOf(one.room))).toBe(look(userOf(two.room)));
    far.clear();
    await lab.clock.advance(30_000);
    const rooms = [mia.room, one.room, two.room];
    expect(new Set(rooms.map((room) => look(userOf(room)))).size).toBe(3);
    expect(disagreements(rooms)).toEqual([]);
  });

  it('P15: a colour that the page gives stays, and others choose around it', async () => {
    const lab = new RoomLab();
    const given = await lab.join(TWIN, { user: { id: TWIN, name: 'T', color: colorOf('ada') } });
    const ada = await lab.join('ada');
    expect(userOf(given.room).color).toBe(colorOf('ada'));
    expect(userOf(ada.room).color).not.toBe(colorOf('ada'));
    ada.room.setUser({ color: colorOf('ada') });
    await lab.clock.advance(2_000);
    expect(userOf(ada.room)).toMatchObject({ color: colorOf('ada'), arrival: 2 });
    ada.room.setUser({ color: undefined });
    await lab.clock.advance(2_000);
    expect(userOf(ada.room).color).not.toBe(colorOf('ada'));
    expect(given.room.members.map(({ user }) => user.color)).toEqual(
      [given, ada].map(({ room }) => userOf(room).color),
    );
  });

  it('P15: a colour that an editor writes stays, but for one that it only hands back', async () => {
    const lab = new RoomLab();
    const two = [OTHER, TWIN].sort().map((id) => lab.prepare(id));
    await Promise.all(two.map(({ room }) => lab.clock.while(room.join())));
    const later = two[1] as Actor;
    const copy = { ...userOf(later.room) }; // before it has to move
    await lab.clock.advance(10_000);
    const moved = userOf(later.room).color;
    expect(moved).not.toBe(copy.color);
    later.room.awareness.setLocalStateField('user', copy);
    expect(userOf(later.room)).toMatchObject({ color: moved, colorLight: `${moved}33`, arrival: copy.arrival });
    later.room.awareness.setLocalStateField('user', { name: 'Edi', color: '#123456' });
    expect(userOf(later.room)).toMatchObject({ name: 'Edi', color: '#123456', arrival: copy.arrival });
    await lab.clock.advance(2_000);
    expect(two[0]?.room.members.map(({ user }) => user.color)).toContain('#123456');
  });

  it('P15: a stranger with every look and the first place makes nobody move more than 4 times a minute', async () => {
    const lab = new RoomLab();
    const ada = await lab.join('ada');
    const stranger = lab.hub.connect();
    const looks: string[] = [];
    ada.room.on('members', () => looks.push(look(userOf(ada.room))));
    for (let n = 0; n < 120; n++) {
      // Whatever she takes, somebody was there before.
      const { color, mark } = userOf(ada.room);
      const user = { id: `!${n}`, name: `N${n}`, color, mark, arrival: 1 };
      const terms = { activity: 'active', kind: 'slate', leaseMs: 60_000, ageMs: 0 } as const;
      stranger.publish(PRESENCE, encodeStates([{ client: 1_000 + n, clock: 1, state: { user }, terms }]));
      await lab.clock.advance(500);
    }
    const changes = looks.filter((one, i) => i > 0 && one !== looks[i - 1]).length;
    expect(changes).toBeGreaterThan(0);
    expect(changes).toBeLessThanOrEqual(5); // 4 in any minute; a fifth as the first one is a minute old
  });

  it('P15: in a verified room all but a ghost take a place, and all agree on it', async () => {
    const lab = new VerifiedLab();
    const ada = await lab.join('ada');
    const ghost = await lab.join('boo', { role: 'ghost' });
    const viewer = await lab.join(TWIN, { role: 'viewer' });
    const writer = await lab.join(OTHER);
    await lab.clock.advance(20_000);
    expect([ada, viewer, writer].map(({ room }) => userOf(room).arrival)).toEqual([1, 2, 3]);
    expect(new Set([ada, viewer, writer].map(({ room }) => look(userOf(room)))).size).toBe(3);
    const rooms = [ada, ghost, viewer, writer].map(({ room }) => room);
    expect(disagreements(rooms)).toEqual([]);
    expect(names(ghost.room)).toEqual(['ada', TWIN, OTHER]);
    expect(lab.refused).toEqual([]);
  });

  it('P15: who hides from everyone comes back in the same place', async () => {
    const lab = new RoomLab();
    await lab.join('ada');
    const twin = await lab.join(TWIN);
    const before = { ...userOf(twin.room) };
    twin.room.awareness.setLocalState(null);
    await lab.clock.advance(2_000);
    twin.room.awareness.setLocalState({ draft: 1 });
    await lab.clock.advance(2_000);
    expect(userOf(twin.room)).toEqual(before);
  });

  it('P15: what is no arrival and no mark is none', async () => {
    const lab = new RoomLab();
    const ada = await lab.join('ada');
    const stranger = lab.hub.connect();
    const terms = { activity: 'active', kind: 'slate', leaseMs: 60_000, ageMs: 0 } as const;
    for (const [n, arrival] of [0, -1, 1.5, MAX_ARRIVAL + 1, '1', null, {}].entries()) {
      const user = { id: `!${n}`, name: `N${n}`, color: colorOf('ada'), mark: arrival, arrival };
      stranger.publish(PRESENCE, encodeStates([{ client: 1_000 + n, clock: 1, state: { user }, terms }]));
    }
    await lab.clock.advance(5_000);
    expect(userOf(ada.room).color).toBe(colorOf('ada'));
    expect(ada.room.members.map(({ user }) => user.mark)).toEqual(ada.room.members.map(() => undefined));
    expect(names(ada.room)[0]).toBe('ada');
  });

  it('P15: whoever joins, leaves or is cut off, all agree at rest, and no two of the first 12 share a colour', async () => {
    const step = fc.record({
      kind: fc.constantFrom('join', 'join', 'join', 'together', 'leave', 'cut', 'part', 'heal'),
      value: fc.nat(999),
    });
    const property = fc.asyncProperty(fc.nat(2 ** 31), fc.array(step, { maxLength: 14 }), async (seed, steps) => {
      const lab = new RoomLab(seed);
      const here: Actor[] = [];
      const far = new Set<unknown>();
      lab.network = ({ from, to }, send) => {
        if (far.has(from) === far.has(to)) send();
      };
      let made = 0;
      const join = () => {
        const actor = lab.prepare(`p${seed % 50}${made++}`);
        here.push(actor);
        return actor.room.join();
      };
      for (const { kind, value } of steps) {
        const one = here[value % (here.length || 1)];
        if (kind === 'join' && here.length < 12) await lab.clock.while(join());
        else if (kind === 'together' && here.length < 10) void [1, 2, 3].slice(value % 2).map(join);
        else if (kind === 'leave' && one)
          await lab.clock.while(here.splice(here.indexOf(one), 1)[0]?.room.leave() as Promise<void>);
        else if (kind === 'cut' && one) {
          one.bus.disconnect();
          lab.clock.after(value * 4, () => one.bus.reconnect());
        } else if (kind === 'part')
          for (const [i, { bus }] of here.entries())
            if ((value >> i) & 1) far.add(bus);
            else far.clear();
        await lab.clock.advance(value % 300);
      }
      far.clear();
      await lab.clock.advance(90_000);
      const rooms = here.map(({ room }) => room);
      expect(disagreements(rooms)).toEqual([]);
      expect(new Set(rooms.map((room) => userOf(room).color)).size).toBe(rooms.length);
      const before = rooms.map((room) => look(userOf(room)));
      await lab.clock.advance(30_000);
      expect(rooms.map((room) => look(userOf(room)))).toEqual(before);
      for (const { room } of here) await lab.clock.while(room.leave());
    });
    await fc.assert(property, { numRuns: 60, seed: 7 });
  }, 120_000);
});
