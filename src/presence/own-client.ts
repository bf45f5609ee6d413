/** This session's own client: its id, its clocks (M3) and its local state. */
import type { Awareness } from 'y-protocols/awareness';
import type { State } from '../protocol/state.js';

export class OwnClient {
  readonly awareness: Awareness;
  /** The clock of the last announced presence state; 0 before the first (M3). */
  presenceClock = 0;

  constructor(awareness: Awareness) {
    this.awareness = awareness;
  }

  get id(): number {
    return this.awareness.clientID;
  }

  /** The clock that Awareness has for the local state. */
  get clock(): number {
    return this.awareness.meta.get(this.id)?.clock ?? 0;
  }

  /** `null` after an editor or the page took the state away. */
  get state(): State | null {
    return this.awareness.getLocalState();
  }

  /**
   * Raises the clock above `clock` without changing the state, so that the next announcement is newer than everything
   * that the others know (P7, P8). Returns the new clock.
   */
  raiseClock(clock: number): number {
    const { awareness, id } = this;
    const meta = awareness.meta.get(id);
    const raised = Math.max(meta?.clock ?? 0, clock) + 1;
    awareness.meta.set(id, { clock: raised, lastUpdated: meta?.lastUpdated ?? 0 });
    return raised;
  }
}
