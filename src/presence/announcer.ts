/**
 * The outbound presence lane of this session: full states, heartbeats and the goodbye (P1, P3, P4, P6, P7). It decides
 * which lane a local change takes, and when it leaves (M1, M10). It never publishes anything about another client, and
 * nothing of the own one that has not passed the door (D6). Over 300 lines, because all that leaves shares one order.
 */
import { type Clock, every, type Random } from '../clock.js';
import { MAX_FIELDS } from '../protocol/fields-codec.js';
import type { OwnState } from '../protocol/own-state.js';
import {
  encodeHeartbeat,
  encodeStates,
  type OutgoingEntry,
  type PeerActivity,
  type Terms,
} from '../protocol/presence-codec.js';
import { type State, TALK } from '../protocol/state.js';
import type { Channel } from './channel.js';
import { AWAY_LEASE_MS, GUARD_MS, heartbeatMs, leaseMs, STOCK_REFRESH_MS } from './constants.js';
import { Lanes, SETTLED_MS } from './lanes.js';
import type { OwnClient } from './own-client.js';
import { OwnWords, type OwnWordsOptions } from './own-words.js';
import type { Peers } from './peers.js';

/** Full states take at most so many bytes a millisecond, so that one with a picture leaves less often. */
const BYTES_PER_MS = 20;
/** By how much the clock rises at most on a return (P7). */
const MAX_STEP = 2 ** 10;
/** Between two full states while fields of the motion lane change: for those in other files, and for stock clients. */
const REFRESH_MS = 5_000;
const STOCK_CARET_MS = 500;
/** Between two heartbeats that tell of a change of activity. Milliseconds. */
const ACTIVITY_MS = 100;

/** In place of the JSON of a field that not all others know the same of. */
const TOLD_TO_ONE = '';

/** The fast fields on their way into the motion lane. */
export interface FastFieldsLane {
  /** Sends these fields with the next batch. */
  set(fields: State): void;
  /** A full state was announced and carried the fast fields: they need not be sent again. */
  dropFields(): void;
}

/** The turns of everything that this session sends (M10). */
export interface TurnTaker {
  request(turn: () => void): void;
  cancel(turn: () => void): void;
  taken(): void;
}

export interface AnnouncerOptions extends OwnWordsOptions {
  readonly own: OwnClient;
  readonly clock: Clock;
  readonly random: Random;
  /** The names of the fields that travel in the motion lane. */
  readonly fastFields: readonly string[];
  /** Others take talk from the motion lane alone (V6). @defaultValue false */
  readonly verified?: boolean;
  /** The interval of heartbeats in milliseconds, where no crowd makes it longer (P3). */
  readonly heartbeatMs: number;
  /** Of the clients that this session holds (P12). */
  readonly digest: () => number;
  readonly channel: Pick<Channel, 'subjects' | 'publish' | 'fail'>;
  readonly peers: Pick<Peers, 'size' | 'some'>;
  readonly motion: FastFieldsLane;
  readonly turns: TurnTaker;
}

