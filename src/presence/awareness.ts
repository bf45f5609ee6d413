/**
 * The room's Awareness: a real y-protocols one, without its own 15/30 s interval, which would fight our leases; and the
 * mirror by which remote states enter it, many at a time with one `change` (M5). Only this file writes remote states.
 */
import { equalityDeep } from 'lib0/function';
import { Awareness } from 'y-protocols/awareness';
import type { Doc } from 'yjs';
import { endInterval } from '../clock.js';
import { guarded } from '../emitter.js';
import type { State } from '../protocol/state.js';

/** The part of a Y.Doc that Awareness and the editor bindings use of it, for pages that share no document. */
function lightDoc(clientID: number): Doc {
  const nothing = () => undefined;
  return { clientID, on: nothing, off: nothing, once: nothing, destroy: nothing } as unknown as Doc;
}

/** On `doc` where one is given (its `clientID` is the session's), else on an id of our own. */
export function createAwareness(doc: Doc | undefined, clientID: number): Awareness {
  const awareness = new Awareness(doc ?? lightDoc(clientID));
  endInterval(awareness._checkInterval);
  return awareness;
}

/** Sets the clock of our own state without a change of it: the next announcement goes out above `clock` (P7, P8). */
export function raiseClock(awareness: Awareness, clock: number): number {
  const meta = awareness.meta.get(awareness.clientID);
  const raised = Math.max(meta?.clock ?? 0, clock) + 1;
  awareness.meta.set(awareness.clientID, { clock: raised, lastUpdated: meta?.lastUpdated ?? 0 });
  return raised;
}

export class AwarenessMirror {
  readonly #awareness: Awareness;
  readonly #origin: unknown;
  readonly #clock: { date(): number };
  readonly #pending = new Map<number, { clock: number; state: State | null }>();

  /** `origin` goes to the listeners of Awareness with every remote change; it must not be 'local'. */
  constructor(awareness: Awareness, origin: unknown, clock: { date(): number }) {
    this.#awareness = awareness;
    this.#origin = origin;
    this.#clock = clock;
  }

  /** To be shown at the next flush. `null` removes. */
  set(client: number, clock: number, state: State | null): void {
    this.#pending.set(client, { clock, state });
  }

  /** Something is to be shown. */
  get pending(): boolean {
    return this.#pending.size > 0;
  }

  /** Everything pending, as one change; a client that comes back after a removal counts as added. */
  flush(): void {
    if (this.#pending.size === 0) return;
    const { states, meta } = this.#awareness;
    const added: number[] = [];
    const updated: number[] = [];
    const changed: number[] = [];
    const removed: number[] = [];
    for (const [client, { clock, state }] of this.#pending) {
      const before = states.get(client);
      if (state === null) {
        if (before === undefined) continue;
        states.delete(client);
        removed.push(client);
      } else {
        states.set(client, state);
        if (before === undefined) added.push(client);
        else {
          updated.push(client);
          if (!equalityDeep(before, state)) changed.push(client);
        }
      }
      meta.set(client, { clock, lastUpdated: this.#clock.date() });
    }
    this.#pending.clear();
    if (added.length + changed.length + removed.length > 0) {
      this.#emit('change', { added, updated: changed, removed });
    }
    if (added.length + updated.length + removed.length > 0) this.#emit('update', { added, updated, removed });
    // After the listeners: a provider that forwards a removal still finds its clock.
    for (const client of removed) if (!states.has(client)) meta.delete(client);
  }

  /** A listener that throws (an editor plugin, say) must not stop the others or us, as lib0's emit would let it. */
  #emit(name: 'change' | 'update', changes: { added: number[]; updated: number[]; removed: number[] }): void {
    guarded((...args) => this.#awareness.emit(...args), name, [changes, this.#origin]);
  }
}
