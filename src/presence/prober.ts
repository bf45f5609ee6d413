/**
 * Notices a death without any server part (P9, P10). Once a second a member publishes a probe that only its neighbour
 * receives, with a reply subject. A living neighbour does nothing; for a dead one the server answers at once that
 * nobody subscribes. Where someone subscribes to everything, the server cannot know that, so a probe is a question
 * there, which the living answer.
 */
import { type Clock, every, type Random } from '../clock.js';
import { Allowance } from './bounds.js';
import {
  CONFIRM_AFTER_MS,
  DOUBT_ANSWER_MS,
  DOUBT_MS,
  DOUBTS,
  NEWCOMER_MS,
  PROBE_INTERVAL_MS,
  REACTION_MS,
  REPORTS,
  SERVER_DOUBT_MS,
} from './constants.js';
import type { OwnClient } from './own-client.js';
import type { Peer } from './peers.js';

/**
 * The most neighbours that one member probes a second. Hidden tabs probe too slowly, so others watch their neighbours.
 */
const MAX_WATCHED = 8;
/** The client id that nobody has (P10). */
export const NOBODY = 0;
/** Every how many rounds the prober tests whether the server can tell that nobody subscribes (P10). */
const ROUNDS_BETWEEN_TESTS = 15;

/** The way to the neighbours. */
export interface ProbeLine {
  /**
   * Publishes to the subject that only `client` receives, with a reply subject, on which the server tells when nobody
   * subscribes (see `noResponders`). With `ask` the probe is a question, and the answer renews the peer's `receivedAt`.
   */
  probe(client: number, ask: boolean): void;
  /** Resolves when the server has processed all that was published before; rejects without a connection. */
  ping(): Promise<unknown>;
  /**
   * The server said that the peer does not subscribe any more. `report`: this session found it out first, and tells the
   * others.
   */
  unreachable(peer: Peer, report: boolean): void;
}

export interface ProberOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly own: Pick<OwnClient, 'id'>;
  readonly peers: Iterable<Peer>;
  readonly line: ProbeLine;
}

export class Prober {
  readonly #options: ProberOptions;
  readonly #stop: () => void;
  /** The clients for which a probe failed: when, and how to cancel the confirming probe. */
  readonly #suspects = new Map<number, { at: number; cancel: () => void }>();
  /** Someone subscribes to everything (P10). */
  #observed = false;
  /** The server told that nobody subscribes to the subject of {@link NOBODY}. */
  #told = false;
  #rounds = 0;
  /** When each client was asked a question that the server has delivered, on our clock. */
  readonly #asked = new Map<number, number>();
  /** The clients that others reported: how to cancel what comes next, and whether the server was asked. */
  readonly #doubts = new Map<number, { asked: boolean; cancel: () => void }>();
  readonly #reports: Allowance;
  readonly #checks: Allowance;

  constructor(options: ProberOptions) {
    this.#options = options;
    this.#reports = new Allowance(options.clock, REPORTS);
    this.#checks = new Allowance(options.clock, DOUBTS);
    this.#stop = every(options.clock, PROBE_INTERVAL_MS, () => this.round());
  }

