/**
 * Y20: which user has which client id of Yjs. What the history says counts more than what was heard, and of each the
 * first. In open rooms all speak as the user '', to whom no id is given, so that nothing is refused there.
 */
import { ProtocolError } from '../errors.js';
import type { ClientsOf } from '../protocol/document-head.js';
import type { Author } from './types.js';

/** So many ids that were heard alone are known of one user; the oldest are forgotten. */
const MAX_HEARD = 64;
/** How much of a head the ids may take, in bytes; and what one user takes of it beside its name and ids. */
const MAX_BYTES = 20 * 1024;
const BYTES_OF_USER = 22;

export class Authors {
  /** The user of this session; '' in open rooms. */
  readonly user: string;
  /** What the history says, the id that was seen longest ago first. */
  readonly #kept = new Map<number, string>();
  readonly #heard = new Map<number, string>();
  /** As whose edits rescues were saved. */
  readonly #rescued = new Map<number, string>();

  constructor(user = '') {
    this.user = user;
  }

  get isVerified(): boolean {
    return this.user !== '';
  }

  /** Who has this id, by what the history says. */
  keptBy(client: number): string | undefined {
    return this.#kept.get(client);
  }

  /** True for an id of this user. */
  isOf(client: number, user: string): boolean {
    return this.#owner(client) === user;
  }

  /** True for an id of the own user. */
  isOwn(client: number): boolean {
    return this.isOf(client, this.user);
  }

  /** Whose edits are under this id; `undefined` where nothing says so. */
  of(client: number): Author | undefined {
    const owner = this.#owner(client);
    const user = owner ?? this.#rescued.get(client);
    return user ? { user, verified: owner !== undefined } : undefined;
  }

  /** The history names an id under a user. False where it is another one's. */
  keep(client: number, user: string): boolean {
    const owner = this.#kept.get(client);
    if (owner !== undefined && owner !== user) return false;
    if (user === '') return true;
    this.#kept.delete(client); // the newest is the last
    this.#kept.set(client, user);
    return true;
  }

  /** A user names an id on the live lane. False where it is another one's. */
  hear(client: number, user: string): boolean {
    const owner = this.#owner(client);
    if (owner !== undefined || user === '') return owner === undefined || owner === user;
    this.#heard.set(client, user);
    const own = [...this.#heard.keys()].filter((each) => this.#heard.get(each) === user);
    if (own.length > MAX_HEARD) this.#heard.delete(own[0] as number);
    return true;
  }

  /** Structs under a user's subject, of these clients. Throws {@link ProtocolError} where one is another user's. */
  admit(clients: Iterable<number>, user: string, where: 'kept' | 'heard'): void {
    const ids = new Set(clients);
    for (const client of ids) {
      const owner = where === 'kept' ? this.#kept.get(client) : this.#owner(client);
      if (owner === undefined || owner === user) continue;
      const whose = `which is that of ${JSON.stringify(owner)}`;
      throw new ProtocolError('identity', `${JSON.stringify(user)} edits under the client id ${client}, ${whose}`);
    }
    for (const client of ids) where === 'kept' ? this.keep(client, user) : this.hear(client, user);
  }

  /** A rescue holds structs of these clients, and says whose they are. */
  rescue(clients: Iterable<number>, user: string): void {
    if (user !== '') for (const client of clients) this.#rescued.set(client, user);
  }

  /**
   * What a session has to say of structs of these clients when it saves them: nothing of own ones; of others that they
   * are a rescue, as the edits of this user, or '' of several, or of who is not known.
   */
  rescuedAs(clients: Iterable<number>): string | undefined {
    const others = [...clients].filter((client) => !this.isOwn(client));
    if (!this.isVerified || others.length === 0) return undefined;
    const users = new Set(others.map((client) => this.of(client)?.user));
    return (users.size === 1 && [...users][0]) || '';
  }

  /** Takes over what a head says. */
  load(clients: readonly ClientsOf[]): void {
    for (const { user, ids } of clients)
      for (const id of ids.toReversed()) if (!this.#kept.has(id)) this.keep(id, user);
  }

  /**
   * What a head is to say: the newest ids, of each user in turn, as far as they fit. So nobody who makes many takes the
   * place of others. `undefined` where there are none.
   */
  forHead(): readonly ClientsOf[] | undefined {
    const all = new Map<string, { user: string; ids: number[]; taken: number }>();
    for (const [id, user] of [...this.#kept].reverse()) {
      const own = all.get(user) ?? { user, ids: [], taken: 0 };
      all.set(user, own);
      own.ids.push(id);
    }
    const most = Math.max(0, ...Array.from(all.values(), ({ ids }) => ids.length));
    let left = MAX_BYTES;
    for (let rank = 0; rank < most && left > 0; rank++) {
      for (const own of all.values()) {
        if (rank >= own.ids.length) continue;
        left -= `${own.ids[rank]},`.length + (rank === 0 ? bytesOf(own.user) + BYTES_OF_USER : 0);
        if (left >= 0) own.taken++;
      }
    }
    const chosen = [...all.values()].filter(({ taken }) => taken > 0);
    return chosen.length === 0 ? undefined : chosen.map(({ user, ids, taken }) => ({ user, ids: ids.slice(0, taken) }));
  }

  /** The stream is not the one that was read. */
  forget(): void {
    this.#kept.clear();
    this.#rescued.clear();
  }

  #owner(client: number): string | undefined {
    return this.#kept.get(client) ?? this.#heard.get(client);
  }
}

const bytesOf = (text: string) => new TextEncoder().encode(JSON.stringify(text)).length;
