/**
 * When this session counts as present: it joins (P5), comes back after a lost connection (P7) or out of the
 * back/forward cache, says goodbye (P6), and removes others whose leases ran out (P8).
 */
import { type Clock, every } from '../clock.js';
import { NotConnectedError } from '../errors.js';
import type { Announcer } from '../presence/announcer.js';
import { SLEPT_MS, SWEEP_MS } from '../presence/constants.js';
import type { Joiner } from '../presence/joiner.js';
import type { Peers } from '../presence/peers.js';
import type { RoomChannel } from './channel.js';
import type { Display } from './display.js';
import type { Inbound } from './inbound.js';
import type { JsonPrograms } from './json-programs.js';
import type { PageLife } from './page.js';
import type { Pointing } from './pointing.js';
import type { Self } from './self.js';

export interface AttendanceOptions {
  readonly clock: Clock;
  readonly channel: RoomChannel;
  readonly self: Self;
  readonly peers: Peers;
  readonly announcer: Announcer;
  readonly joiner: Joiner;
  readonly inbound: Inbound;
  readonly pointing: Pointing;
  readonly json: JsonPrograms;
  readonly display: Display;
}

export class Attendance implements PageLife {
  readonly #options: AttendanceOptions;
  /** After a goodbye, until this session comes back (P6). */
  #gone = false;
  #offlineAt: number | undefined;
  #sweptAt: number;
  /** Counts the runs of `sync`; only the newest one may go on. */
  #syncs = 0;
  #stopSweeping: (() => void) | undefined;

  constructor(options: AttendanceOptions) {
    this.#options = options;
    this.#sweptAt = options.clock.now();
  }

  start(): void {
    this.#stopSweeping = every(this.#options.clock, SWEEP_MS, () => this.#sweep());
  }

  stop(): void {
    const { joiner, pointing, announcer } = this.#options;
    this.#syncs++;
    this.#stopSweeping?.();
    joiner.stop();
    pointing.batcher.stop();
    announcer.stop();
  }

  /** Asks for the roster, announces this session, and starts to answer others (P5, P7). */
  async sync(): Promise<void> {
    const { announcer, joiner, inbound, peers, pointing, display } = this.#options;
    const run = ++this.#syncs;
    const settle = inbound.beginSync();
    pointing.begin();
    const asked = joiner.ask();
    announcer.start();
    const result = await asked;
    if (run !== this.#syncs) return;
    const missing = settle();
    joiner.answer();
    // Two sessions that joined at once have each found nobody. After this heartbeat the other one asks us, and we
    // answer.
    if (result !== 'answered') announcer.heartbeat();
    for (const client of missing) {
      // A client that an answer does not mention may have left while we were offline. Without an answer all may be on
      // their way back, and only senders without a state are asked.
      if (result === 'answered' || !peers.get(client)) inbound.ask(client);
    }
    display.setStatus('connected');
  }

  /** Joins again after a lost connection, or after a goodbye. */
  async resync(): Promise<void> {
    const { channel, clock, peers } = this.#options;
    if (!channel.connected) return; // the reconnection will do it
    const now = clock.now();
    if (this.#offlineAt !== undefined) peers.extendLeases(now - this.#offlineAt);
    this.#offlineAt = undefined;
    this.#gone = false;
    this.#sweptAt = now;
    try {
      await this.sync();
    } catch (error) {
      // After a NotConnectedError the next reconnection does it.
      if (!(error instanceof NotConnectedError)) channel.fail(error, channel.subjects.sync);
    }
  }

  /** The connection was lost. */
  disconnected(): void {
    const { clock, joiner, display } = this.#options;
    this.#offlineAt ??= clock.now();
    this.#syncs++;
    joiner.stop();
    display.setStatus('reconnecting');
  }

  /** Says goodbye, once (P6). What is known of others stays, for a return out of the back/forward cache. */
  goodbye(): void {
    if (this.#gone) return;
    this.putAway();
  }

  /** `pagehide`. */
  putAway(): void {
    const { joiner, pointing, announcer, json } = this.#options;
    this.#syncs++; // a run that is under way would answer others
    joiner.stop();
    pointing.batcher.stop();
    announcer.goodbye();
    json.announce('left');
    this.#gone = true;
  }

  /** `pageshow` out of the cache. */
  broughtBack(): void {
    void this.resync();
  }

  hidden(hidden: boolean): void {
    this.#options.self.hidden = hidden;
    this.showActivity();
  }

  /** Shows to everyone how active this session is now (P3). */
  showActivity(): void {
    const { announcer, self, display } = this.#options;
    announcer.activity = self.shownActivity;
    display.showAll();
  }

  /** The silence of the others proves nothing for the time in which this session was offline, gone or asleep (P7). */
  #sweep(): void {
    const { clock, peers, display } = this.#options;
    const now = clock.now();
    const late = now - this.#sweptAt - SWEEP_MS;
    this.#sweptAt = now;
    if (this.#offlineAt !== undefined || this.#gone) return;
    if (late > SLEPT_MS) peers.extendLeases(late);
    peers.sweep();
    display.show();
  }
}
