/** The room as people see it: one member a person, with all their sessions. A pure view; it holds only the order of arrival. */
import type { State } from '../protocol/state.js';
import type { Member, MemberStatus, Session, User } from '../room/types.js';

/** What the roster is made from: one's own session and each peer's. */
export interface RosterEntry {
  readonly client: number;
  readonly kind: Session['kind'];
  readonly status: MemberStatus;
  readonly state: State;
  readonly self: boolean;
}

const RANK: Record<MemberStatus, number> = { active: 0, idle: 1, away: 2, stale: 3 };

export class Roster {
  /** User id → order of arrival. Kept while the person is here, so that nobody's place changes under a pointer. */
  readonly #places = new Map<string, number>();
  #next = 0;
  #members: readonly Member[] = [];
  #key = '';

  get members(): readonly Member[] {
    return this.#members;
  }

  /** True where the members differ from before. Entries whose state names no user are nobody yet. */
  update(entries: Iterable<RosterEntry>): boolean {
    const people = new Map<string, RosterEntry[]>();
    for (const entry of entries) {
      const id = (entry.state.user as User | undefined)?.id;
      if (id === undefined) continue;
      const sessions = people.get(id);
      if (sessions) sessions.push(entry);
      else people.set(id, [entry]);
    }
    for (const id of this.#places.keys()) if (!people.has(id)) this.#places.delete(id);
    const newcomers = [...people.keys()].filter((id) => !this.#places.has(id));
    for (const id of newcomers.sort()) this.#places.set(id, this.#next++); // those of one answer: the same order for all
    const members = [...people.values()].map(member);
    members.sort((a, b) => (this.#places.get(a.user.id) ?? 0) - (this.#places.get(b.user.id) ?? 0));
    const key = JSON.stringify(members);
    if (key === this.#key) return false;
    this.#key = key;
    this.#members = Object.freeze(members);
    return true;
  }
}

function member(entries: RosterEntry[]): Member {
  entries.sort((a, b) => RANK[a.status] - RANK[b.status] || Number(b.self) - Number(a.self) || a.client - b.client);
  const sessions = entries.map(session);
  const [first] = entries as [RosterEntry, ...RosterEntry[]];
  const { id, name, color, avatar } = first.state.user as User;
  const location = sessions.find((one) => one.location !== undefined)?.location;
  return Object.freeze({
    user: Object.freeze({ id, name, color, ...(avatar && { avatar }) }),
    sessions: Object.freeze(sessions),
    status: first.status,
    ...(location !== undefined && { location }),
    self: entries.some((entry) => entry.self),
  });
}

function session({ client, kind, status, state, self }: RosterEntry): Session {
  const { file, location } = state as { file?: string; location?: string };
  return Object.freeze({
    client,
    kind,
    status,
    ...(typeof file === 'string' && { file }),
    ...(typeof location === 'string' && { location }),
    self,
  });
}
