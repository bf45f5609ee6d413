/**
 * This session's own client: its id, its clocks (M3) and its local state. Other providers write to the same Awareness
 * (P11), so the true clock is kept here.
 */
import { type Awareness, removeAwarenessStates } from 'y-protocols/awareness';
import type { State } from '../protocol/state.js';
import { MAX_FOLLOWED_JUMP } from './peers.js';

/** The newest clock of each document's client in this page: a clock never goes back (P7), whatever room comes next. */
const clocks = new WeakMap<object, number>();

export class OwnClient {
  readonly awareness: Awareness;
  /** The clock of the last announced presence state; 0 before the first (M3). */
  presenceClock = 0;
  /** The clock of the fast fields in the motion lane; a presence state after them needs a higher one (M3). */
  motionClock = 0;
  /** How many messages about this client were published to all, and have not come back yet (P8). */
  unheard = 0;
  #clock = 0;

  /** `first`: the clock that a document new to this page begins at (P6). */
  constructor(awareness: Awareness, first = 0) {
    this.awareness = awareness;
    this.#keep(Math.max(this.#known, clocks.get(awareness.doc) ?? first));
    awareness.on('update', (_: unknown, origin: unknown) => {
      if (origin === 'local') this.#keep(Math.max(this.#known, this.#clock + 1));
    });
  }

  get id(): number {
    return this.awareness.clientID;
  }

  /** The clock of the local state. */
  get clock(): number {
    return this.#clock;
  }

  /** What the page and its editors set last; `null` after they took the state away, so that nobody sees it (P11). */
  get state(): State | null {
    return this.awareness.getLocalState();
  }

  /** False where another provider changed the state in Awareness. */
  get isShown(): boolean {
    return (this.awareness.states.get(this.id) ?? null) === this.state;
  }

  /**
   * Raises the clock above `clock` without changing the state, so that the next announcement is newer than everything
   * that the others know (P7, P8). Returns the new clock.
   */
  raiseClock(clock: number): number {
    return this.#keep(Math.max(this.#known, this.#clock, clock) + 1);
  }

  /**
   * Puts the state back that another provider changed in Awareness or removed from it, above the clock that it left
   * there (P11). `origin` goes to the listeners when a state is removed. False when there was nothing to do.
   */
  putBack(origin: unknown): boolean {
    const { awareness, id, state } = this;
    if (this.isShown && awareness.meta.get(id)?.clock === this.#clock) return false;
    if (state) awareness.setLocalState(state);
    else {
      this.raiseClock(0); // the removal fails without a clock
      removeAwarenessStates(awareness, [id], origin);
      this.raiseClock(0);
    }
    return true;
  }

  /** The clock in Awareness; 0 where another provider removed it, or raised it beyond what others accept (D5). */
  get #known(): number {
    const clock = this.awareness.meta.get(this.id)?.clock ?? 0;
    return clock <= this.#clock + MAX_FOLLOWED_JUMP ? clock : 0;
  }

  #keep(clock: number): number {
    const { awareness, id } = this;
    this.#clock = clock;
    clocks.set(awareness.doc, Math.max(clock, clocks.get(awareness.doc) ?? 0));
    awareness.meta.set(id, { clock, lastUpdated: awareness.meta.get(id)?.lastUpdated ?? 0 });
    return clock;
  }

  /**
   * Goes on under another id, as a client that nobody knows (P8). The document gets it too, as Yjs itself does when
   * another client uses its id, and because editor bindings tell their own caret by it.
   */
  rename(id: number): void {
    const { awareness, id: before, state } = this;
    awareness.states.delete(before);
    awareness.meta.delete(before);
    awareness.clientID = id;
    awareness.doc.clientID = id;
    if (state) awareness.states.set(id, state);
    this.#keep(0);
    [this.presenceClock, this.motionClock, this.unheard] = [0, 0, 0];
    const changes = { added: state ? [id] : [], updated: [], removed: [before] };
    for (const name of ['change', 'update']) awareness.emit(name, [changes, 'local']);
  }
}
