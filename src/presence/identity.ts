/**
 * Keeps this session's identity in its awareness state. Some editors (Lexical) set the whole state and lose it, others
 * (Tiptap) write a user of their own without an id. A name and a colour that an editor writes are kept; another user id
 * is not.
 */
import type { Awareness } from 'y-protocols/awareness';
import type { State } from '../protocol/state.js';
import type { User } from './people.js';

export interface Identity {
  readonly user: User;
  readonly file?: string;
  readonly location?: string;
}

/** Puts `identity()` back whenever a local change lost it. Returns a function that stops this. */
export function keepIdentity(awareness: Awareness, identity: () => Identity): () => void {
  const restore = (_: unknown, origin: unknown) => {
    const state = awareness.getLocalState() as State | null;
    if (origin !== 'local' || !state) return;
    const own = identity();
    const user = state.user as Partial<User> | undefined;
    const kept: State = {
      ...state,
      ...own,
      user: user?.id === own.user.id ? user : { ...own.user, ...user, id: own.user.id },
    };
    if (Object.keys(kept).some((key) => kept[key] !== state[key])) awareness.setLocalState(kept);
  };
  awareness.on('update', restore);
  return () => awareness.off('update', restore);
}
