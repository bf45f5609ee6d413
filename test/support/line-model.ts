/**
 * A model of a NATS server as its connections see it, on a virtual clock: each connection has its own delays
 * and keeps its order, so that a message may come much later on one than on another.
 */

import type { NatsConnectionLike, NatsMessageLike } from '../../src/bus/nats/nats-connection.js';
import type { NatsLink } from '../../src/bus/nats/nats-link.js';
import { matches } from '../../src/bus/subject.js';
import { Emitter } from '../../src/emitter.js';
import type { VirtualClock } from './virtual-clock.js';

interface Native {
  readonly line: ModelLine;
  readonly subject: string;
  readonly callback: (fault: Error | null, message: NatsMessageLike) => void;
}

export class ServerModel {
  readonly subscriptions = new Set<Native>();

  constructor(
    readonly clock: VirtualClock,
    readonly random: () => number,
  ) {}

  route(subject: string, data: Uint8Array): void {
    for (const { line, callback, subject: pattern } of [...this.subscriptions]) {
      if (matches(pattern, subject)) line.down(() => callback(null, { subject, data }));
    }
  }
}

const UP_MS = 12;

/** One connection, and the link that made it. */
export class ModelLine implements NatsConnectionLike, NatsLink {
  readonly info = { max_payload: 1_000_000 };
  readonly bytes = { bytesIn: 0, bytesOut: 0, buffered: 0 };
  readonly url = 'ws://model';
  readonly renews = true;
  isLost = false;
  readonly #server: ServerModel;
  readonly #maxDelay: number;
  readonly #statuses = new Emitter<{ status: unknown }>();
  #isClosed = false;
  #upAt = 0;
  #downAt = 0;

  /** `maxDelay`: on the way from the server, in milliseconds. Both lines have the same way to it. */
  constructor(server: ServerModel, maxDelay: number) {
    this.#server = server;
    this.#maxDelay = maxDelay;
  }

  publish(subject: string, data: Uint8Array = new Uint8Array()): void {
    this.#up(() => this.#server.route(subject, data));
  }

  subscribe(subject: string, { callback }: Pick<Native, 'callback'>) {
    let active = true;
    const native: Native = {
      line: this,
      subject,
      callback: (fault, message) => active && callback(fault, message),
    };
    this.#up(() => this.#server.subscriptions.add(native));
    const unsubscribe = () => {
      active = false;
      this.#up(() => this.#server.subscriptions.delete(native));
    };
    const drain = () => {
      this.#up(() => this.#server.subscriptions.delete(native));
      return this.flush();
    };
    return { closed: new Promise(() => undefined), unsubscribe, drain };
  }

  flush(): Promise<void> {
    return new Promise((resolve) => this.#up(() => this.down(resolve)));
  }

  /** The line breaks: nothing passes any more, and the client says so. */
  lose(): void {
    this.isLost = true;
    for (const native of [...this.#server.subscriptions]) {
      if (native.line === this) this.#server.subscriptions.delete(native);
    }
    this.#statuses.emit('status', { type: 'disconnect' });
  }

  async *status() {
    const queue: unknown[] = [];
    let wake = () => undefined as unknown;
    this.#statuses.on('status', (status) => {
      queue.push(status);
      wake();
    });
    for (;;) {
      while (queue.length > 0) yield queue.shift();
      await new Promise<void>((resolve) => {
        wake = resolve as () => void;
      });
    }
  }

  closed = () => new Promise<never>(() => undefined);
  isClosed = () => this.#isClosed;
  getServer = () => this.url;
  hurry = () => undefined;
  rest = () => undefined;

  abandon(): void {
    this.lose();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #up(act: () => void): void {
    this.#upAt = Math.max(this.#upAt, this.#server.clock.now() + UP_MS);
    this.#server.clock.at(this.#upAt, () => this.isLost || act());
  }

  /** The server sends: it arrives later, and after what was sent before. */
  down(act: () => void): void {
    this.#downAt = Math.max(this.#downAt, this.#server.clock.now() + this.#server.random() * this.#maxDelay);
    this.#server.clock.at(this.#downAt, () => this.isLost || act());
  }
}
