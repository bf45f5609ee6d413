/**
 * Our own word in the presence lane, outbound: full states, beats, the goodbye (P1, P3, P4, P6, P7). It decides which
 * lane a local change takes; it must never publish anything that is not our own client's.
 */
import type { Awareness } from 'y-protocols/awareness';
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
import { raiseClock } from './awareness.js';
import { AWAY_LEASE_MS, heartbeatMs, leaseMs, STOCK_REFRESH_MS } from './constants.js';

export interface AnnouncerOptions {
  readonly awareness: Awareness;
  readonly clock: Clock;
  readonly random: Random;
  /** Names of the fields that travel in the motion lane. */
  readonly fastFields: readonly string[];
  /** Sends on the presence subject; false while there is no connection. */
  readonly publish: (bytes: Uint8Array) => boolean;
  /** A local change of fast fields alone, for the motion lane. */
  readonly onMotion: (fields: State) => void;
  /** A full state is going out, the fast fields in it. */
  readonly onState: () => void;
  /** How many are here, oneself included; and whether a stock Yjs client is among them. */
  readonly headcount: () => number;
  readonly withStock: () => boolean;
  readonly onError: (error: PayloadTooLargeError) => void;
}

export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #sentFast = new Set<string>();
  #slow = '';
  #fast = '';
  #presenceClock = 0;
  #activity: PeerActivity = 'active';
  #announcing = false;
  #cancelBeat: (() => void) | undefined;
  readonly #undo: (() => void)[] = [];
  #refreshedAt = Number.NEGATIVE_INFINITY;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    const { awareness } = options;
    const onUpdate = (_: unknown, origin: unknown) => {
      if (origin === 'local' && this.#announcing) this.#onLocalUpdate();
    };
    awareness.on('update', onUpdate);
    this.#undo.push(() => awareness.off('update', onUpdate));
    this.#undo.push(every(options.clock, STOCK_REFRESH_MS / 4, () => this.#refreshStock()));
  }

  /** The clock of our last presence state (M3). */
  get presenceClock(): number {
    return this.#presenceClock;
  }

  get activity(): PeerActivity {
    return this.#activity;
  }

  set activity(activity: PeerActivity) {
    if (activity === this.#activity) return;
    this.#activity = activity;
    if (this.#announcing) this.beat();
  }

  /** P5, P7: from now on we speak, first with our full state above every clock heard for us. */
  start(): void {
    this.#announcing = true;
    raiseClock(this.#options.awareness, this.#presenceClock);
    this.announce();
  }

  /** Our full state, at the clock that Awareness has for it. */
  announce(): void {
    const entry = this.entry();
    if (!entry) return;
    const size = JSON.stringify(entry.state).length * 3;
    if (size > MAX_STATE_BYTES && new TextEncoder().encode(JSON.stringify(entry.state)).length > MAX_STATE_BYTES) {
      this.#options.onError(new PayloadTooLargeError('the own awareness state', size, MAX_STATE_BYTES));
      return;
    }
    this.#remember(entry.state ?? {});
    this.#options.onState();
    this.#presenceClock = entry.clock;
    if (this.#options.publish(encodeStates([entry]))) this.#refreshedAt = this.#options.clock.now();
    this.#scheduleBeat();
  }

  beat(): void {
    const { awareness, publish } = this.#options;
    if (awareness.getLocalState()) publish(encodeHeartbeat(awareness.clientID, this.#presenceClock, this.#terms()));
    this.#scheduleBeat();
  }

  /** P6: we are gone, at a clock above all we ever said. The local state stays, for a return. */
  goodbye(): void {
    if (!this.#announcing) return;
    const { awareness, publish } = this.#options;
    this.#announcing = false;
    this.#cancelBeat?.();
    this.#presenceClock = raiseClock(awareness, this.#presenceClock);
    const entry = { client: awareness.clientID, clock: this.#presenceClock, state: null, terms: this.#terms() };
    publish(encodeStates([entry]));
  }

  /** What we say of ourselves, in a state message or in a roster; `undefined` while we have no state. */
  entry(): Required<StateEntry> | undefined {
    const { awareness } = this.#options;
    const state = awareness.getLocalState();
    const meta = awareness.meta.get(awareness.clientID);
    if (!state || !meta) return undefined;
    return { client: awareness.clientID, clock: meta.clock, state, terms: this.#terms() };
  }

  /** All fast fields as they are now, for the motion lane: a register is whole, or a lost batch would lose a field. */
  fastFields(): State {
    const state = this.#options.awareness.getLocalState() ?? {};
    const fields: State = {};
    for (const name of this.#options.fastFields) {
      if (name in state || this.#sentFast.has(name)) fields[name] = state[name] ?? null;
    }
    return fields;
  }

  /** P8: someone spoke in our name at `clock`; we say who we are, above it. */
  reassert(clock: number): void {
    raiseClock(this.#options.awareness, clock);
    this.announce();
  }

  stop(): void {
    this.#announcing = false;
    this.#cancelBeat?.();
    for (const undo of this.#undo.splice(0)) undo();
  }

  #onLocalUpdate(): void {
    const { awareness, onMotion } = this.#options;
    const state = awareness.getLocalState();
    if (!state) {
      this.goodbye(); // an editor or the page took the state away: we are not here for anyone
      this.#announcing = true; // and are again, once there is a state
      this.#slow = '';
      return;
    }
    const { slow, fast } = this.#split(state);
    if (slow !== this.#slow) this.announce();
    else if (fast !== this.#fast) {
      this.#fast = fast;
      for (const name of this.#options.fastFields) if (name in state) this.#sentFast.add(name);
      onMotion(this.fastFields());
    }
  }

  #remember(state: State): void {
    const { slow, fast } = this.#split(state);
    [this.#slow, this.#fast] = [slow, fast];
    for (const name of this.#options.fastFields) if (name in state) this.#sentFast.add(name);
  }

  /** As text, because some editors change the state in place, where an old and a new object are the same. */
  #split(state: State): { slow: string; fast: string } {
    const slow: State = {};
    const fast: State = {};
    for (const key of Object.keys(state)) (this.#options.fastFields.includes(key) ? fast : slow)[key] = state[key];
    return { slow: JSON.stringify(slow), fast: JSON.stringify(fast) };
  }

  #terms(): Terms {
    const away = this.#activity === 'away';
    const lease = leaseMs(this.#options.headcount());
    return {
      activity: this.#activity,
      kind: 'slate',
      leaseMs: away ? Math.max(lease, AWAY_LEASE_MS) : lease,
      ageMs: 0,
    };
  }

  /** Within 10 % of the beat, so that a room that reconnected together does not beat together. */
  #scheduleBeat(): void {
    const { clock, random, headcount } = this.#options;
    this.#cancelBeat?.();
    this.#cancelBeat = clock.after(heartbeatMs(headcount()) * (0.9 + 0.1 * random()), () => this.beat());
  }

  /** P3: a stock client forgets whoever has not raised its clock for 30 s. */
  #refreshStock(): void {
    const { awareness, clock, withStock } = this.#options;
    if (!this.#announcing || !withStock() || clock.now() - this.#refreshedAt < STOCK_REFRESH_MS * 0.75) return;
    raiseClock(awareness, this.#presenceClock);
    this.announce();
  }
}
