/**
 * Whose words count in a verified room (V2, V3, V5): a client belongs to the user that the subject names, so two users
 * never meet under one id: the first who speaks under it has it, and others are kept here under ids of our own.
 */
import { equalityDeep } from 'lib0/function';
import { ProtocolError } from '../errors.js';
import { ALIASES, MAX_CLIENTS, type StateEntry } from '../protocol/presence-codec.js';
import type { Speaker } from '../protocol/speaker.js';
import { type CleanUser, type State, TALK } from '../protocol/state.js';
import type { Claims } from './claims.js';
import type { Source } from './peers.js';

/** V7: how many sessions of one user a room holds. */
const MAX_SESSIONS = 32;
/** How many sessions of all users are told apart, those that are gone included. */
const MAX_CLAIMS = 4 * MAX_CLIENTS;

export interface VerifiedClaimsOptions {
  /** The own user. */
  readonly user: string;
  readonly own: { readonly id: number };
  /** What is known of a client of the room; `undefined` of one that is not here. */
  readonly stateOf: (id: number) => State | undefined;
  /** The client is known under another id from now on. */
  readonly move: (id: number, to: number) => void;
  /** There are too many sessions of its user. */
  readonly remove: (id: number) => void;
  /** Something that changes nothing, and that people should know. */
  readonly report: (error: ProtocolError) => void;
}

/** One session of a user: a client id of the wire, and its id here. */
interface Claim {
  readonly user: string;
  readonly client: number;
  id: number;
  /** The user itself spoke under it; until then it is hearsay, which holds its id for no one. */
  spoke: boolean;
}

export class VerifiedClaims implements Claims {
  readonly verified = true;
  readonly #options: VerifiedClaimsOptions;
  readonly #byId = new Map<number, Claim>();
  readonly #byClient = new Map<number, Claim[]>();
  readonly #byUser = new Map<string, Claim[]>();
  #nextAlias = ALIASES;

  constructor(options: VerifiedClaimsOptions) {
    this.#options = options;
  }

  isOurs(speaker: Speaker): boolean {
    return speaker === this.#options.user;
  }

  said(client: number, speaker: Speaker): number {
    if (!speaker) throw new ProtocolError('identity', 'the subject names no user');
    if (this.#isOwn(client, speaker)) return client;
    const claim = this.#find(client, speaker) ?? this.#add(client, speaker, true);
    if (!claim.spoke) {
      claim.spoke = true;
      this.#settle(claim);
    }
    return claim.id;
  }

  state(entry: StateEntry, speaker: Speaker, source: Source): StateEntry {
    const { client, state } = entry;
    if (source !== 'hearsay') {
      const id = this.said(client, speaker);
      return { ...entry, client: id, state: state && this.#spoken(state, id, this.#signed(state, client, speaker)) };
    }
    const { user } = (state ?? {}) as { user?: CleanUser };
    if (!state || !user) throw new ProtocolError('shape', 'hearsay about nobody');
    if (this.#isOwn(client, user.id)) return entry;
    const { id } = this.#find(client, user.id) ?? this.#add(client, user.id, false);
    return { ...entry, client: id, state: this.#spoken(state, id, user) };
  }

  known(client: number): readonly number[] {
    const claims = this.#byClient.get(client) ?? [];
    return claims.map(({ id }) => id);
  }

  onWire(id: number): { readonly client: number; readonly user: string } {
    return this.#byId.get(id) ?? { client: id, user: this.#options.user };
  }

  #isOwn(client: number, user: string): boolean {
    return client === this.#options.own.id && user === this.#options.user;
  }

  #find(client: number, user: string): Claim | undefined {
    return this.#byClient.get(client)?.find((claim) => claim.user === user);
  }

  #add(client: number, user: string, spoke: boolean): Claim {
    if (client >= ALIASES) throw new ProtocolError('identity', `no session has the client id ${client}`);
    this.#makeRoom(user, spoke);
    const isFree = client !== this.#options.own.id && !this.#byId.has(client);
    const claim = { user, client, id: isFree ? client : this.#nextAlias++, spoke };
    this.#byId.set(claim.id, claim);
    put(this.#byClient, client, claim);
    put(this.#byUser, user, claim);
    if (spoke) this.#settle(claim);
    return claim;
  }

  /** V3: the first who speaks under an id has it. Hearsay makes room for it. */
  #settle(claim: Claim): void {
    const { client, user } = claim;
    const holder = this.#byId.get(client);
    if (claim !== holder && client !== this.#options.own.id && !holder?.spoke) {
      if (holder) this.#move(holder, this.#nextAlias++);
      this.#move(claim, client);
    }
    if (claim.id === client) return;
    const first = holder?.user ?? this.#options.user;
    this.#report(
      `client ${client} is the session of both "${first}" and "${user}"; the latter has another id here`,
      user,
    );
  }

  #move(claim: Claim, to: number): void {
    const { id } = claim;
    this.#byId.delete(id);
    this.#byId.set(to, claim);
    claim.id = to;
    this.#options.move(id, to);
  }

  /** V7: a further session takes the place of the oldest of its user: one that is gone, if there is any. */
  #makeRoom(user: string, spoke: boolean): void {
    const { stateOf, remove } = this.#options;
    const isGone = ({ id }: Claim) => stateOf(id) === undefined;
    if (this.#byId.size >= MAX_CLAIMS) this.#forget([...this.#byId.values()].find(isGone));
    const sessions = this.#byUser.get(user) ?? [];
    if (sessions.length < MAX_SESSIONS) return;
    const least = sessions.find(isGone) ?? sessions.find((claim) => !claim.spoke);
    if (!least && !spoke) throw new ProtocolError('limit', `"${user}" has ${MAX_SESSIONS} sessions already`);
    const oldest = least ?? sessions[0];
    this.#forget(oldest);
    if (oldest) remove(oldest.id);
  }

  #forget(claim: Claim | undefined): void {
    if (!claim) return;
    this.#byId.delete(claim.id);
    take(this.#byClient, claim.client, claim);
    take(this.#byUser, claim.user, claim);
  }

  /** V2: the user of a state is the speaker, whatever the state says. */
  #signed({ user }: State, client: number, speaker: Speaker): CleanUser {
    const { id, ...rest } = user as CleanUser;
    if (id !== speaker && id !== `yjs:${client}`) this.#report(`"${speaker}" calls itself "${id}"`, speaker);
    return { ...rest, id: speaker as string } as CleanUser;
  }

  /** V6: a state does not talk; it can repeat what its session said in a batch. */
  #spoken(state: State, id: number, user: CleanUser): State {
    const kept: State = { ...state, user };
    const before = this.#options.stateOf(id);
    for (const name of TALK) if (name in kept && !equalityDeep(kept[name], before?.[name])) delete kept[name];
    return kept;
  }

  #report(detail: string, user: Speaker): void {
    const error = new ProtocolError('identity', detail);
    error.user = user;
    this.#options.report(error);
  }
}

function put<K>(map: Map<K, Claim[]>, key: K, claim: Claim): void {
  const claims = map.get(key);
  if (claims) claims.push(claim);
  else map.set(key, [claim]);
}

function take<K>(map: Map<K, Claim[]>, key: K, claim: Claim): void {
  const left = (map.get(key) ?? []).filter((one) => one !== claim);
  if (left.length > 0) map.set(key, left);
  else map.delete(key);
}
