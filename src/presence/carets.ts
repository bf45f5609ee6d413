/**
 * D3, D4: what editor bindings find of others. Some of them throw at a `cursor` or `selection` that is no pair of
 * relative positions, or at a position in which a key is left out. A page without a document, or one that writes other
 * values itself, may use them for anything.
 */
import { isAnywhere, isWhole, type RelativePosition, whole } from '../protocol/relative-position.js';
import type { State } from '../protocol/state.js';
import { forLexical } from './lexical.js';
import type { OwnClient } from './own-client.js';

const CARETS = ['cursor', 'selection'] as const;
const ENDS: readonly string[] = ['anchor', 'head', 'focus'];

/**
 * Returns a function that returns a state as this page shows it. `shares`: the page gave the room a document. `file`:
 * that of the room.
 */
export function withCarets(
  own: Pick<OwnClient, 'state'>,
  { shares, file }: { readonly shares: boolean; readonly file?: string | undefined },
): (state: State) => State {
  return (from) => {
    const isElsewhere = shares && from.file !== undefined && from.file !== file;
    const state = shares ? forLexical(from, isElsewhere) : from;
    const changed: State = {};
    for (const key of CARETS) {
      const value = state[key];
      if (typeof value !== 'object' || value === null) continue;
      // Whoever has an anchor has passed the door.
      if ('anchor' in value) {
        const ends = endsOf(value);
        if (isElsewhere && ends.some(isAnywhere)) changed[key] = null;
        else if (!ends.every(isWhole)) changed[key] = withWholeEnds(value);
      } else if (shares && !isForeign(own.state?.[key])) changed[key] = null;
    }
    return Object.keys(changed).length > 0 ? { ...state, ...changed } : state;
  };
}

/** Whether a value could not be of an editor. */
const isForeign = (value: unknown): boolean => typeof value === 'object' && value !== null && !('anchor' in value);

const endsOf = (range: object) =>
  Object.entries(range).flatMap(([key, value]) => (ENDS.includes(key) ? [value as RelativePosition] : []));

const withWholeEnds = (range: object): State =>
  Object.fromEntries(
    Object.entries(range).map(([key, value]) => [key, ENDS.includes(key) ? whole(value as RelativePosition) : value]),
  );
