/**
 * What goes between two clients alone: probes and questions on the alive subject of each (P9, M4), and on this
 * session's inbox what the server and the neighbours answer to them.
 */
import type { Clock, Random } from '../clock.js';
import type { OwnClient } from '../presence/own-client.js';
import type { Peer, Peers } from '../presence/peers.js';
import { type ProbeLine, Prober } from '../presence/prober.js';
import { encodeAsk, encodeUnreachable } from '../protocol/presence-codec.js';
import type { RoomChannel } from './channel.js';
import type { Display } from './display.js';
import type { Inbound } from './inbound.js';

export interface NeighboursOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly channel: RoomChannel;
  readonly own: OwnClient;
  readonly peers: Peers;
  readonly inbound: Inbound;
  readonly display: Display;
}

export class Neighbours implements ProbeLine {
  readonly #options: NeighboursOptions;
  #inbox = '';
  #prober: Prober | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(options: NeighboursOptions) {
    this.#options = options;
  }

  start(): void {
    const { channel, inbound } = this.#options;
    this.#inbox = channel.bus.inbox();
    const prober = new Prober({ ...this.#options, line: this });
    this.#prober = prober;
    this.listen();
    channel.subscribe(`${this.#inbox}.*`, (message) => {
      const client = Number(message.subject.slice(this.#inbox.length + 1));
      if (message.noResponders) prober.noResponders(client);
      else inbound.answer(message.data, undefined, client);
    });
  }

  /** Receives what is for this client alone, under the id that it has now. */
  listen(): void {
    const { channel, own, inbound } = this.#options;
    this.#unsubscribe?.();
    this.#unsubscribe = channel.subscribe(channel.subjects.alive(own.id), (message) => inbound.direct(message));
  }

  stop(): void {
    this.#prober?.stop();
  }

  probe(client: number, ask: boolean): void {
    const { channel } = this.#options;
    channel.publish(
      channel.subjects.alive(client),
      ask ? encodeAsk(this.#options.own.id) : NOTHING,
      `${this.#inbox}.${client}`,
    );
  }

  ping(): Promise<void> {
    return this.#options.channel.bus.flush();
  }

  /** Another member reported this client as unreachable (P9). */
  doubt(client: number): void {
    this.#prober?.doubt(client);
  }

  unreachable({ client, clock, source }: Peer, report: boolean): void {
    const { channel, own, peers, display } = this.#options;
    if (report && source !== 'hearsay') {
      channel.publish(channel.subjects.presence, encodeUnreachable(own.id, client, clock));
    }
    peers.markUnreachable(client);
    display.show();
  }
}

const NOTHING = new Uint8Array(0);
