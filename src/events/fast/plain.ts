/**
 * The plain path of events, without tricks: what the fast path must do. Pages load the fast one; tests run both.
 *
 * An event that has no id gets one when it is published: `~`, the name of the program, and how many events the program
 * had numbered before, in base 36. Other programs may give the same id to many events, so listeners trust only these
 * ids.
 */
import type * as v from 'valibot';
import { encodeText } from '../../bus/payload.js';
import { NAME_LENGTH, ownName } from '../../id.js';

/** The first character of the ids that Slate gives to events. */
export const SIGN = '~';
/** The most digits that an id has: no program publishes more events, and every such number is an exact one. */
export const MAX_DIGITS = 10;

/** True for a value that valibot would accept and return unchanged; false where valibot must decide. */
export type QuickCheck = (value: unknown) => boolean;

/** Makes a quick check of a schema; `undefined` where the schema has none. */
export function quickCheck(_schema: v.GenericSchema): QuickCheck | undefined {
  return undefined;
}

let count = 0;

/** Adds the next id to the JSON of an object that has at least one field and no `id`. Returns UTF-8. */
export function withId(json: string): Uint8Array {
  const id = `${SIGN}${ownName()}${(count++).toString(36)}`;
  return encodeText(JSON.stringify({ ...(JSON.parse(json) as object), id }));
}

const OWN_ID = /* @__PURE__ */ new RegExp(`^${SIGN}[^]{${NAME_LENGTH}}(?:0|[1-9a-z][0-9a-z]{0,${MAX_DIGITS - 1}})$`);

/** True for an id that {@link withId} gave to an event, here or in another program. */
export function isOwnId(id: string): boolean {
  return OWN_ID.test(id);
}

/** The ids that have been received, in bounded memory. */
export interface SeenIds {
  /** False for an id that was added before, `undefined` for one that Slate has not made and that is not kept. */
  add(id: string): boolean | undefined;
}

/** Knows at least the last `size` ids. */
export function seenIds(size: number): SeenIds {
  const seen = new Set<string>();
  return {
    add(id) {
      if (!isOwnId(id)) return undefined;
      if (seen.has(id)) return false;
      const [oldest] = seen.add(id);
      if (seen.size > size && oldest !== undefined) seen.delete(oldest);
      return true;
    },
  };
}
