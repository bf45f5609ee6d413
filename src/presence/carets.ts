/**
 * D4: what editor bindings find as `cursor` and `selection` of others. Some of them throw at a value that is no pair of
 * relative positions. A page without a document, or one that writes such values itself, may use them for anything.
 */
import type { State } from '../protocol/state.js';
import type { OwnClient } from './own-client.js';

const CARETS = ['cursor', 'selection'] as const;

/** Whether a value could not be of an editor: whoever has an anchor has passed the door (D4). */
const isForeign = (value: unknown): boolean => typeof value === 'object' && value !== null && !('anchor' in value);

/** Returns a function that returns a state as this page shows it. `shares`: the page gave the room a document. */
export function withCarets(own: Pick<OwnClient, 'state'>, shares: boolean): (state: State) => State {
  return (state) => {
    if (!shares) return state;
    const foreign = CARETS.filter((key) => isForeign(state[key]) && !isForeign(own.state?.[key]));
    return foreign.length === 0 ? state : { ...state, ...Object.fromEntries(foreign.map((key) => [key, null])) };
  };
}
