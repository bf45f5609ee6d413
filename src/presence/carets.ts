/**
 * D4: what editor bindings find as `cursor` and `selection` of others. Some of them throw at a value that is no pair of
 * relative positions, or at a position in which a key is left out. A page without a document, or one that writes other
 * values itself, may use them for anything.
 */
import type { RelativePosition } from '../protocol/relative-position.js';
import type { State } from '../protocol/state.js';
import type { OwnClient } from './own-client.js';

const CARETS = ['cursor', 'selection'] as const;
const ENDS = ['anchor', 'head', 'focus'] as const;

/**
 * Returns a function that returns a state as this page shows it. `shares`: the page gave the room a document. `file`:
 * that of the room.
 */
export function withCarets(
  own: Pick<OwnClient, 'state'>,
  { shares, file }: { readonly shares: boolean; readonly file?: string | undefined },
): (state: State) => State {
  return (state) => {
    const changed: State = {};
    const isElsewhere = shares && state.file !== undefined && state.file !== file;
    for (const key of CARETS) {
      const value = state[key];
      if (typeof value !== 'object' || value === null) continue;
      // Whoever has an anchor has passed the door.
      if ('anchor' in value) {
        if (isElsewhere && isAnywhere(value)) changed[key] = null;
        else if (!isWhole(value)) changed[key] = whole(value);
      } else if (shares && !isForeign(own.state?.[key])) changed[key] = null;
    }
    return Object.keys(changed).length > 0 ? { ...state, ...changed } : state;
  };
}

/** Whether an end of a selection is in every document that has a text of that name. */
const isAnywhere = (range: State): boolean =>
  ENDS.some((end) => {
    const position = range[end] as RelativePosition | undefined;
    return position && !position.item && !position.type;
  });

/** Whether a value could not be of an editor. */
const isForeign = (value: unknown): boolean => typeof value === 'object' && value !== null && !('anchor' in value);

/** Whether each end has all its keys, as Yjs itself makes them. */
const isWhole = (range: State): boolean =>
  ENDS.every((end) => {
    const { type, tname, item, assoc } = (range[end] ?? WHOLE) as RelativePosition;
    return type !== undefined && tname !== undefined && item !== undefined && assoc !== undefined;
  });
const WHOLE: RelativePosition = { type: null, tname: null, item: null, assoc: 0 };

const whole = (range: State): State =>
  Object.fromEntries(
    Object.entries(range).map(([key, value]) => [
      key,
      (ENDS as readonly string[]).includes(key) ? { ...WHOLE, ...(value as RelativePosition) } : value,
    ]),
  );
