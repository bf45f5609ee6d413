/**
 * What goes between two clients alone: probes and questions on the alive subject of each (P9, M4), and on this
 * session's inbox what the server and the neighbours answer to them.
 */
import type { Clock, Random } from '../clock.js';
import { NoRespondersError, NotConnectedError, RequestTimeoutError } from '../errors.js';
import type { Claims } from '../presence/claims.js';
import { ASK_LATE_MS } from '../presence/constants.js';
import type { OwnClient } from '../presence/own-client.js';
import type { Peer, Peers } from '../presence/peers.js';
import { type ProbeLine, Prober } from '../presence/prober.js';
import { answererOf, type Questions } from '../presence/questions.js';
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
  readonly claims: Claims;
  readonly questions: Questions;
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
    const { channel, claims, inbound } = this.#options;
    this.#inbox = channel.bus.inbox();
    const prober = new Prober({ ...this.#options, line: this });
    this.#prober = prober;
    this.listen();
    if (claims.verified) return; // each probe has a reply subject of its own (V4)
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
    this.#unsubscribe = channel.subscribe(channel.subjects.aliveOwn(own.id), (message, speaker) =>
      inbound.direct(message, speaker),
    );
  }

  stop(): void {
    this.#prober?.stop();
    this.#prober = undefined;
  }

  probe(client: number, ask: boolean): void {
    const { channel, claims, own } = this.#options;
    const subject = channel.subjects.alive(client);
    const bytes = ask ? encodeAsk(own.id) : NOTHING;
    if (claims.verified) void this.#probe(client, subject, bytes);
    else channel.publish(subject, bytes, `${this.#inbox}.${client}`);
  }

  async #probe(client: number, subject: string, bytes: Uint8Array): Promise<void> {
    const { channel, inbound, questions } = this.#options;
    try {
      const answer = await questions.request(subject, bytes, ASK_LATE_MS);
      if (this.#prober) inbound.answer(answer.data, answererOf(answer, subject), client);
    } catch (error) {
      if (!this.#prober) return;
      if (error instanceof NoRespondersError) this.#prober?.noResponders(client);
      // A living neighbour does not answer a probe, and without a connection nobody does.
      else if (!(error instanceof RequestTimeoutError || error instanceof NotConnectedError))
        channel.fail(error, subject);
    }
  }

  ping(): Promise<void> {
    return this.#options.channel.bus.flush();
  }

  /** Another member, or the server (V8), reported this client as unreachable (P9). */
  doubt(client: number, ofServer?: boolean): void {
    this.#prober?.doubt(client, ofServer);
  }

  unreachable({ client, clock, source }: Peer, report: boolean): void {
    const { channel, own, claims, peers, display } = this.#options;
    if (report && source !== 'hearsay') {
      channel.publish(channel.subjects.presence, encodeUnreachable(own.id, claims.onWire(client).client, clock));
    }
    peers.markUnreachable(client);
    display.show();
  }
}

const NOTHING = new Uint8Array(0);
