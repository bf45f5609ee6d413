/**
 * Keeps this session's identity in its awareness state. Some editors (Lexical) set the whole state and lose it, others
 * (Tiptap) write a user of their own without an id, or with the name `null`. A name, a colour and a picture that an
 * editor writes are kept if others would show them (D3); another user id is not.
 */
import type { Awareness } from 'y-protocols/awareness';
import { isColor } from '../protocol/color.js';
import { MAX_NAME } from '../protocol/limits.js';
import { cleanText, cleanUser, type State } from '../protocol/state.js';
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
    const kept: State = { ...state, ...own, user: keptUser(own.user, state.user) };
    if (Object.keys(kept).some((key) => kept[key] !== state[key])) awareness.setLocalState(kept);
  };
  awareness.on('update', restore);
  return () => awareness.off('update', restore);
}

/** What an editor wrote, the same object where nothing is missing; `own` fills in what others would not show of it. */
function keptUser(own: User, written: unknown): unknown {
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return own;
  const before = written as State;
  const kept: State = { ...own, ...before, id: own.id };
  kept.name = cleanText(kept.name, MAX_NAME) || own.name;
  if (!isColor(kept.color)) kept.color = own.color;
  if (cleanUser(kept)?.avatar !== kept.avatar) kept.avatar = own.avatar;
  return Object.keys(kept).every((key) => kept[key] === before[key]) ? before : kept;
}
