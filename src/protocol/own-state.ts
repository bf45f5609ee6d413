/**
 * D6: the door out. What a page and its editors put into the own state is written here field by field, and passes the
 * checks that others make when it arrives (state.ts). A field that they would refuse or change, or that JSON cannot
 * write, is left out; the rest goes. Who and where the session is cannot be lost.
 */
import { FieldError, ProtocolError } from '../errors.js';
import { lightOf } from './color.js';
import { FORBIDDEN_KEYS } from './forbidden-keys.js';
import {
  type CleanUser,
  cleanField,
  cleanUser,
  IDENTITY,
  jsonBytes,
  MAX_STATE_BYTES,
  type State,
  withoutForbidden,
} from './state.js';

/** The part of a state that the user may take, so that there is room for the file and the location. */
const MAX_USER_BYTES = MAX_STATE_BYTES - 2048;
/** The fields of a user that Slate itself writes. Together they are smaller than that. */
const USER = ['id', 'name', 'color', 'colorLight', 'arrival', 'mark', 'avatar'];

/** Who and where this session is, whatever its state says. */
export interface OwnIdentity {
  readonly user: {
    readonly id: string;
    readonly name: string;
    readonly color: string;
    readonly avatar?: string;
    readonly arrival?: number;
    readonly mark?: number;
  };
  readonly file?: string;
  readonly location?: string;
}

/** The own state as others receive it. */
export interface OwnState {
  readonly state: State;
  readonly json: string;
  /** The JSON of each field. Editors may change a state in place, so only texts tell what is new. */
  readonly texts: ReadonlyMap<string, string>;
  /** Why a field was left out, by its name; a field of the user is `user.team`. */
  readonly faults: ReadonlyMap<string, FieldError>;
}

/**
 * `own` with what an editor wrote into it. Its id and arrival stay, and its name, colour and picture where that has
 * none (D3); its mark goes with its colour (P15).
 */
export function ownUser(own: OwnIdentity['user'], written: unknown): CleanUser {
  const { colorLight: _, ...base } = own as unknown as State;
  const given = Object.fromEntries(Object.entries(fieldsOf(written)).filter(([, value]) => value != null));
  const { id, arrival, mark } = own;
  const user = cleanUser({ ...base, ...given, id, arrival, mark }, own) as CleanUser;
  if (user.color !== own.color) delete user.mark;
  // Who changes the colour of a user seldom thinks of the light one beside it.
  if (/^#.{6}33$/.test(user.colorLight)) user.colorLight = lightOf(user.color);
  return user;
}

/** Writes the own state. It throws nothing, whatever the page put there. */
export function writeOwnState(from: State, identity: OwnIdentity): OwnState {
  const faults = new Map<string, FieldError>();
  const texts = new Map<string, string>();
  const state: State = {};
  /** What `read` returns; what it throws is the fault of the field. */
  function attempt<T>(field: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (cause) {
      const reason = cause instanceof ProtocolError ? cause.detail : 'JSON cannot write it';
      faults.set(field, new FieldError(field, reason, { cause }));
      return undefined;
    }
  }
  const place = Object.assign(Object.create(null), { file: identity.file, location: identity.location });
  let left = MAX_STATE_BYTES - 2;
  for (const name of new Set([...IDENTITY, ...Object.keys(from)])) {
    const value =
      name === 'user'
        ? writeUser(from, identity, attempt)
        : ((place as State)[name] ?? attempt(name, () => written(name, from[name], 1)));
    if (value === undefined) continue;
    const size = jsonBytes(name) + jsonBytes(value) + 2;
    if (!attempt(name, () => within(size, left))) continue;
    left -= size;
    state[name] = value;
    texts.set(name, JSON.stringify(value));
  }
  const json = `{${Array.from(texts, ([name, text]) => `${JSON.stringify(name)}:${text}`)}}`;
  return { state, json, texts, faults };
}

/** Each field of the user on its own, so that one which cannot be sent costs itself alone. */
function writeUser(
  from: State,
  { user: own }: OwnIdentity,
  attempt: <T>(field: string, read: () => T) => T | undefined,
): CleanUser {
  const given: State = {};
  attempt('user', () => {
    const user = fieldsOf(from.user);
    for (const name of Object.keys(user)) {
      const value = attempt(`user.${name}`, () => written(name, user[name], 2));
      if (value !== undefined) given[name] = value;
    }
  });
  const user = ownUser(own, given);
  let left = MAX_USER_BYTES;
  for (const name of new Set([...USER, ...Object.keys(user)])) {
    const size = jsonBytes(name) + jsonBytes(user[name] ?? null) + 2;
    if (attempt(`user.${name}`, () => within(size, left))) left -= size;
    else delete user[name];
  }
  return user;
}

/** Texts and lists have no fields: JavaScript would give them one for each item. */
const fieldsOf = (value: unknown): State =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as State) : {};

/**
 * A value as the others receive it; `undefined` where there is nothing to send. `depth`: how many levels it lies below
 * the state. Throws what reading it throws, and {@link ProtocolError} where the others would refuse or change it.
 */
function written(name: string, value: unknown, depth: number): unknown {
  if (FORBIDDEN_KEYS.has(name) || /\p{Cs}/u.test(name))
    throw new ProtocolError('shape', 'a field cannot have that name');
  const text: string | undefined = JSON.stringify(value, onlyJson());
  if (text === undefined) return undefined;
  const received: unknown = JSON.parse(text);
  if (depth > 1) return same(text, withoutForbidden(received, depth));
  const clean = cleanField(name, received);
  return (IDENTITY as readonly string[]).includes(name) ? clean : same(text, clean);
}

function same(text: string, clean: unknown): unknown {
  if (JSON.stringify(clean) === text) return clean;
  throw new ProtocolError('shape', clean === null ? 'it is not a valid selection' : 'it has a key that is not allowed');
}

/** Called by JSON for each value. JSON would leave some out without a word, or write null. */
function onlyJson(): (key: string, value: unknown) => unknown {
  let left = MAX_STATE_BYTES;
  return (_, value) => {
    left -= typeof value === 'string' ? value.length : 1; // its bytes are at least as many
    within(0, left);
    const type = typeof value;
    if (type === 'bigint' || type === 'function' || type === 'symbol' || (type === 'number' && !Number.isFinite(value)))
      throw new ProtocolError('shape', `JSON cannot write ${type === 'number' ? value : `a ${type}`}`);
    return value;
  };
}

function within(size: number, limit: number): true {
  if (size <= limit) return true;
  throw new ProtocolError('size', `the state would have more than ${MAX_STATE_BYTES} bytes`);
}
