/** The room as people see it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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

/** These are all that are here. */
function update(roster: Roster, entries: Iterable<RosterEntry>): boolean {
  const gone = new Set(roster.members.flatMap(({ sessions }) => sessions.map((session) => session.client)));
  for (const entry of entries) {
    gone.delete(entry.client);
    roster.set(entry.client, entry);
  }
  for (const client of gone) roster.set(client, undefined);
  return roster.settle();
}

const ids = (roster: Roster) => roster.members.map((member) => member.user.id);

describe('a roster', () => {
  it('groups sessions by person, the most present first', () => {
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

  it('shows the name and colour of the most present session; oneself before others at the same rank', () => {
    const roster = new Roster();
    update(roster, [entry('ada', { name: 'Elsewhere' }), entry('ada', { name: 'Here', self: true })]);
    expect(roster.members[0]).toMatchObject({ user: { name: 'Here' }, self: true });
    update(roster, [entry('ada', { name: 'Elsewhere' }), entry('ada', { name: 'Here', self: true, status: 'away' })]);
    expect(roster.members[0]).toMatchObject({ user: { name: 'Elsewhere' }, self: true, status: 'active' });
  });

  it('keeps the order of arrival, whatever order entries come in and however their status changes', () => {
    const roster = new Roster();
    const [ada, bob, cleo] = ['ada', 'bob', 'cleo'].map((id) => entry(id)) as [RosterEntry, RosterEntry, RosterEntry];
    update(roster, [cleo]);
    update(roster, [bob, cleo, ada]); // came together: by id, the same for everyone
    expect(ids(roster)).toEqual(['cleo', 'ada', 'bob']);
    update(roster, [{ ...bob, status: 'stale' }, ada, { ...cleo, status: 'away' }]);
    expect(ids(roster)).toEqual(['cleo', 'ada', 'bob']);
    update(roster, [bob, ada]);
    update(roster, [cleo, bob, ada]);
    expect(ids(roster)).toEqual(['ada', 'bob', 'cleo']); // who left and came back, came last
  });

  it('is the same array until something differs, and frozen', () => {
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

  it('shows nobody whose state names no user', () => {
    const roster = new Roster();
    expect(update(roster, [{ ...entry('x'), state: {} }])).toBe(false);
    expect(roster.members).toEqual([]);
  });

  it('told of changes one by one is the same as told of everyone at once', () => {
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
            single.set(client, here.get(client));
          }
          const before = single.members;
          const people = before.map((member) => JSON.stringify(member));
          const differs = single.settle();
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
