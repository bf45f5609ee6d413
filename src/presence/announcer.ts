/**
 * The outbound presence lane of this session: full states, heartbeats and the goodbye (P1, P3, P4, P6, P7). It decides
 * which lane a local change takes. It never publishes anything about another client.
 */
import { type Clock, every, type Random } from '../clock.js';
import { PayloadTooLargeError } from '../errors.js';
import {
  encodeHeartbeat,
  encodeStates,
  type PeerActivity,
  type StateEntry,
  type Terms,
} from '../protocol/presence-codec.js';
import { MAX_STATE_BYTES, type State } from '../protocol/state.js';
import type { Channel } from './channel.js';
import { AWAY_LEASE_MS, heartbeatMs, leaseMs, STOCK_REFRESH_MS } from './constants.js';
import type { OwnClient } from './own-client.js';
import type { Peers } from './peers.js';
import { type StateText, writeState } from './state-text.js';

/** The fast fields on their way into the motion lane. */
export interface FastFieldsLane {
  /** Sends these fields with the next batch. */
  set(fields: State): void;
  /** A full state was announced and carried the fast fields: they need not be sent again. */
  dropFields(): void;
}

export interface AnnouncerOptions {
  readonly own: OwnClient;
  readonly clock: Clock;
  readonly random: Random;
  /** The names of the fields that travel in the motion lane. */
  readonly fastFields: readonly string[];
  readonly channel: Pick<Channel, 'subjects' | 'publish' | 'fail'>;
  readonly peers: Pick<Peers, 'size' | 'some'>;
  readonly motion: FastFieldsLane;
}

export class Announcer {
  readonly #options: AnnouncerOptions;
  /** The fast fields that the others know of: one that disappears has to be sent as null. */
  readonly #sentFast = new Set<string>();
  /** The slow fields as the others know them; `undefined` while they know no state. */
  #slow: string | undefined;
  #fast = '';
  #activity: PeerActivity = 'active';
  #announcing = false;
  #cancelHeartbeat: (() => void) | undefined;
  readonly #cleanups: (() => void)[] = [];
  #refreshedAt = Number.NEGATIVE_INFINITY;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    const { awareness } = options.own;
    const onUpdate = (_: unknown, origin: unknown) => {
      if (origin === 'local' && this.#announcing) this.#onLocalUpdate();
    };
    awareness.on('update', onUpdate);
    this.#cleanups.push(() => awareness.off('update', onUpdate));
    this.#cleanups.push(every(options.clock, STOCK_REFRESH_MS / 4, () => this.#refreshStock()));
  }

  /** True from `start` to the goodbye: others see this session as present. */
  get announcing(): boolean {
    return this.#announcing;
  }

  set activity(activity: PeerActivity) {
    if (activity === this.#activity) return;
    this.#activity = activity;
    if (this.#announcing) this.heartbeat();
  }

  /** Starts announcing, with the full state at a clock above every earlier one (P5, P7). */
  start(): void {
    const { own } = this.#options;
    this.#announcing = true;
    own.raiseClock(own.presenceClock);
    this.announce();
  }

  /** Announces the full state at its clock, or that there is none while it is taken away (P11). */
  announce(): void {
    const { state } = this.#options.own;
    if (state) this.#announce(writeState(state, this.#options.fastFields));
    else if (this.#announcing) this.#publish(encodeStates([this.entry()]));
  }

  heartbeat(): void {
    const { own } = this.#options;
    if (own.state) this.#publish(encodeHeartbeat(own.id, own.presenceClock, this.#terms()));
    this.#scheduleHeartbeat();
  }

  /** Publishes the null state, at a clock above every earlier one (P6). The local state stays, for a return. */
  goodbye(): void {
    if (!this.#announcing) return;
    const { own } = this.#options;
    this.#announcing = false;
    this.#cancelHeartbeat?.();
    own.presenceClock = own.raiseClock(own.presenceClock);
    this.#publish(encodeStates([{ client: own.id, clock: own.presenceClock, state: null, terms: this.#terms() }]));
  }

  /** This session's entry for a state message or a roster; its state is `null` while it is taken away (P11). */
  entry(): Required<StateEntry> {
    const { id, clock, state } = this.#options.own;
    return { client: id, clock, state, terms: this.#terms() };
  }

  /** Another sender used this client's id at `clock`: announces the true state at a clock above it (P8). */
  reassert(clock: number): void {
    this.#options.own.raiseClock(clock);
    this.announce();
  }

  stop(): void {
    this.#announcing = false;
    this.#cancelHeartbeat?.();
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
  }

  #onLocalUpdate(): void {
    const { state } = this.#options.own;
    if (!state) {
      this.goodbye(); // an editor or the page took the state away: others see this session leave
      this.#announcing = true; // and return with the next state
      this.#slow = undefined;
      return;
    }
    const text = writeState(state, this.#options.fastFields);
    if (text.slow !== this.#slow) this.#announce(text);
    else if (text.fast !== this.#fast) {
      this.#remember(state, text);
      this.#options.motion.set(this.#fastFields(state));
    }
  }

  #announce(text: StateText): void {
    const { own, channel } = this.#options;
    const entry = this.entry();
    const size = utf8.encode(text.full).length;
    if (size > MAX_STATE_BYTES) {
      const error = new PayloadTooLargeError('the own awareness state', size, MAX_STATE_BYTES);
      channel.fail(error, channel.subjects.presence);
      return;
    }
    this.#remember(entry.state ?? {}, text);
    this.#options.motion.dropFields();
    own.presenceClock = entry.clock;
    if (this.#publish(encodeStates([{ ...entry, json: text.full }]))) this.#refreshedAt = this.#options.clock.now();
    this.#scheduleHeartbeat();
  }

  #publish(bytes: Uint8Array): boolean {
    const { channel } = this.#options;
    return channel.publish(channel.subjects.presence, bytes);
  }

  #remember(state: State, { slow, fast }: StateText): void {
    [this.#slow, this.#fast] = [slow, fast];
    for (const name of this.#options.fastFields) if (name in state) this.#sentFast.add(name);
  }

  /** All fast fields, as M3 wants them: were only the changed ones sent, a lost batch would lose a field. */
  #fastFields(state: State): State {
    const fields: State = {};
    for (const name of this.#options.fastFields) {
      if (name in state || this.#sentFast.has(name)) fields[name] = state[name] ?? null;
    }
    return fields;
  }

  /** How many are in the room, this session included. */
  get #headcount(): number {
    return this.#options.peers.size + 1;
  }

  #terms(): Terms {
    const lease = leaseMs(this.#headcount);
    return {
      activity: this.#activity,
      kind: 'slate',
      leaseMs: this.#activity === 'away' ? Math.max(lease, AWAY_LEASE_MS) : lease,
      ageMs: 0,
    };
  }

  /** Up to 10 % early, so that a room that reconnected together does not send its heartbeats together. */
  #scheduleHeartbeat(): void {
    this.#cancelHeartbeat?.();
    const ms = heartbeatMs(this.#headcount) * (0.9 + 0.1 * this.#options.random());
    this.#cancelHeartbeat = this.#options.clock.after(ms, () => this.heartbeat());
  }

  /** A stock Yjs client forgets every client that has not raised its clock for 30 s (P3). */
  #refreshStock(): void {
    const { own } = this.#options;
    const stock = this.#announcing && this.#options.peers.some((peer) => peer.kind === 'yjs');
    if (!stock || this.#options.clock.now() - this.#refreshedAt < STOCK_REFRESH_MS * 0.75) return;
    own.raiseClock(own.presenceClock);
    this.announce();
  }
}

const utf8 = new TextEncoder();
