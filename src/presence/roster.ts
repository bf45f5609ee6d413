/**
 * The list of members: one for each user, with all their sessions (P14). A pure view. A crowd changes often, but only
 * by one session at a time, so an update looks only at the users whose sessions changed.
 */
import { equalityDeep } from 'lib0/function';
import type { CleanUser, State } from '../protocol/state.js';
import { cleanWork, type Work } from '../protocol/work.js';
import type { Alike } from './alike.js';
import type { Member, MemberStatus, Session, User } from './people.js';
import { compare } from './place.js';

/** One session as the roster receives it: that of this room or that of a peer. */
export interface RosterEntry {
  readonly client: number;
  readonly kind: Session['kind'];
  readonly status: MemberStatus;
  readonly state: State;
  /** W3: what they do in the document, without a word of theirs. */
  readonly seen?: Work | undefined;
  readonly self: boolean;
}

const RANK: Record<MemberStatus, number> = { active: 0, idle: 1, away: 2, stale: 3 };

export class Roster {
  /** By user id. Of one id there are several in an open room alone, where their names differ. */
  readonly #people = new Map<string, readonly Member[]>();
  readonly #entries = new Map<number, { readonly id: string; readonly entry: RosterEntry }>();
  /** The clients of each user, in order of arrival. */
  readonly #clients = new Map<string, Set<number>>();
  /** When each user arrived (P15); beyond all others for who does not say it. */
  readonly #arrivals = new Map<string, number>();
  /** The user ids in the order of arrival, the same for everyone. */
  #order: readonly string[] = [];
  #isSorted = true;
  readonly #alike: Alike | undefined;
  #members: readonly Member[] = [];

  /** `alike`: of a verified room, where the server vouches for the user of each session. */
  constructor(alike?: Alike) {
    this.#alike = alike;
  }

  /** Frozen; the same array until a member differs. */
  get members(): readonly Member[] {
    return this.#members;
  }

  /** The member whose session this is. */
  memberOf(client: number): Member | undefined {
    const members = this.#people.get(this.#entries.get(client)?.id ?? '') ?? [];
    const [first, ...others] = members;
    const isOf = ({ sessions }: Member) => sessions.some((session) => session.client === client);
    return others.find(isOf) ?? first;
  }

  /**
   * Takes in what some clients are now; `undefined` for one that is gone. An entry whose state names no user is not
   * shown. True when the members differ from before; a member that does not differ is the same object.
   */
  update(changes: Iterable<readonly [client: number, entry: RosterEntry | undefined]>): boolean {
    const touched = new Set<string>();
    for (const [client, entry] of changes) this.#set(client, entry, touched);
    let changed = false;
    for (const id of touched) if (this.#show(id)) changed = true;
    if (this.#sort()) changed = true;
    if (!changed) return false;
    // Somebody's name may have begun, or ceased, to look like another one's.
    for (const id of this.#alike?.take() ?? []) this.#show(id);
    this.#members = Object.freeze(this.#order.flatMap((id) => this.#people.get(id) ?? []));
    return true;
  }

  /** Brings the members of one id up to date. True when one differs from before. */
  #show(id: string): boolean {
    const before = this.#people.get(id) ?? [];
    const sessions = [...(this.#clients.get(id) ?? [])].flatMap((client) => this.#entries.get(client)?.entry ?? []);
    const groups = this.#alike || sessions.length < 2 ? [sessions] : byName(id, sessions);
    this.#alike?.set(id, sessions.length > 0 ? face(true, sessions).name : undefined);
    const next = groups
      .filter((group) => group.length > 0)
      .map((group, index) => {
        const now = this.#member(group);
        const same = before[index];
        return same && equalityDeep(same, now) ? same : now;
      });
    this.#arrive(id, sessions);
    if (next.length === before.length && next.every((member, index) => member === before[index])) return false;
    if (next.length > 0) this.#people.set(id, next);
    else this.#people.delete(id);
    return true;
  }

  /** Notes when this user arrived. */
  #arrive(id: string, sessions: readonly RosterEntry[]): void {
    const arrivals = sessions.map((entry) => userOf(entry).arrival ?? Number.MAX_VALUE);
    const arrival = arrivals.length > 0 ? Math.min(...arrivals) : undefined;
    if (arrival === this.#arrivals.get(id)) return;
    if (arrival === undefined) this.#arrivals.delete(id);
    else this.#arrivals.set(id, arrival);
    this.#isSorted = false;
  }

  /** True where the order differs from before. */
  #sort(): boolean {
    if (this.#isSorted) return false;
    this.#isSorted = true;
    const before = this.#order;
    const arrival = (id: string) => this.#arrivals.get(id) as number;
    this.#order = [...this.#people.keys()].sort((a, b) => arrival(a) - arrival(b) || compare(a, b));
    return this.#order.some((id, index) => id !== before[index]);
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

  #member(arrived: readonly RosterEntry[]): Member {
    const entries = mostPresentFirst(arrived);
    const sessions = entries.map(session);
    const { id, name, color, mark, avatar } = face(this.#alike !== undefined, arrived);
    const location = sessions.find((one) => one.location !== undefined)?.location;
    const work = sessions.find((one) => one.work)?.work;
    return Object.freeze({
      user: Object.freeze({ id, name, color, ...(mark && { mark }), ...(avatar && { avatar }) }),
      label: this.#alike?.isAlike(id) ? `${name} (${id})` : name,
      sessions: Object.freeze(sessions),
      status: (entries[0] as RosterEntry).status,
      ...(location !== undefined && { location }),
      ...(work && { work }),
      self: entries.some((entry) => entry.self),
    });
  }
}

/** A peer's state is replaced, never changed in place; our own state an editor may change in place. */
function isSame(before: RosterEntry, now: RosterEntry): boolean {
  const same = before.state === now.state && before.status === now.status && before.kind === now.kind;
  return !now.self && same && before.seen === now.seen;
}

const userOf = ({ state }: RosterEntry) => state.user as User & Pick<CleanUser, 'arrival'>;

/**
 * P14: whose name, colour and picture are shown of several sessions: of the most present one where all are of one user;
 * where anyone may claim an id, of the one that was here first.
 */
function face(verified: boolean, arrived: readonly RosterEntry[]): User {
  const [first] = verified ? mostPresentFirst(arrived) : arrived;
  return userOf(first as RosterEntry);
}

/** P14: anyone may claim an id, so sessions are of one member if they say the same name, or none but their id. */
function byName(id: string, arrived: readonly RosterEntry[]): RosterEntry[][] {
  const groups = new Map<string, RosterEntry[]>();
  const first = userOf(arrived[0] as RosterEntry).name;
  for (const entry of arrived) {
    const { name } = userOf(entry);
    const key = name === id ? first : name;
    const group = groups.get(key);
    if (group) group.push(entry);
    else groups.set(key, [entry]);
  }
  return [...groups.values()];
}

function mostPresentFirst(entries: readonly RosterEntry[]): RosterEntry[] {
  return [...entries].sort(
    (a, b) => RANK[a.status] - RANK[b.status] || Number(b.self) - Number(a.self) || a.client - b.client,
  );
}

function session({ client, kind, status, state, seen, self }: RosterEntry): Session {
  const { file, location } = state as { file?: string; location?: string };
  const works = status === 'active' || status === 'idle'; // W2
  const work = works ? cleanWork({ ...seen, ...cleanWork(state.work) }) : undefined;
  return Object.freeze({
    client,
    kind,
    status,
    ...(typeof file === 'string' && { file }),
    ...(typeof location === 'string' && { location }),
    ...(work && { work: Object.freeze(work) }),
    self,
  });
}
