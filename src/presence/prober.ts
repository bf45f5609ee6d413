/**
 * P9, P10: noticing a death without any server part. Once a second a member publishes to what its neighbour alone hears,
 * with a reply subject. A living neighbour does nothing; for a dead one the server answers at once that nobody heard. Where
 * someone listens to everything the server cannot know that, so a probe is a question there, which the living answer.
 */
import { type Clock, every } from '../clock.js';
import { CONFIRM_AFTER_MS, PROBE_INTERVAL_MS } from './constants.js';
import type { Peer } from './peers.js';

/** Hidden tabs probe too slowly to watch anyone, so an active member watches those that follow it as well: so many a second. */
const MAX_WATCHED = 8;
/** P10: the client id that nobody has. */
export const NOBODY = 0;
/** P10: every how many rounds we find out whether the server can say that nobody heard. */
const ROUNDS_BETWEEN_TESTS = 15;

export interface ProberOptions {
  readonly clock: Clock;
  readonly client: () => number;
  readonly peers: Iterable<Peer>;
  /**
   * Publishes to what only `client` hears, with a reply subject, for the server's word (see `noResponders`); with `ask` a
   * question, the answer to which renews the peer's `heardAt`.
   */
  readonly probe: (client: number, ask: boolean) => void;
  /** Resolves when the server has dealt with all that was published before; rejects without a connection. */
  readonly ping: () => Promise<unknown>;
  /** Nobody heard the probe, nor the one that confirmed it. */
  readonly unreachable: (peer: Peer) => void;
}

export class Prober {
  readonly #options: ProberOptions;
  readonly #stop: () => void;
  /** Whom a probe has missed, when, and how to call off the confirming one. */
  readonly #suspects = new Map<number, { at: number; cancel: () => void }>();

  /** P10: someone listens to everything. */
  #overheard = false;
  /** The server has said of the probe to nobody what it should. */
  #told = false;
  #rounds = 0;
  /** When each was asked a question that the server has passed on, by our clock. */
  readonly #asked = new Map<number, number>();

  constructor(options: ProberOptions) {
    this.#options = options;
    this.#stop = every(options.clock, PROBE_INTERVAL_MS, () => this.round());
  }

  /** Probes whom we watch now. */
  round(): void {
    const watched = this.watched();
    if (watched.length === 0) this.#rounds = 0;
    else if (this.#rounds++ % ROUNDS_BETWEEN_TESTS === 0) void this.#test();
    const asked = new Map(this.#asked);
    this.#asked.clear();
    for (const peer of watched) {
      if (!this.#overheard) this.#options.probe(peer.client, false);
      else if (peer.activity !== 'away') {
        if (peer.heardAt < (asked.get(peer.client) ?? 0)) this.noResponders(peer.client);
        void this.#ask(peer.client);
      }
    }
  }

  /** Our right-hand neighbours in the ring of client ids: up to and with the next that is not away. */
  watched(): Peer[] {
    const own = this.#options.client();
    const ring = [...this.#options.peers]
      .filter((peer) => peer.kind === 'slate' && peer.unreachableAt === undefined)
      .sort((a, b) => a.client - b.client);
    const start = ring.findIndex((peer) => peer.client > own);
    const right = start < 0 ? ring : [...ring.slice(start), ...ring.slice(0, start)];
    const next = right.findIndex((peer) => peer.activity !== 'away');
    return right.slice(0, Math.min(next < 0 ? right.length : next + 1, MAX_WATCHED));
  }

  /** The server's word that nobody heard a probe of `client`: probed once more before it is believed. */
  noResponders(client: number): void {
    if (client === NOBODY) this.#told = true;
    const peer = [...this.#options.peers].find((candidate) => candidate.client === client);
    if (!peer || peer.unreachableAt !== undefined) return;
    const now = this.#options.clock.now();
    const suspect = this.#suspects.get(client);
    suspect?.cancel();
    if (!suspect || peer.heardAt > suspect.at || now - suspect.at > 2 * PROBE_INTERVAL_MS) {
      const cancel = this.#options.clock.after(CONFIRM_AFTER_MS, () => {
        if (peer.heardAt < now) this.#options.probe(client, this.#overheard);
        else this.#suspects.delete(client); // it has spoken since
      });
      this.#suspects.set(client, { at: now, cancel });
      return;
    }
    this.#suspects.delete(client);
    this.#options.unreachable(peer);
    this.round(); // its right-hand neighbour is ours now, and may have died with it
  }

  /** P10: the server says that nobody heard before it answers a ping sent behind the probe, or it never does. */
  async #test(): Promise<void> {
    this.#told = false;
    this.#options.probe(NOBODY, false);
    if (await this.#pinged()) this.#overheard = !this.#told;
  }

  async #ask(client: number): Promise<void> {
    const now = this.#options.clock.now();
    this.#options.probe(client, true);
    if (await this.#pinged()) this.#asked.set(client, now);
  }

  /** Whether the server answered; where it is not there, nothing is known of anyone. */
  #pinged(): Promise<boolean> {
    return this.#options.ping().then(
      () => true,
      () => false,
    );
  }

  stop(): void {
    this.#stop();
    for (const { cancel } of this.#suspects.values()) cancel();
    this.#suspects.clear();
  }
}
