/**
 * What the benchmark needs from a system: join a room as a person, move a pointer, report who is seen. Each system has
 * one adapter, which uses it as its manual says. An adapter must not help or hinder its system.
 */
import type { AccountKey } from '../../src/service/tokens/account.js';
import type { Logbook } from './logbook.js';

export interface Person {
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly color: string;
}

export function person(index: number): Person {
  const hue = ((index * 47) % 360).toString(16).padStart(3, '0');
  return { index, id: `p${index}`, name: `Person ${index}`, color: `#${hue}${hue}` };
}

/** The number of a person, read from the id; -1 for anything else. */
export const indexOf = (id: unknown): number =>
  typeof id === 'string' && id.startsWith('p') ? Number.parseInt(id.slice(1), 10) : -1;

/** How one person appears to another. Who is not in the map is not seen. */
export type Sight = 'here' | 'stale';

/** Messages of the client library, not of the socket: one NATS message or one WebSocket message. */
export interface Counts {
  up: number;
  down: number;
}

export interface BenchClient {
  /** The pointer is now at x, y (fractions of the shared surface). Called 60 times a second, as a page would. */
  move(x: number, y: number): void;
  /** People held, oneself included; undefined for a system without presence. */
  people(): number | undefined;
  /** Other people whose pointer position is held. */
  pointers(): number | undefined;
  sights(): Map<number, Sight>;
  /** All messages. */
  counts(): Counts;
  /** Messages that carry pointers only, where the library tells them apart; else all. */
  pointerCounts(): Counts;
  /** Messages that keep the room alive and follow from nothing else, where they can be told apart; else none. */
  upkeepCounts(): Counts;
  /** The clean way out. */
  leave(): Promise<void>;
}

/** Where a server is, and what signs the credentials of its people, where it asks for some. */
export interface Address {
  readonly url: string;
  readonly account?: AccountKey;
}

/** Credentials of one person in one room. */
export interface Ticket {
  readonly jwt: string;
  readonly seed: string;
}

export interface JoinOptions {
  readonly url: string;
  readonly ticket?: Ticket | undefined;
  readonly room: string;
  readonly person: Person;
  readonly log: Logbook;
  /** Called after every change of who is seen. Not given where it is not needed: it costs time. */
  readonly onPeople?: (() => void) | undefined;
  /** Called when the client exists, before the room is complete; `join` resolves when the room is joined. */
  readonly onClient?: ((client: BenchClient) => void) | undefined;
}

export interface System {
  readonly id: string;
  readonly title: string;
  /** Which server it needs. */
  readonly server: 'nats' | 'nats-verified' | 'y-websocket' | 'hocuspocus' | 'hocuspocus-16';
  readonly presence: boolean;
  /** Makes the credentials of a person, as the app's own login would: before the join, and not in its time. */
  readonly ticket?: (address: Address, room: string, person: Person) => Promise<Ticket>;
  readonly join: (options: JoinOptions) => Promise<BenchClient>;
}
