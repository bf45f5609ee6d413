/**
 * Whom one points out in a room: by the mouse or the focus on their avatar, or by one's own pointer beside theirs. It
 * carries that between the elements of the room, so that the pointer tells its name and the avatar stands out.
 */
import type { Room } from '../../src/index.js';

export class Spotlight {
  /** Called when somebody else is pointed out. */
  readonly watchers = new Set<() => void>();
  /** By what points, the id of the user. */
  readonly #lit = new Map<object, string>();

  /** `by` points this user out, and nobody else any more; undefined: nobody. */
  point(by: object, userId: string | undefined): void {
    if (this.#lit.get(by) === userId) return;
    if (userId === undefined) this.#lit.delete(by);
    else this.#lit.set(by, userId);
    for (const watcher of [...this.watchers]) watcher();
  }

  /** Whether anything but `except` points this user out. */
  has(userId: string, except?: object): boolean {
    for (const [by, lit] of this.#lit) if (lit === userId && by !== except) return true;
    return false;
  }
}

/** One for each room, for as long as there is the room. */
const spotlights = new WeakMap<Room, Spotlight>();

export function spotlightOf(room: Room): Spotlight {
  const spotlight = spotlights.get(room) ?? new Spotlight();
  spotlights.set(room, spotlight);
  return spotlight;
}
