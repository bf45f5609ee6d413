/**
 * D2, D3, D4: cleans an awareness state from the network so that pages and editor bindings may use it, or refuses it.
 * No remote state enters Awareness without passing here. What leaves passes the same checks (own-state.ts).
 */
import { ProtocolError } from '../errors.js';
import { hexColor, lightOf } from './color.js';
import { FORBIDDEN_KEYS } from './forbidden-keys.js';
import { MAX_LOCATION, MAX_NAME } from './limits.js';
import { colorOf, MARKS, MAX_ARRIVAL } from './palette.js';
import { isRelativePosition } from './relative-position.js';
import { cleanText } from './text.js';
import { isId } from './token.js';
import { cleanWork } from './work.js';

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
/** D4: the two ends of a selection as Lexical writes them, each a field of its own. */
const ENDS: readonly string[] = ['anchorPos', 'focusPos'];
/** V6: what a verified room takes from cursor batches alone, so that who may not point cannot talk either. */
export const TALK = ['chat', 'reaction'] as const;

/** A user that a page may show. */
export type CleanUser = State & {
  id: string;
  name: string;
  color: string;
  colorLight: string;
  /** P15: the place in the order of arrival, from 1 on, and the mark beside the colour, from 1 to 3. */
  arrival?: number;
  mark?: number;
};

/**
 * D3: a user that a page may show, always with an id, a name and its colours; `undefined` without a usable id. `known`:
 * the name, colour and picture that stand in where `value` has none that could be shown.
 */
export function cleanUser(
  value: unknown,
  known: { name?: string; color?: string; avatar?: string } = {},
): CleanUser | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, name, color, colorLight, avatar, arrival, mark, ...rest } = value as State;
  const key = typeof id === 'string' ? id.slice(0, 256) : typeof id === 'number' ? String(id) : '';
  if (key === '') return undefined;
  const fits = typeof avatar === 'string' && AVATAR.test(avatar) && jsonBytes(avatar) <= MAX_AVATAR;
  const picture = fits ? avatar : known.avatar;
  const shown = hexColor(color) ?? known.color ?? colorOf(key);
  return {
    ...rest,
    id: key,
    name: cleanText(name, MAX_NAME) || known.name || 'Anonymous',
    color: shown,
    colorLight: hexColor(colorLight, true) ?? lightOf(shown),
    ...(picture !== undefined && { avatar: picture }),
    ...(isCount(arrival, MAX_ARRIVAL) && { arrival }),
    ...(isCount(mark, MARKS - 1) && { mark }),
  };
}

const isCount = (value: unknown, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most;

/**
 * The state of `client` that a page may show; it always has a user. A stock Yjs client names no user id, so its client
 * id stands in, which makes it a user of its own; with Lexical it has name and colour beside the user. Throws
 * {@link ProtocolError} where the value is not an object, or nested too deep.
 */
export function cleanState(value: unknown, client: number): State & { user: CleanUser } {
  const state = cleanObject(value);
  const { name, color } = state;
  const user = cleanUser(state.user) ?? cleanUser({ name, color, ...(state.user as State), id: `yjs:${client}` });
  return Object.assign(state, { user: user as CleanUser });
}

function cleanObject(value: unknown): State {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ProtocolError('shape', 'a state is not an object');
  }
  const state: State = {};
  for (const name of Object.keys(value)) {
    if (FORBIDDEN_KEYS.has(name)) continue;
    const field = cleanField(name, (value as State)[name]);
    if (field !== undefined) state[name] = field;
  }
  return state;
}

/** One field of a state; a user still has to pass {@link cleanUser}. Throws {@link ProtocolError}. */
export function cleanField(name: string, value: unknown): unknown {
  const clean = withoutForbidden(value, 1);
  if (name === 'user') return typeof clean === 'object' && clean !== null ? clean : {};
  if (name === 'location') return cleanText(clean, MAX_LOCATION) || undefined;
  if (name === 'file') return isId(clean) ? clean : undefined;
  if (name === 'work') return cleanWork(clean) ?? null; // null in a batch takes it back
  if (ENDS.includes(name)) return isRelativePosition(clean) ? clean : null;
  return (name === 'cursor' || name === 'selection') && !isHarmless(clean) ? null : clean;
}

/**
 * The same for the fast fields of a cursor batch, which may not say who or where somebody is: only a state may (M3).
 */
export function cleanFields(fields: State): State {
  for (const key of IDENTITY) {
    if (key in fields) throw new ProtocolError('shape', `"${key}" is not a fast field`);
  }
  return cleanObject(fields);
}

/** The size of a value as JSON in UTF-8, in bytes. */
export const jsonBytes = (value: unknown): number => utf8.encode(JSON.stringify(value)).length;
const utf8 = new TextEncoder();

/**
 * D4: what looks like a selection, but is not a valid one, becomes null. Bindings read `anchor` with `head` or `focus`,
 * both of which must be valid. Without any of them it is no selection.
 */
function isHarmless(field: unknown): boolean {
  if (typeof field !== 'object' || field === null) return field == null;
  const ends = ['anchor', 'head', 'focus'].filter((key) => key in field).map((key) => (field as State)[key]);
  if (ends.length === 0) return Object.keys(field).length > 0;
  return 'anchor' in field && ends.length > 1 && ends.every(isRelativePosition);
}

/** D2: a copy without the keys that could change a prototype. Throws {@link ProtocolError} for one that is too deep. */
export function withoutForbidden(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) throw new ProtocolError('shape', `a state is more than ${MAX_DEPTH} levels deep`);
  if (Array.isArray(value)) return value.map((item) => withoutForbidden(item, depth + 1));
  const clean: State = {};
  for (const key of Object.keys(value)) {
    if (!FORBIDDEN_KEYS.has(key)) clean[key] = withoutForbidden((value as State)[key], depth + 1);
  }
  return clean;
}