  /** Probes every client that is watched now. */
  round(): void {
    const watched = this.watched();
    if (watched.length === 0) this.#rounds = 0;
    else if (this.#rounds++ % ROUNDS_BETWEEN_TESTS === 0) void this.#test();
    const asked = new Map(this.#asked);
    this.#asked.clear();
    for (const peer of watched) {
      if (!this.#observed) this.#options.line.probe(peer.client, false);
      else if (peer.activity !== 'away') {
        if (peer.receivedAt < (asked.get(peer.client) ?? 0)) this.noResponders(peer.client);
        void this.#ask(peer.client);
      }
    }
  }

  /**
   * The right-hand neighbours in the ring of client ids, up to and including the first that watches its own: it is not
   * away, and has been here long enough to know them.
   */
  watched(): Peer[] {
    const own = this.#options.own.id;
    const before = this.#options.clock.now() - NEWCOMER_MS;
    const ring = [...this.#options.peers]
      .filter((peer) => peer.kind === 'slate' && peer.unreachableAt === undefined)
      .sort((a, b) => a.client - b.client);
    const start = ring.findIndex((peer) => peer.client > own);
    const right = start < 0 ? ring : [...ring.slice(start), ...ring.slice(0, start)];
    const next = right.findIndex((peer) => peer.activity !== 'away' && peer.joinedAt <= before);
    return right.slice(0, Math.min(next < 0 ? right.length : next + 1, MAX_WATCHED));
  }

  /** The server told that a probe of `client` had no subscriber: a second probe has to confirm it. */
  noResponders(client: number): void {
    if (client === NOBODY) this.#told = true;
    const peer = this.#reachable(client);
    if (!peer) return;
    const { clock, line } = this.#options;
    if (this.#doubts.get(client)?.asked) {
      this.#believe(peer);
      return;
    }
    const now = clock.now();
    const suspect = this.#suspects.get(client);
    suspect?.cancel();
    if (!suspect || peer.receivedAt > suspect.at || now - suspect.at > 2 * PROBE_INTERVAL_MS) {
      const cancel = clock.after(CONFIRM_AFTER_MS, () => {
        if (peer.receivedAt < now) line.probe(client, this.#observed);
        else this.#suspects.delete(client); // it gave a sign of life since
      });
      this.#suspects.set(client, { at: now, cancel });
      return;
    }
    if (!this.#reports.take()) return; // the next round probes it again
    this.#suspects.delete(client);
    line.unreachable(peer, true);
    this.round(); // the next neighbour in the ring is ours to watch now, and may have died too
  }

  /**
   * Another member reported this client. It is believed when the client does not contradict, which it does once a
   * second at most, and then the server tells the same (P9). A report `ofServer` is looked into at once, whenever the
   * client was last heard (V8).
   */
  doubt(client: number, ofServer = false): void {
    const { clock, random } = this.#options;
    const peer = this.#reachable(client);
    const doubt = this.#doubts.get(client);
    if (peer?.kind !== 'slate' || (doubt && (doubt.asked || !ofServer))) return;
    doubt?.cancel();
    const now = clock.now();
    const answered = Math.min(REACTION_MS, Math.max(0, peer.receivedAt + REACTION_MS - now));
    const delay = ofServer ? random() * SERVER_DOUBT_MS : answered + DOUBT_MS * (1 + random());
    const cancel = clock.after(delay, () => this.#check(peer, ofServer ? Number.POSITIVE_INFINITY : now));
    this.#doubts.set(client, { asked: false, cancel });
  }

  stop(): void {
    this.#stop();
    for (const { cancel } of [...this.#suspects.values(), ...this.#doubts.values()]) cancel();
    this.#suspects.clear();
    this.#doubts.clear();
  }

  #check(peer: Peer, reportedAt: number): void {
    const { clock, line } = this.#options;
    const { client, activity } = peer;
    const now = clock.now();
    const isAway = this.#observed && activity === 'away'; // left to its lease (P10)
    if (peer.receivedAt >= reportedAt || isAway || this.#reachable(client) !== peer) {
      this.#doubts.delete(client);
      return;
    }
    if (!this.#checks.take()) {
      const cancel = clock.after(PROBE_INTERVAL_MS, () => this.#check(peer, reportedAt));
      this.#doubts.set(client, { asked: false, cancel });
      return;
    }
    let asked = false;
    const cancel = clock.after(DOUBT_ANSWER_MS, () => {
      this.#doubts.delete(client);
      if (asked && peer.receivedAt < now) this.#believe(peer);
    });
    this.#doubts.set(client, { asked: true, cancel });
    line.probe(client, this.#observed);
    if (this.#observed)
      void this.#ping().then((answered) => {
        asked = answered;
      });
  }

  #believe(peer: Peer): void {
    this.#doubts.get(peer.client)?.cancel();
    this.#doubts.delete(peer.client);
    this.#options.line.unreachable(peer, false);
  }

  /** The peer with this id, unless it is known to be unreachable. */
  #reachable(client: number): Peer | undefined {
    return [...this.#options.peers].find((peer) => peer.client === client && peer.unreachableAt === undefined);
  }

  /** P10: the server tells that nobody subscribes before it answers a ping sent after the probe, or never does. */
  async #test(): Promise<void> {
    this.#told = false;
    this.#options.line.probe(NOBODY, false);
    if (await this.#ping()) this.#observed = !this.#told;
  }

  async #ask(client: number): Promise<void> {
    const now = this.#options.clock.now();
    this.#options.line.probe(client, true);
    if (await this.#ping()) this.#asked.set(client, now);
  }

  /** Whether the server answered. When it did not, the silence of a peer proves nothing. */
  #ping(): Promise<boolean> {
    return this.#options.line.ping().then(
      () => true,
      () => false,
    );
  }
}
