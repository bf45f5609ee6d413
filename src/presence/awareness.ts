/**
 * The room's Awareness: a real y-protocols one without its own 15 s and 30 s timers, which would contradict our leases;
 * and the way in which remote states enter it, many at a time with one `change` (M5). Only this file writes
 * remote states.
 */
import { equalityDeep } from 'lib0/function';
import { Awareness } from 'y-protocols/awareness';
import type { Doc } from 'yjs';
import { type Clock, endInterval } from '../clock.js';
import { guarded } from '../emitter.js';
import { isBeingLeft } from '../page.js';
import type { State } from '../protocol/state.js';
import type { Shown } from './changes.js';

/** The part of a Y.Doc that Awareness and the editor bindings use, for pages that share no document. */
function lightDoc(clientID: number): Doc {
  const nothing = () => undefined;
  return { clientID, on: nothing, off: nothing, once: nothing, destroy: nothing } as unknown as Doc;
}

/** A state that differs from every other one, and says so at once. */
const OTHER = { '': Number.NaN };

/** Whether two values have the same content; false where that cannot be told. */
export function isSame(one: unknown, other: unknown): boolean {
  try {
    return equalityDeep(one, other);
  } catch {
    return false; // a cycle, or a property that throws
  }
}

/**
 * Knows what the page and its editors set last (P11). Others can take the local state out of `states`, with any
 * origin; only `setLocalState` says what it is. An editor (Lexical) that takes it away while the page is being left
 * would have it stay away where the page stays, or comes back; the goodbye is for the room to say (P6).
 */
class RoomAwareness extends Awareness {
  declare private local: State | null;

  /** A listener that throws (in an editor plugin, say) stops neither the other listeners nor the room. */
  override emit(name: string, [one, other]: unknown[]): void {
    const listeners: Iterable<(one: unknown, other: unknown) => unknown> = this._observers.get(name) ?? [];
    for (const listener of [...listeners]) guarded(listener, one, other);
  }

  override getLocalState(): State | null {
    return this.local;
  }

  override setLocalState(state: State | null): void {
    if (state === null && isBeingLeft()) return;
    // Awareness compares both states, and would throw at a cycle, or where a property throws (D6).
    const before = this.states.get(this.clientID);
    if (before && state && !isSame(before, state)) this.states.set(this.clientID, OTHER);
    this.local = state;
    super.setLocalState(state);
  }
}

/** On `doc` when there is one, whose `clientID` then is the session's; else with the given `clientID`. */
export function createAwareness(doc: Doc | undefined, clientID: number): Awareness {
  const awareness = new RoomAwareness(doc ?? lightDoc(clientID));
  endInterval(awareness._checkInterval);
  return awareness;
}

/**
 * Shows the states of all `clients` as one change. A client that comes back after its removal counts as added. `origin`
 * goes to the listeners of Awareness; it must not be 'local'.
 */
export function showRemote(
  awareness: Awareness,
  clients: ReadonlyMap<number, Shown>,
  origin: unknown,
  time: Pick<Clock, 'date'>,
): void {
  const { states, meta } = awareness;
  const added: number[] = [];
  const updated: number[] = [];
  const changed: number[] = [];
  const removed: number[] = [];
  for (const [client, { clock, state }] of clients) {
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
        if (!isSame(before, state)) changed.push(client);
      }
    }
    meta.set(client, { clock, lastUpdated: time.date() });
  }
  if (added.length + changed.length + removed.length > 0)
    awareness.emit('change', [{ added, updated: changed, removed }, origin]);
  if (added.length + updated.length + removed.length > 0)
    awareness.emit('update', [{ added, updated, removed }, origin]);
  // Only after the listeners, because a provider that forwards a removal needs the clock.
  for (const client of removed) if (!states.has(client)) meta.delete(client);
}
