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
  /** In order of arrival, kept while the person is here: nobody's place changes under a pointer. */
  #people = new Map<string, { readonly key: string; readonly member: Member }>();
  #members: readonly Member[] = [];

  get members(): readonly Member[] {
    return this.#members;
  }

  /**
   * True where the members differ from before; a member that does not is the same object. Entries whose state names no
   * user are nobody yet.
   */
  update(entries: Iterable<RosterEntry>): boolean {
    const here = new Map<string, RosterEntry[]>();
    for (const entry of entries) {
      const id = (entry.state.user as User | undefined)?.id;
      if (id === undefined) continue;
      const sessions = here.get(id);
      if (sessions) sessions.push(entry);
      else here.set(id, [entry]);
    }
    const newcomers = [...here.keys()].filter((id) => !this.#people.has(id)).sort(); // of one answer: the same order for all
    let changed = newcomers.length > 0;
    const people = new Map<string, { key: string; member: Member }>();
    for (const id of [...this.#people.keys(), ...newcomers]) {
      const sessions = here.get(id);
      const before = this.#people.get(id);
      const key = sessions && keyOf(sessions);
      if (sessions && key !== undefined) {
        people.set(id, before?.key === key ? before : { key, member: member(sessions) });
      }
      changed ||= before?.key !== key;
    }
    if (!changed) return false;
    this.#people = people;
    this.#members = Object.freeze([...people.values()].map((person) => person.member));
    return true;
  }
}

/** All that a member shows of its sessions, as text. */
function keyOf(entries: readonly RosterEntry[]): string {
  let key = '';
  for (const { client, kind, status, self, state } of entries)
    key += `${client} ${kind} ${status} ${self} ${shown(state)}`;
  return key;
}

/** States are replaced, not changed, so what one shows is put into words once: a crowd's roster is made anew often. */
const shownOf = new WeakMap<State, string>();

function shown(state: State): string {
  const known = shownOf.get(state);
  if (known !== undefined) return known;
  const { id, name, color, avatar } = state.user as User;
  const text = JSON.stringify([id, name, color, avatar, state.file, state.location]);
  shownOf.set(state, text);
  return text;
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
