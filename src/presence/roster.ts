/**
 * The list of members: one for each user, with all their sessions. A pure view. A crowd changes often, but only by one
 * session at a time, so an update looks only at the users whose sessions changed.
 */
import { equalityDeep } from 'lib0/function';
import type { State } from '../protocol/state.js';
import type { Member, MemberStatus, Session, User } from './people.js';

/** One session as the roster receives it: that of this room or that of a peer. */
export interface RosterEntry {
  readonly client: number;
  readonly kind: Session['kind'];
  readonly status: MemberStatus;
  readonly state: State;
  readonly self: boolean;
}

const RANK: Record<MemberStatus, number> = { active: 0, idle: 1, away: 2, stale: 3 };

export class Roster {
  /** By user id, in order of arrival: nobody's place changes under a pointer. */
  readonly #people = new Map<string, Member>();
  readonly #entries = new Map<number, { readonly id: string; readonly entry: RosterEntry }>();
  /** The clients of each user. */
  readonly #clients = new Map<string, Set<number>>();
  #members: readonly Member[] = [];

  /** Frozen; the same array until a member differs. */
  get members(): readonly Member[] {
    return this.#members;
  }

  /**
   * Takes in what some clients are now; `undefined` for one that is gone. An entry whose state names no user is not
   * shown. True when the members differ from before; a member that does not differ is the same object.
   */
  update(changes: Iterable<readonly [client: number, entry: RosterEntry | undefined]>): boolean {
    const touched = new Set<string>();
    for (const [client, entry] of changes) this.#set(client, entry, touched);
    let changed = false;
    // Sorted, so that newcomers of one roster answer stand in the same order for all.
    for (const id of [...touched].sort()) {
      const before = this.#people.get(id);
      const sessions = [...(this.#clients.get(id) ?? [])].flatMap((client) => this.#entries.get(client)?.entry ?? []);
      const next = sessions.length > 0 ? member(sessions) : undefined;
      if (equalityDeep(before, next)) continue;
      changed = true;
      if (next) this.#people.set(id, next);
      else this.#people.delete(id);
    }
    if (changed) this.#members = Object.freeze([...this.#people.values()]);
    return changed;
  }

  #set(client: number, entry: RosterEntry | undefined, touched: Set<string>): void {
    const before = this.#entries.get(client);
    if (before && entry && isSame(before.entry, entry)) return;
    const id = (entry?.state.user as User | undefined)?.id;
    if (before && before.id !== id) {
      touched.add(before.id);
      const clients = this.#clients.get(before.id);
      if (clients?.delete(client) && clients.size === 0) this.#clients.delete(before.id);
    }
    if (!entry || id === undefined) {
      this.#entries.delete(client);
      return;
    }
    touched.add(id);
    this.#entries.set(client, { id, entry });
    const clients = this.#clients.get(id);
    if (clients) clients.add(client);
    else this.#clients.set(id, new Set([client]));
  }
}

/** A peer's state is replaced, never changed in place; our own state an editor may change in place. */
function isSame(before: RosterEntry, now: RosterEntry): boolean {
  return !now.self && before.state === now.state && before.status === now.status && before.kind === now.kind;
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