export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #words: OwnWords;
  readonly #lanes: Lanes;
  /**
   * The fields as the others know them, as JSON; `undefined` for one that they know to be gone. No map at all while
   * they know no state.
   */
  #known: Map<string, string | undefined> | undefined;
  #activity: PeerActivity = 'active';
  #announcing = false;
  #cancelHeartbeat: (() => void) | undefined;
  #cancelActivity: (() => void) | undefined;
  /** Cancels the full state that is due later. */
  #cancelDue: (() => void) | undefined;
  readonly #cleanups: (() => void)[] = [];
  #announcedAt = Number.NEGATIVE_INFINITY;
  /** The clock of the fast fields when the last heartbeat was due. */
  #restsAt = 0;
  /** Until when others ask us about a goodbye (P6). */
  #guardedUntil = Number.NEGATIVE_INFINITY;
  /** From when on the next change may be a full state. */
  #freeAt = Number.NEGATIVE_INFINITY;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    this.#words = new OwnWords(options);
    const { fastFields, verified } = options;
    this.#lanes = new Lanes(verified ? [...new Set([...TALK, ...fastFields])].slice(0, MAX_FIELDS) : fastFields);
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

  /** The first change is told at once, the newest one 100 ms later. */
  set activity(activity: PeerActivity) {
    if (activity === this.#activity) return;
    this.#activity = activity;
    if (!this.#announcing || this.#cancelActivity) return;
    this.heartbeat();
    this.#cancelActivity = this.#options.clock.after(ACTIVITY_MS, () => {
      this.#cancelActivity = undefined;
      if (this.#announcing && this.#activity !== activity) this.heartbeat();
    });
  }

  /** Starts announcing, with the full state at a clock above every earlier one (P5, P7). */
  start(): void {
    const { own, random } = this.#options;
    this.#announcing = true;
    this.#known = undefined;
    own.unheard = 0; // what was under way when the connection was lost does not come back
    // By some more, or who spoke in our name while we were away could have come to the same clock.
    own.raiseClock(own.presenceClock + (own.presenceClock && Math.floor(random() * MAX_STEP)));
    this.announce();
  }

  /**
   * Announces the full state now, at its clock, or above that of the last batch (M3); or that there is none while it is
   * taken away (P11).
   */
  readonly announce = (): void => {
    const written = this.#words.write();
    if (written) this.#announce(written);
    else if (this.#announcing) this.#publish(encodeStates([this.#entry()]));
  };

  /**
   * A heartbeat that is due. Where fast fields were sent and have come to rest, the full state takes its place: others
   * notice that a state is missing, and not that a batch is (P3).
   */
  #beat(): void {
    const { own } = this.#options;
    this.#noticeChange();
    const rests = own.motionClock > own.presenceClock && own.motionClock === this.#restsAt;
    this.#restsAt = own.motionClock;
    if (rests) this.announce();
    else this.heartbeat();
  }

  /** What an editor changed in the state without setting it, nobody else would be told of (P11). */
  #noticeChange(): void {
    const written = this.#words.write();
    if (!written || this.#untold(written).length === 0) return;
    this.#options.own.raiseClock(0);
    this.#onLocalUpdate();
  }

  /** The fields of which the others do not know what was written. */
  #untold({ texts }: OwnState): string[] {
    const known = this.#known ?? new Map<string, string | undefined>();
    return [...new Set([...known.keys(), ...texts.keys()])].filter((name) => known.get(name) !== texts.get(name));
  }

  heartbeat(): void {
    const { own, digest } = this.#options;
    if (own.state) this.#publish(encodeHeartbeat(own.id, own.presenceClock, this.#terms(), digest()));
    this.#scheduleHeartbeat();
  }

  /** Publishes the null state, at a clock above every earlier one (P6). The local state stays, for a return. */
  goodbye(): void {
    if (!this.#announcing) return;
    const { own } = this.#options;
    this.#announcing = false;
    this.#cancel();
    own.presenceClock = own.raiseClock(own.presenceClock);
    this.#publish(encodeStates([{ client: own.id, clock: own.presenceClock, state: null, terms: this.#terms() }]));
  }

  /** This session's entry for a state message or a roster; its state is `null` while it is taken away (P11). */
  entry(): OutgoingEntry {
    const written = this.#words.write();
    // One client learns of a change before the others: should it be taken back until then, that has to be told as well.
    for (const name of new Set([...(this.#known?.keys() ?? []), ...(written?.texts.keys() ?? [])])) {
      if (this.#known?.get(name) !== written?.texts.get(name)) this.#known?.set(name, TOLD_TO_ONE);
    }
    return this.#entry(written);
  }

  /** Somebody said goodbye in our name: what we say for a while tells others to ask us about the next one (P6). */
  guard(): void {
    this.#guardedUntil = this.#options.clock.now() + GUARD_MS;
  }

  /** Another sender used this client's id at `clock`: announces the true state at a clock above it (P8). */
  reassert(clock: number): void {
    this.#options.own.raiseClock(clock);
    this.announce();
  }

  stop(): void {
    this.#announcing = false;
    this.#cancel();
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
  }

  #cancel(): void {
    const { turns } = this.#options;
    for (const cancel of [this.#cancelHeartbeat, this.#cancelActivity, this.#cancelDue]) cancel?.();
    this.#cancelActivity = undefined;
    for (const turn of [this.#turn, this.announce]) turns.cancel(turn);
  }

  #onLocalUpdate(): void {
    const { own, clock, turns } = this.#options;
    const { state } = own;
    if (!state) {
      turns.cancel(this.#turn);
      if (this.#known) this.goodbye(); // an editor or the page took the state away: others see this session leave
      this.#announcing = true; // and return with the next state
      this.#known = undefined;
      return;
    }
    this.#lanes.wrote(state, clock.now());
    turns.request(this.#turn);
  }

  /** Sends what changed since the others were told, by the lane that it needs. */
  readonly #turn = (): void => {
    const written = this.#words.write();
    if (!written) return;
    const { clock, motion, peers } = this.#options;
    const changed = this.#untold(written);
    if (this.#known && changed.length === 0) return;
    const now = clock.now();
    const { fast } = this.#lanes;
    let due = Number.POSITIVE_INFINITY;
    if (!this.#known || changed.some((name) => !fast.includes(name))) due = this.#freeAt;
    else {
      if (changed.some((name) => this.#lanes.hasMoved(name)))
        due = Math.min(now + SETTLED_MS, this.#announcedAt + REFRESH_MS);
      if (peers.some(isStock)) due = Math.min(due, this.#announcedAt + STOCK_CARET_MS);
      due = Math.max(due, this.#freeAt);
    }
    // The batch goes first, and the state after it can repeat what it said.
    const talks = this.#options.verified && this.#known && TALK.some((name) => changed.includes(name));
    if (due <= now && !talks) {
      this.#announce(written);
      return;
    }
    if (changed.some((name) => fast.includes(name))) motion.set(this.#fastFields(written));
    if (due < Number.POSITIVE_INFINITY) this.#announceAt(Math.max(due, now));
  };

  /** Another call before that changes the time. */
  #announceAt(due: number): void {
    const { clock, turns } = this.#options;
    this.#cancelDue?.();
    this.#cancelDue = clock.after(due - clock.now(), () => turns.request(this.announce));
  }

  #entry(written?: OwnState): OutgoingEntry {
    const { id, clock } = this.#options.own;
    return { client: id, clock, state: null, terms: this.#terms(), ...written };
  }

  #announce(written: OwnState): void {
    const { own, clock, motion, turns } = this.#options;
    if (own.clock <= own.motionClock) own.raiseClock(own.motionClock);
    this.#known = new Map(written.texts);
    motion.dropFields();
    own.presenceClock = own.clock;
    const bytes = encodeStates([this.#entry(written)]);
    this.#publish(bytes);
    turns.taken();
    this.#announcedAt = clock.now();
    this.#freeAt = this.#announcedAt + bytes.length / BYTES_PER_MS;
    this.#cancelDue?.();
    turns.cancel(this.announce);
    this.#lanes.settle(this.#announcedAt);
    this.#scheduleHeartbeat();
  }

  #publish(bytes: Uint8Array): boolean {
    const { channel, own } = this.#options;
    const sent = channel.publish(channel.subjects.presence, bytes);
    if (sent) own.unheard++;
    return sent;
  }

  /**
   * All fast fields, as M3 wants them: were only the changed ones sent, a lost batch would lose a field. One that is
   * gone is null, and comes last, so that it takes no room from the others.
   */
  #fastFields({ state, texts }: OwnState): State {
    this.#options.own.motionClock = this.#options.own.clock;
    const fields: State = {};
    const gone: State = {};
    for (const name of this.#lanes.fast) {
      if (texts.has(name)) fields[name] = state[name];
      else if (this.#known?.has(name)) gone[name] = null;
      else continue;
      this.#known?.set(name, texts.get(name));
    }
    return { ...fields, ...gone };
  }

  /** How many are in the room, this session included. */
  get #headcount(): number {
    return this.#options.peers.size + 1;
  }

  #terms(): Terms {
    const lease = leaseMs(this.#headcount, this.#options.heartbeatMs);
    return {
      activity: this.#activity,
      kind: 'slate',
      leaseMs: this.#activity === 'away' ? Math.max(lease, AWAY_LEASE_MS) : lease,
      ageMs: 0,
      ...(this.#options.clock.now() < this.#guardedUntil && { guarded: true }),
    };
  }

  /** Up to 10 % early, so that a room that reconnected together does not send its heartbeats together. */
  #scheduleHeartbeat(): void {
    this.#cancelHeartbeat?.();
    const ms = heartbeatMs(this.#headcount, this.#options.heartbeatMs) * (0.9 + 0.1 * this.#options.random());
    this.#cancelHeartbeat = this.#options.clock.after(ms, () => this.#beat());
  }

  /** A stock Yjs client forgets every client that has not raised its clock for 30 s (P3). */
  #refreshStock(): void {
    const { own, clock, peers } = this.#options;
    if (!this.#announcing || clock.now() - this.#announcedAt < STOCK_REFRESH_MS * 0.75 || !peers.some(isStock)) return;
    own.raiseClock(own.presenceClock);
    this.announce();
  }
}

const isStock = ({ kind }: { readonly kind: string }) => kind === 'yjs';
