/**
 * The server's part of a memory hub: it delivers messages between clients by the rules of NATS (wildcards, queue
 * groups, no responders). Delivery waits for a microtask, so that `publish` returns before anybody receives the
 * message.
 */
import { type Clock, type Random, systemClock } from '../../clock.js';
import { DEFAULT_MAX_PAYLOAD } from '../base-bus.js';
import type { PublishOptions } from '../bus.js';
import type { Delivery, MemoryHubOptions } from './memory-options.js';
import type { HubClient, HubPort, Route } from './memory-port.js';
import { RoutingTable } from './routing-table.js';
import { seededRandom } from './seeded-random.js';

export class MemoryExchange implements HubPort {
  readonly clock: Clock;
  readonly random: Random;
  readonly maxPayload: number;
  readonly clients = new Set<HubClient>();
  up = true;
  readonly #options: MemoryHubOptions;
  readonly #routes = new RoutingTable<Route>();
  #queue: (() => void)[] = [];

  constructor(options: MemoryHubOptions) {
    this.clock = options.clock ?? systemClock;
    this.random = options.random ?? seededRandom(1);
    this.maxPayload = options.maxPayload ?? DEFAULT_MAX_PAYLOAD;
    this.#options = options;
  }

  permits(operation: 'publish' | 'subscribe', subject: string, client: HubClient): boolean {
    return this.#options.permits?.(operation, subject, client) ?? true;
  }

  add(route: Route): void {
    this.#routes.add(route);
  }

  remove(route: Route): void {
    this.#routes.remove(route);
  }

  publish(from: HubClient, subject: string, data: Uint8Array, { reply, headers }: PublishOptions): void {
    const message = { subject, data, reply, headers, noResponders: false, from };
    const routes = this.#routes.matching(subject);
    const groups = new Map<string, Route[]>();
    for (const route of routes) {
      const { queue } = route;
      if (queue === undefined) this.#dispatch({ ...message, to: route.client }, route);
      else groups.set(queue, [...(groups.get(queue) ?? []), route]);
    }
    for (const members of groups.values()) {
      const chosen = members[Math.floor(this.random() * members.length)];
      if (chosen) this.#dispatch({ ...message, to: chosen.client }, chosen);
    }
    if (routes.length === 0 && reply !== undefined) this.#reportNoResponders(from, reply);
  }

  later(fn: () => void): void {
    if (this.#queue.push(fn) > 1) return;
    queueMicrotask(() => {
      const batch = this.#queue;
      this.#queue = [];
      for (const run of batch) run();
    });
  }

  leave(client: HubClient): void {
    this.clients.delete(client);
  }

  #reportNoResponders(from: HubClient, reply: string): void {
    const own = this.#routes.matching(reply).find(({ client }) => client === from);
    const data = new Uint8Array(0);
    if (own) this.#dispatch({ subject: reply, data, reply: undefined, noResponders: true, from, to: from }, own);
  }

  #dispatch(delivery: Delivery, route: Route): void {
    const { client } = route;
    const { connection } = client;
    const arrive = () => {
      if (client.connection === connection) route.receive(delivery);
    };
    const { deliver } = this.#options;
    if (!deliver) {
      this.later(arrive);
      return;
    }
    let publishing = true;
    deliver(delivery, () => (publishing ? this.later(arrive) : arrive()));
    publishing = false;
  }
}
