/**
 * The room as people see it: one member a person, with all their sessions. A pure view. A crowd changes often, and each
 * time by one: so it looks at those alone whose sessions are told to have changed.
 */
import type { State } from '../protocol/state.js';
import type { Member, MemberStatus, Session, User } from './people.js';

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
  readonly #people = new Map<string, { readonly key: string; readonly member: Member }>();
  /** What each client was told to be, and whose it was then. */
  readonly #sessions = new Map<number, { readonly id: string; readonly entry: RosterEntry }>();
  /** The clients of each person. */
  readonly #clients = new Map<string, Set<number>>();
  /** Whose members may differ. */
  readonly #touched = new Set<string>();
  #members: readonly Member[] = [];

  get members(): readonly Member[] {
    return this.#members;
  }

  /** What a client is now; `undefined`: it is gone. One whose state names no user is nobody yet. */
  set(client: number, entry: RosterEntry | undefined): void {
    const before = this.#sessions.get(client)?.id;
    const id = (entry?.state.user as User | undefined)?.id;
    if (before !== undefined && before !== id) {
      this.#touched.add(before);
      const clients = this.#clients.get(before);
      if (clients?.delete(client) && clients.size === 0) this.#clients.delete(before);
    }
    if (!entry || id === undefined) {
      this.#sessions.delete(client);
      return;
    }
    this.#touched.add(id);
    this.#sessions.set(client, { id, entry });
    const clients = this.#clients.get(id);
    if (clients) clients.add(client);
    else this.#clients.set(id, new Set([client]));
  }

  /** True where the members differ from before; a member that does not is the same object. */
  settle(): boolean {
    let changed = false;
    const touched = [...this.#touched].sort(); // newcomers of one answer: in the same order for all
    this.#touched.clear();
    for (const id of touched) {
      const before = this.#people.get(id);
      const sessions = [...(this.#clients.get(id) ?? [])].flatMap((client) => this.#sessions.get(client)?.entry ?? []);
      const key = sessions.length > 0 ? keyOf(sessions) : undefined;
      if (key === before?.key) continue;
      changed = true;
      if (key === undefined) this.#people.delete(id);
      else this.#people.set(id, { key, member: member(sessions) });
    }
    if (changed) this.#members = Object.freeze(Array.from(this.#people.values(), (person) => person.member));
    return changed;
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
