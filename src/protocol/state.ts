/**
 * D2, D3, D4: cleans an awareness state from the network so that pages and editor bindings may use it, or refuses it.
 * No remote state enters Awareness without passing here.
 */
import { ProtocolError } from '../errors.js';
import { colorOf, isColor } from './color.js';
import { FORBIDDEN_KEYS } from './forbidden-keys.js';
import { MAX_LOCATION, MAX_NAME } from './limits.js';
import { isRelativePosition } from './relative-position.js';

/** An awareness state, or some of its fields. */
export type State = Record<string, unknown>;

/** D2: the largest state, as JSON. */
export const MAX_STATE_BYTES = 16 * 1024;
/** D2: how many levels of objects and lists a state may have. */
const MAX_DEPTH = 8;
/** D3, in characters. Every full state contains the avatar, so a `data:` picture has to be small. */
const MAX_AVATAR = 12 * 1024;
const AVATAR = /^(?:https:\/\/|blob:|data:image\/(?:png|jpeg|webp|gif|avif)[;,])/i;
/** The fields of a state that Slate itself writes. */
export const IDENTITY = ['user', 'file', 'location'] as const;
// Control characters, line separators, and every character that reorders or hides text, except joiners, variation
// selectors and flag tags, which scripts and emoji need.
const UNSAFE_TEXT =
  /(?!\u200c|\u200d|\ufe0e|\ufe0f|[\u180b-\u180d\u{e0020}-\u{e007f}])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{DI}\ufff9-\ufffb]/gu;

/**
 * Removes characters that reorder or hide text on a page, and cuts to `max` whole characters; '' for what is no text.
 */
export function cleanText(value: unknown, max: number): string {
  if (typeof value !== 'string') return '';
  return [
    ...value
      .slice(0, max * 8)
      .replace(UNSAFE_TEXT, '')
      .trim(),
  ]
    .slice(0, max)
    .join('')
    .trimEnd();
}

/** D3: a user that a page may show, always with an id, a name and a colour; `undefined` without a usable id. */
export function cleanUser(value: unknown): (State & { id: string; name: string; color: string }) | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, name, color, colorLight, avatar, ...rest } = value as State;
  const key = typeof id === 'string' ? id.slice(0, 256) : typeof id === 'number' ? String(id) : '';
  if (key === '') return undefined;
  return {
    ...rest,
    id: key,
    name: cleanText(name, MAX_NAME) || 'Anonymous',
    color: isColor(color) ? color : colorOf(key),
    ...(isColor(colorLight) && { colorLight }),
    ...(typeof avatar === 'string' && avatar.length <= MAX_AVATAR && AVATAR.test(avatar) && { avatar }),
  };
}

/**
 * The state of `client` that a page may show. A stock Yjs client names no user id, so its client id stands in, which
 * makes it a user of its own. Throws {@link ProtocolError} where the value is not an object, or nested too deep.
 */
export function cleanState(value: unknown, client: number): State {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ProtocolError('shape', 'a state is not an object');
  }
  const state = withoutForbidden(value, 0) as State;
  if ('user' in state) {
    const user = typeof state.user === 'object' && state.user !== null ? (state.user as State) : {};
    state.user = cleanUser(user) ?? cleanUser({ ...user, id: `yjs:${client}` });
  }
  if ('location' in state) state.location = cleanText(state.location, MAX_LOCATION) || undefined;
  if ('file' in state && typeof state.file !== 'string') state.file = undefined;
  return cleanRanges(state);
}

/**
 * The same for the fast fields of a cursor batch, which may not say who or where somebody is: only a state may (M3).
 */
export function cleanFields(fields: State): State {
  for (const key of IDENTITY) {
    if (key in fields) throw new ProtocolError('shape', `"${key}" is not a fast field`);
  }
  return cleanRanges(withoutForbidden(fields, 0) as State);
}

/** D4: sets `cursor` and `selection` to null, in place, where they look like relative positions and are not valid. */
function cleanRanges(state: State): State {
  for (const key of ['cursor', 'selection']) {
    if (key in state && !isHarmless(state[key])) state[key] = null;
  }
  return state;
}

/**
 * Bindings read `anchor` with `head` or `focus`, both of which must be valid. Without any of them it is no selection.
 */
function isHarmless(field: unknown): boolean {
  if (typeof field !== 'object' || field === null) return field == null;
  const ends = ['anchor', 'head', 'focus'].filter((key) => key in field).map((key) => (field as State)[key]);
  if (ends.length === 0) return Object.keys(field).length > 0;
  return 'anchor' in field && ends.length > 1 && ends.every(isRelativePosition);
}

/** A copy without the keys that could change a prototype. */
function withoutForbidden(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) throw new ProtocolError('shape', `a state is more than ${MAX_DEPTH} levels deep`);
  if (Array.isArray(value)) return value.map((item) => withoutForbidden(item, depth + 1));
  const clean: State = {};
  for (const key of Object.keys(value)) {
    if (!FORBIDDEN_KEYS.has(key)) clean[key] = withoutForbidden((value as State)[key], depth + 1);
  }
  return clean;
}
