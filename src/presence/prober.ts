/**
 * P9: noticing a death without any server part. Once a second a member publishes to what its neighbour alone hears, with
 * a reply subject. A living neighbour does nothing; for a dead one the server answers at once that nobody heard.
 */
import { type Clock, every } from '../clock.js';
import { CONFIRM_AFTER_MS, PROBE_INTERVAL_MS } from './constants.js';
import type { Peer } from './peers.js';

/** Hidden tabs probe too slowly to watch anyone, so an active member watches those that follow it as well: so many a second. */
const MAX_WATCHED = 8;

export interface ProberOptions {
  readonly clock: Clock;
  readonly client: () => number;
  readonly peers: Iterable<Peer>;
  /** Publishes an empty message to what only `client` hears, asking for the server's answer; see `noResponders`. */
  readonly probe: (client: number) => void;
  /** Nobody heard the probe, nor the one that confirmed it. */
  readonly unreachable: (peer: Peer) => void;
}

export class Prober {
  readonly #options: ProberOptions;
  readonly #stop: () => void;
  /** Whom a probe has missed, when, and how to call off the confirming one. */
  readonly #suspects = new Map<number, { at: number; cancel: () => void }>();

  constructor(options: ProberOptions) {
    this.#options = options;
    this.#stop = every(options.clock, PROBE_INTERVAL_MS, () => this.round());
  }

  /** Probes whom we watch now. */
  round(): void {
    for (const peer of this.watched()) this.#options.probe(peer.client);
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
    const peer = [...this.#options.peers].find((candidate) => candidate.client === client);
    if (!peer || peer.unreachableAt !== undefined) return;
    const now = this.#options.clock.now();
    const suspect = this.#suspects.get(client);
    suspect?.cancel();
    if (!suspect || peer.heardAt > suspect.at || now - suspect.at > 2 * PROBE_INTERVAL_MS) {
      const cancel = this.#options.clock.after(CONFIRM_AFTER_MS, () => {
        if (peer.heardAt < now) this.#options.probe(client);
        else this.#suspects.delete(client); // it has spoken since
      });
      this.#suspects.set(client, { at: now, cancel });
      return;
    }
    this.#suspects.delete(client);
    this.#options.unreachable(peer);
    this.round(); // its right-hand neighbour is ours now, and may have died with it
  }

  stop(): void {
    this.#stop();
    for (const { cancel } of this.#suspects.values()) cancel();
    this.#suspects.clear();
  }
}
