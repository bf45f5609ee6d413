/**
 * Keeps this session's identity in its awareness state. Some editors (Lexical) set the whole state and lose it, others
 * (Tiptap) write a user of their own without an id. A name and a colour that an editor writes are kept; another user id
 * is not; nor is a colour that this session had before, and that an editor only hands back.
 */
import type { Awareness } from 'y-protocols/awareness';
import { ownUser } from '../protocol/own-state.js';
import { type CleanUser, IDENTITY, type State } from '../protocol/state.js';
import { isSame } from './awareness.js';
import { besideUser } from './lexical.js';
import type { User } from './people.js';

export interface Identity {
  readonly user: User;
  readonly file?: string;
  readonly location?: string;
}

/**
 * Puts `identity()` back whenever a local change lost it, and the user into the form that everyone sees (D3). Returns a
 * function that stops this. `isWorn`: whether this is a former colour of this session (P15).
 */
export function keepIdentity(
  awareness: Awareness,
  identity: () => Identity,
  isWorn: (color: unknown) => boolean = () => false,
): () => void {
  let restoring = false;
  const restore = (_: unknown, origin: unknown) => {
    const state = awareness.getLocalState() as State | null;
    if (restoring || origin !== 'local' || !state) return;
    restoring = true; // whatever a state holds, one change is answered with one more at most
    try {
      const { user: own, ...place } = identity();
      const user = readUser(own, state, isWorn);
      const written = Object.getOwnPropertyDescriptors(state); // reading a property may throw
      const kept: State = { ...place, user, ...besideUser(written, user) };
      // Everyone reads who and where we are: there, a property that may throw is none.
      const odd = IDENTITY.filter((key) => written[key] && !('value' in written[key]));
      for (const key of odd) delete written[key];
      if (odd.length > 0 || Object.keys(kept).some((key) => !isSame(kept[key], written[key]?.value))) {
        const restored = { ...written, ...Object.getOwnPropertyDescriptors(kept) };
        awareness.setLocalState(Object.defineProperties({}, restored));
      }
    } finally {
      restoring = false;
    }
  };
  // On `change` too, so that nobody who listens after this sees the state without its identity.
  for (const event of ['change', 'update'] as const) awareness.on(event, restore);
  return () => {
    for (const event of ['change', 'update'] as const) awareness.off(event, restore);
  };
}

/** `own` with what an editor wrote into it, where that can be read. */
function readUser(own: User, state: State, isWorn: (color: unknown) => boolean): CleanUser {
  try {
    const written = state.user as State | null | undefined;
    return ownUser(own, isWorn(written?.color) ? { ...written, color: null, colorLight: null } : written);
  } catch {
    return ownUser(own, {}); // a property of it throws
  }
}
