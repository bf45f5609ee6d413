/**
 * D3, D4: Lexical keeps a name and a colour beside the user, and draws the carets of those states that have `focusing`.
 * Without names from the page it makes some up, which cannot be told from those that a page gave; so in such a state,
 * the own one and those of others, both are those of the user.
 */
import { isAnywhere, type RelativePosition, whole } from '../protocol/relative-position.js';
import type { CleanUser, State } from '../protocol/state.js';

/** What stands beside `user` in a state with the keys of `state`: nothing, where they are not those of Lexical. */
export function besideUser(state: object, { name, color }: Pick<CleanUser, 'name' | 'color'>): State {
  return 'focusing' in state ? { name, color } : {};
}

/**
 * The state of somebody else, which has a user, as Lexical can draw it: with both ends of the caret, or neither.
 * `isElsewhere`: they are in another file.
 */
export function forLexical(state: State, isElsewhere: boolean): State {
  if (!('focusing' in state)) return state;
  const [anchor, focus] = [state.anchorPos, state.focusPos] as (RelativePosition | null | undefined)[];
  const isThere = anchor && focus && !(isElsewhere && (isAnywhere(anchor) || isAnywhere(focus)));
  const caret = isThere ? { anchorPos: whole(anchor), focusPos: whole(focus) } : { anchorPos: null, focusPos: null };
  return { ...state, ...besideUser(state, state.user as CleanUser), ...caret };
}
