/**
 * The clients that a janitor has heard on presence subjects, until they say goodbye, are silent for a lease, or are
 * gone. Bounded: a room keeps the newest 1000 (D2), of which 32 of one user in a verified room (V7), and all rooms
 * together 200 000.
 */
import { MAX_CLIENTS, type PresenceMessage, type Terms } from '../../protocol/presence-codec.js';
import type { PresencePlace } from '../../protocol/subjects.js';

export const MAX_SESSIONS = 32;
export const MAX_KNOWN = 200_000;

export interface Known extends PresencePlace {
  readonly client: number;
  /** The newest presence clock. */
  readonly clock: number;
  /** When it was heard last, and when its lease ends, on the janitor's clock. */
  readonly heardAt: number;
  readonly endsAt: number;
}

/** The clients of one room, by {@link nameOf}; the one heard last stands last. */
type Room = Map<string, Known>;

export class Clients {
  /** By the id of the project; the lobby has the empty one. */
  readonly #open = new Map<string, Room>();
  readonly #verified = new Map<string, Room>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Everyone in open rooms; of each room those first who have been silent longest. */
  *inOpenRooms(): Iterable<Known> {
    for (const room of this.#open.values()) yield* room.values();
  }

  /** The sessions of these users in verified rooms. */
  *of(users: readonly string[]): Iterable<Known> {
    for (const room of this.#verified.values()) {
      for (const known of room.values()) if (users.includes(known.user as string)) yield known;
    }
  }

  /** Learns from a message of the presence lane. Who does not speak this protocol cannot be probed, and is left out. */
  heard(place: PresencePlace, message: PresenceMessage, now: number): void {
    if (message.type === 'heartbeat') this.#keep(place, message, message.terms, now);
    else if (message.type === 'states' && message.entries.length === 1) {
      const [entry] = message.entries;
      if (entry?.state === null) this.forget({ ...place, client: entry.client });
      else if (entry?.terms) this.#keep(place, entry, entry.terms, now);
    }
  }

  /** What is known of a client now; `undefined` where nothing is. */
  get({ project, user, client }: Who): Known | undefined {
    return this.#rooms(user)
      .get(project ?? '')
      ?.get(nameOf(user, client));
  }

  forget({ project, user, client }: Who): void {
    const rooms = this.#rooms(user);
    const room = rooms.get(project ?? '');
    if (!room?.delete(nameOf(user, client))) return;
    this.#size--;
    if (room.size === 0) rooms.delete(project ?? '');
  }

  /** Another janitor has reported this client of a project. */
  reported(project: string, client: number): void {
    for (const rooms of [this.#open, this.#verified]) {
      for (const known of rooms.get(project)?.values() ?? []) if (known.client === client) this.forget(known);
    }
  }

  /** Forgets those whose lease has ended. */
  expire(now: number): void {
    for (const known of this.#all()) if (known.endsAt <= now) this.forget(known);
  }

  /** For `ms` milliseconds this janitor heard nobody: no lease ran meanwhile (P7). */
  extend(ms: number): void {
    for (const known of this.#all()) {
      this.#rooms(known.user)
        .get(known.project ?? '')
        ?.set(nameOf(known.user, known.client), { ...known, endsAt: known.endsAt + ms });
    }
  }

  #all(): Known[] {
    return [this.#open, this.#verified].flatMap((rooms) => [...rooms.values()].flatMap((room) => [...room.values()]));
  }

  #rooms(user: string | undefined): Map<string, Room> {
    return user === undefined ? this.#open : this.#verified;
  }

  #keep(place: PresencePlace, { client, clock }: Said, { kind, leaseMs }: Terms, now: number): void {
    if (kind !== 'slate') return;
    const who = { ...place, client };
    const before = this.get(who)?.clock ?? 0;
    this.forget(who);
    this.#makePlace(place);
    if (this.#size >= MAX_KNOWN) return;
    const rooms = this.#rooms(place.user);
    const room = rooms.get(place.project ?? '') ?? new Map<string, Known>();
    rooms.set(place.project ?? '', room);
    room.set(nameOf(place.user, client), {
      ...who,
      clock: Math.max(clock, before),
      heardAt: now,
      endsAt: now + leaseMs,
    });
    this.#size++;
  }

  /** Forgets the oldest of the user, or of the room, where that has as many as it may. */
  #makePlace({ project, user }: PresencePlace): void {
    const room = this.#rooms(user).get(project ?? '');
    const isFull = (room?.size ?? 0) >= MAX_CLIENTS || this.#size >= MAX_KNOWN;
    const [oldest] = room?.values() ?? [];
    if (isFull && oldest) this.forget(oldest);
    if (user === undefined || !room) return;
    const own = [...room.values()].filter((each) => each.user === user);
    if (own.length >= MAX_SESSIONS) this.forget(own[0] as Known);
  }
}

type Who = Pick<Known, 'project' | 'user' | 'client'>;
type Said = Pick<Known, 'client' | 'clock'>;

const nameOf = (user: string | undefined, client: number) => (user === undefined ? `${client}` : `${client} ${user}`);
