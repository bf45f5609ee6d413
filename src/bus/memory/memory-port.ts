/** What a memory hub and its clients need of each other. Types only, so that neither imports the other's class. */
import type { Clock, Random } from '../../clock.js';
import type { PublishOptions } from '../bus.js';
import type { MemoryBus } from './memory-bus.js';

/** A message as a subscription receives it. */
export interface Arrival {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly reply: string | undefined;
  readonly headers?: PublishOptions['headers'];
  /** True for the empty message by which the hub says that nobody subscribes to the subject of a request. */
  readonly noResponders: boolean;
}

/** A client, as the hub knows it. */
export interface HubClient extends MemoryBus {
  /** Changes with every connection that is made or lost; the hub drops a message that is on its way to an older one. */
  readonly connection: number;
  /** Takes the client offline for good, without a change of status. */
  die(): void;
  /** Takes the client offline without a change of status, until it gives its connection up. */
  silence(): void;
}

/** One subscription of a client that is online. */
export interface Route {
  readonly subject: string;
  readonly queue: string | undefined;
  readonly client: HubClient;
  receive(arrival: Arrival): void;
}

/** What a client needs of the hub. */
export interface HubPort {
  readonly clock: Clock;
  readonly random: Random;
  readonly maxPayload: number;
  /** False while the hub is down. */
  readonly up: boolean;
  permits(operation: 'publish' | 'subscribe', subject: string, client: HubClient): boolean;
  add(route: Route): void;
  remove(route: Route): void;
  /** Delivers one publish to every plain subscription that matches, and to one member of each queue group. */
  publish(from: HubClient, subject: string, data: Uint8Array, options: PublishOptions): void;
  /** Runs `fn` after every message that is on its way now has been delivered. */
  later(fn: () => void): void;
  /** Removes a client that has been closed from the hub's list. */
  leave(client: HubClient): void;
}
