/**
 * When this session counts as present: it joins (P5), comes back after a lost connection (P7) or out of the
 * back/forward cache, says goodbye (P6), and removes others whose leases ran out (P8).
 */
import { type Clock, every } from '../clock.js';
import { NotConnectedError } from '../errors.js';
import type { PageLife } from '../page.js';
import type { Announcer } from '../presence/announcer.js';
import { PLACE_WAIT_MS, SLEPT_MS, SWEEP_MS } from '../presence/constants.js';
import type { Joiner } from '../presence/joiner.js';
import type { Peers } from '../presence/peers.js';
import type { RoomChannel } from './channel.js';
import type { Display } from './display.js';
import type { Inbound } from './inbound.js';
import type { JsonPrograms } from './json-programs.js';
import type { Placing } from './placing.js';
import type { Pointing } from './pointing.js';
import type { Self } from './self.js';
import type { Role } from './types.js';

export interface AttendanceOptions {
  readonly clock: Clock;
  readonly channel: RoomChannel;
  readonly self: Self;
  readonly peers: Peers;
  readonly announcer: Announcer;
  readonly joiner: Joiner;
  readonly inbound: Inbound;
  readonly pointing: Pointing;
  readonly placing: Placing;
  readonly json: JsonPrograms;
  readonly display: Display;
  /** V6: a ghost answers nothing and is not announced. */
  readonly role: Role;
}

export class Attendance implements PageLife {
  readonly #options: AttendanceOptions;
  /** After a goodbye, until this session comes back (P6). */
  #gone = false;
  #offlineAt: number | undefined;
  #sweptAt = 0;
  /** The last sweep before which something had arrived, and how much that was. */
  #heardAt = 0;
  #heard = 0;
  /** Counts the runs of `sync`; only the newest one may go on. */
  #syncs = 0;
  #stopSweeping: (() => void) | undefined;

  constructor(options: AttendanceOptions) {
    this.#options = options;
  }

  start(): void {
    this.#sweptAt = this.#heardAt = this.#options.clock.now();
    this.#stopSweeping = every(this.#options.clock, SWEEP_MS, () => this.#sweep());
  }

  stop(): void {
    this.#syncs++;
    this.#stopSweeping?.();
    this.#options.joiner.stop();
    this.#options.pointing.batcher.stop();
    this.#options.announcer.stop();
  }

  /**
   * Asks for the roster, announces this session, and starts to answer others (P5, P7). `onRefused` receives the error
   * of a question that the server refuses; this session then goes on without an answer. Without it, `sync` rejects.
   */
  async sync(onRefused?: (error: unknown) => void): Promise<void> {
    const { announcer, joiner, inbound, placing, self, clock } = this.#options;
    const run = ++this.#syncs;
    const settle = inbound.beginSync();
    this.#options.pointing.begin();
    const asked = joiner.ask();
    let announced = !this.#isSeen;
    const announce = () => {
      if (announced || run !== this.#syncs) return;
      announced = true;
      announcer.start();
    };
    // A newcomer that knows the others can say at once what sets it apart from them (P15).
    const cancel = self.place ? announce() : clock.after(PLACE_WAIT_MS, announce);
    const result = await asked
      .catch((error: unknown) => {
        if (!onRefused || error instanceof NotConnectedError) throw error;
        onRefused(error);
        return 'unanswered';
      })
      .finally(() => cancel?.());
    if (run !== this.#syncs) return;
    const missing = settle();
    placing.settle();
    announce();
    if (this.#isSeen) joiner.answer();
    // Two sessions that joined at once have each found nobody. After this heartbeat the other one asks us, and we
    // answer.
    if (result !== 'answered' && this.#isSeen) announcer.heartbeat();
    for (const client of missing) {
      // A client that an answer does not mention may have left while we were offline. Without an answer all may be on
      // their way back, and only senders without a state are asked.
      if (result === 'answered' || !this.#options.peers.get(client)) inbound.ask(client);
    }
    this.#options.display.setStatus('connected');
  }

  /** Joins again after a lost connection, or after a goodbye. */
  async resync(): Promise<void> {
    const { channel } = this.#options;
    if (!channel.connected) return; // the reconnection will do it
    const now = this.#options.clock.now();
    if (this.#offlineAt !== undefined) this.#options.peers.extendLeases(now - this.#offlineAt);
    this.#offlineAt = undefined;
    const isReturn = this.#gone;
    this.#gone = false;
    this.#sweptAt = this.#heardAt = now;
    try {
      if (isReturn) this.#options.json.announce('joined');
      await this.sync((error) => channel.fail(error, channel.subjects.sync));
    } catch (error) {
      // After a NotConnectedError the next reconnection does it.
      if (!(error instanceof NotConnectedError)) channel.fail(error, channel.subjects.sync);
    }
  }

  /** The connection was lost. */
  disconnected(): void {
    this.#offlineAt ??= this.#heardAt;
    this.#syncs++;
    this.#options.joiner.stop();
    this.#options.display.setStatus('reconnecting');
  }

  /**
   * Says goodbye (P6): this session leaves, or its page goes away (`pagehide`). What is known of others stays, for a
   * return out of the back/forward cache.
   */
  putAway(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#syncs++; // a run that is under way would answer others
    this.#options.joiner.stop();
    this.#options.pointing.batcher.stop();
    this.#options.announcer.goodbye();
    this.#options.json.announce('left');
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
    this.#options.announcer.activity = this.#options.self.shownActivity;
    this.#options.display.showAll();
  }

  get #isSeen(): boolean {
    return this.#options.role !== 'ghost';
  }

  /** The silence of the others proves nothing for the time in which this session was offline, gone or asleep (P7). */
  #sweep(): void {
    const { peers, channel, clock, display, inbound } = this.#options;
    const now = clock.now();
    const late = now - this.#sweptAt - SWEEP_MS;
    this.#sweptAt = now;
    if (channel.stats.messagesIn !== this.#heard) this.#heardAt = now;
    this.#heard = channel.stats.messagesIn;
    if (this.#offlineAt !== undefined || this.#gone) return;
    if (late > SLEPT_MS) {
      peers.extendLeases(late);
      void channel.bus.suspect();
    }
    if (peers.overdue) void this.#removeOverdue();
    inbound.askHearsay();
    display.check();
  }

  /** Nobody's lease runs out on a line that is dead itself (P8). */
  async #removeOverdue(): Promise<void> {
    const { peers, channel, display } = this.#options;
    const alive = await channel.bus.suspect();
    if (!alive || this.#offlineAt !== undefined || this.#gone) return;
    peers.sweep();
    display.show();
  }
}
