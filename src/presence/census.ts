/**
 * P12: finds out that two members hold different clients. Each heartbeat carries a digest of those that its sender
 * holds. Who hears another digest than its own asks the sender for its roster, by chance: so that of a crowd only a few
 * ask, whether one member lacks a client or all but one do. Who is asked asks in return.
 */
import type { Clock, Random } from '../clock.js';
import { hash } from '../protocol/hash.js';
import { ALIASES, MAX_DIGEST } from '../protocol/presence-codec.js';
import { heartbeatMs } from './constants.js';
import type { OwnClient } from './own-client.js';
import type { Peers } from './peers.js';

/** How many of all members ask because of one heartbeat, on average. */
const ASKERS = 6;
/** Each question that taught nothing doubles the time until the next one, up to this often. */
const MAX_DOUBLINGS = 5;

export interface CensusOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Random;
  readonly own: Pick<OwnClient, 'id' | 'state'>;
  readonly peers: Peers;
  readonly heartbeatMs: number;
  /** Others hold this session: it is no ghost (V6). */
  readonly isSeen: boolean;
  /** Asks this member for its roster. */
  readonly ask: (client: number) => void;
}

export class Census {
  readonly #options: CensusOptions;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** Our digest when we asked last. */
  #asked = 0;
  /** How many questions in a row taught nothing. */
  #vain = 0;

  constructor(options: CensusOptions) {
    this.#options = options;
  }

  /**
   * Of the clients that this session holds: 1 to {@link MAX_DIGEST}. Stock and JSON clients do not count, since they
   * repeat their states themselves; nor do those whose ids are our own choice (V3).
   */
  digest(): number {
    const { own, peers } = this.#options;
    let sum = own.state && this.#options.isSeen ? hash(String(own.id)) : 0; // nobody holds a session that is not seen
    for (const peer of peers) {
      if (peer.kind === 'slate' && peer.client < ALIASES && peer.unreachableAt === undefined) sum += peer.hash;
    }
    return (sum % MAX_DIGEST) + 1;
  }

  /** A heartbeat of `client` carried this digest. Invented clients must not make us ask less often (P13). */
  heard(client: number, digest: number): void {
    const { peers, random } = this.#options;
    if (digest !== this.digest() && random() * peers.proven < ASKERS) this.ask(client);
  }

  /** Asks `client`, at most once in the time between two heartbeats. */
  ask(client: number): void {
    const { clock, peers } = this.#options;
    const interval = heartbeatMs(peers.size + 1, this.#options.heartbeatMs);
    const now = clock.now();
    if (now - this.#askedAt < interval * 2 ** this.#vain) return;
    const digest = this.digest();
    this.#vain = digest === this.#asked ? Math.min(this.#vain + 1, MAX_DOUBLINGS) : 0;
    this.#asked = digest;
    this.#askedAt = now;
    this.#options.ask(client);
  }
}
