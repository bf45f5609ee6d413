/** The list of members. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Alike } from '../../../src/presence/alike.js';
import { Roster, type RosterEntry } from '../../../src/presence/roster.js';

let client = 0;

function entry(id: string, change: Partial<RosterEntry> & { location?: string; file?: string; name?: string } = {}) {
  const { location, file, name = id, ...rest } = change;
  const user = { id, name, color: '#188039' };
  return {
    client: ++client,
    kind: 'slate' as const,
    status: 'active' as const,
    state: { user, ...(location && { location }), ...(file && { file }) },
    self: false,
    ...rest,
  };
}

/** Exactly these sessions are here now. */
function update(roster: Roster, entries: Iterable<RosterEntry>): boolean {
  const gone = new Set(roster.members.flatMap(({ sessions }) => sessions.map((session) => session.client)));
  const here = [...entries].map((entry) => [entry.client, entry] as const);
  for (const [client] of here) gone.delete(client);
  return roster.update([...here, ...[...gone].map((client) => [client, undefined] as const)]);
}

const user = (session: RosterEntry) => session.state.user as { id: string; name: string };
const ids = (roster: Roster) => roster.members.map((member) => member.user.id);

describe('Roster', () => {
  it('groups sessions by user, the most present first', () => {
    const roster = new Roster();
    const away = entry('ada', { status: 'away', location: 'a.ts', file: 'a.ts' });
    const idle = entry('ada', { status: 'idle' });
    const stale = entry('ada', { status: 'stale', location: 'b.ts' });
    expect(update(roster, [away, entry('bob'), stale, idle])).toBe(true);
    const [ada] = roster.members;
    expect(ada?.sessions.map(({ status }) => status)).toEqual(['idle', 'away', 'stale']);
    expect(ada).toMatchObject({ user: { id: 'ada' }, status: 'idle', location: 'a.ts', self: false });
    expect(ada?.sessions[1]).toEqual({
      client: away.client,
      kind: 'slate',
      status: 'away',
      file: 'a.ts',
      location: 'a.ts',
      self: false,
    });
  });

  it('V2: shows a verified user as the most present session does, and of equals as that of this page', () => {
    const roster = new Roster(new Alike());
    update(roster, [entry('ada', { name: 'Elsewhere' }), entry('ada', { name: 'Here', self: true })]);
    expect(roster.members).toMatchObject([{ user: { name: 'Here' }, self: true }]);
    update(roster, [entry('ada', { name: 'Elsewhere' }), entry('ada', { name: 'Here', self: true, status: 'away' })]);
    expect(roster.members).toMatchObject([{ user: { name: 'Elsewhere' }, self: true, status: 'active' }]);
  });

  it('P14: in an open room the session that came first keeps its face, and another name of its id stands apart', () => {
    const roster = new Roster();
    const ada = entry('ada', { name: 'Ada', status: 'away' });
    const tab = { ...entry('ada', { name: 'Ada' }) };
    const painted = {
      ...tab,
      state: { user: { id: 'ada', name: 'Ada', color: '#ff0000', avatar: 'https://x/y.png' } },
    };
    const false_ = entry('ada', { name: 'Eve' });
    const unnamed = entry('ada');
    update(roster, [ada, entry('bob')]);
    update(roster, [ada, painted, false_, unnamed]);
    const [first, other, ...rest] = roster.members;
    expect(first?.user).toEqual({ id: 'ada', name: 'Ada', color: '#188039' });
    const own = [ada, painted, unnamed].map((one) => one.client);
    expect(new Set(first?.sessions.map((one) => one.client))).toEqual(new Set(own));
    expect(other).toMatchObject({ user: { id: 'ada', name: 'Eve' }, sessions: [{ client: false_.client }] });
    expect(rest).toEqual([]);
    expect(roster.memberOf(false_.client)?.label).toBe('Eve');
    expect(roster.memberOf(unnamed.client)?.label).toBe('Ada');
  });

  it('P14: when the first session takes another name, the others of its id follow if they say the same', () => {
    const roster = new Roster();
    const [one, two, bob] = [entry('ada', { name: 'Ada' }), entry('ada', { name: 'Ada' }), entry('bob')];
    const named = (session: RosterEntry, name: string) => ({ ...session, state: { user: { ...user(session), name } } });
    update(roster, [one, two, bob]);
    update(roster, [named(one, 'Ada L.'), two, bob]);
    expect(roster.members.map(({ user: { name } }) => name)).toEqual(['Ada L.', 'Ada', 'bob']);
    update(roster, [named(one, 'Ada L.'), named(two, 'Ada L.'), bob]);
    expect(roster.members.map(({ user: { name } }) => name)).toEqual(['Ada L.', 'bob']);
  });

  it('P14: verified users whose names look alike are shown with their ids, while both are here', () => {
    const roster = new Roster(new Alike());
    const ada = entry('ada', { name: 'Ada Lovelace' });
    const eve = entry('eve', { name: 'ＡＤＡ lovelace' });
    const labels = () => roster.members.map(({ label }) => label);
    update(roster, [ada, entry('bob', { name: 'Bob' })]);
    expect(labels()).toEqual(['Ada Lovelace', 'Bob']);
    const before = roster.members[0];
    roster.update([[eve.client, eve]]);
    expect(labels()).toEqual(['Ada Lovelace (ada)', 'Bob', 'ＡＤＡ lovelace (eve)']);
    expect(roster.memberOf(ada.client)?.label).toBe('Ada Lovelace (ada)');
    roster.update([[eve.client, undefined]]);
    expect(labels()).toEqual(['Ada Lovelace', 'Bob']);
    expect(roster.members[0]).toEqual(before);
  });

  it('P15: keeps the order of arrival, whatever comes first and whoever changes status', () => {
    const roster = new Roster();
    const placed = (id: string, arrival?: number) => {
      const one = entry(id);
      return { ...one, state: { user: { ...user(one), ...(arrival && { arrival }) } } };
    };
    const [ada, bob, cleo, dan] = [placed('ada', 7), placed('bob', 9), placed('cleo', 2), placed('dan', 9)];
    update(roster, [bob]);
    update(roster, [bob, cleo, dan, ada]);
    expect(ids(roster)).toEqual(['cleo', 'ada', 'bob', 'dan']);
    update(roster, [{ ...bob, status: 'stale' }, dan, ada, { ...cleo, status: 'away' }]);
    expect(ids(roster)).toEqual(['cleo', 'ada', 'bob', 'dan']);
    // A user came with the first session; who says no arrival comes last, by id.
    update(roster, [placed('aaa'), placed('Zoe'), placed('bob', 1), bob, ada]);
    expect(ids(roster)).toEqual(['bob', 'ada', 'Zoe', 'aaa']);
  });

  it('P15: tells of another order, and of nothing where the arrival alone is another one', () => {
    const roster = new Roster();
    const [ada, bob] = [entry('ada'), entry('bob')];
    const placed = (one: RosterEntry, arrival: number) => ({ ...one, state: { user: { ...user(one), arrival } } });
    update(roster, [ada, bob]);
    expect(update(roster, [placed(ada, 1), bob])).toBe(false);
    expect(update(roster, [placed(ada, 3), placed(bob, 2)])).toBe(true);
    expect(ids(roster)).toEqual(['bob', 'ada']);
  });

  it('returns the same frozen array until something differs', () => {
    const roster = new Roster();
    const [ada, bob] = [entry('ada'), entry('bob')];
    expect(update(roster, [ada, bob])).toBe(true);
    const before = roster.members;
    expect(update(roster, [bob, ada])).toBe(false);
    expect(roster.members).toBe(before);
    expect(update(roster, [bob, { ...ada, status: 'idle' }])).toBe(true);
    expect(roster.members).not.toBe(before);
    expect(before[0]?.status).toBe('active');
    for (const value of [before, before[0], before[0]?.user, before[0]?.sessions, before[0]?.sessions[0]]) {
      expect(Object.isFrozen(value)).toBe(true);
    }
  });

  it('does not show a session whose state names no user', () => {
    const roster = new Roster();
    expect(update(roster, [{ ...entry('x'), state: {} }])).toBe(false);
    expect(roster.members).toEqual([]);
  });

  it('has the same members whether it receives changes or everyone at once', () => {
    const change = fc.record({
      client: fc.nat(7),
      id: fc.constantFrom('ada', 'bob', 'cleo', undefined),
      status: fc.constantFrom<RosterEntry['status']>('active', 'idle', 'away', 'stale'),
      gone: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 20 }), (turns) => {
        const [single, whole] = [new Roster(), new Roster()];
        const here = new Map<number, RosterEntry>();
        for (const turn of turns) {
          for (const { client, id, status, gone } of turn) {
            const next = { ...entry(id ?? ''), client, status, ...(id === undefined && { state: {} }) };
            if (gone) here.delete(client);
            else here.set(client, next);
          }
          const before = single.members;
          const people = before.map((member) => JSON.stringify(member));
          const differs = single.update(turn.map(({ client }) => [client, here.get(client)]));
          update(whole, here.values());
          const sessions = (roster: Roster) =>
            roster.members.map((member) => [member.user.id, new Set(member.sessions.map(({ client }) => client))]);
          expect(sessions(single)).toEqual(sessions(whole));
          expect(single.members.map(({ status }) => status)).toEqual(whole.members.map(({ status }) => status));
          expect(differs).toBe(single.members !== before);
          if (!differs) expect(single.members.map((member) => JSON.stringify(member))).toEqual(people);
        }
      }),
      { numRuns: 300 },
    );
  });
});
