/**
 * M2, D4: packs a Yjs relative position, which editor bindings put into awareness as the JSON of Y.RelativePosition,
 * into 9 bytes instead of 86, and restores exactly the same JSON. It does not import yjs, so that a page without a
 * document need not load it; tests compare it with yjs.
 */
import * as encoding from 'lib0/encoding';
import { ProtocolError } from '../errors.js';
import type { Reader } from './reader.js';
import { fits } from './utf8.js';

/** The id of an item in a Yjs document. */
interface Id {
  client: number;
  clock: number;
}

/**
 * As Yjs writes it: all four keys, with null for what is absent (JSON of the object), or only those that are set
 * (`relativePositionToJSON`).
 */
export interface RelativePosition {
  type?: Id | null;
  tname?: string | null;
  item?: Id | null;
  assoc?: number;
}

const MAX_NAME_BYTES = 256;
const KEYS = ['type', 'tname', 'item', 'assoc'] as const;

const HAS_TYPE = 1;
const HAS_TNAME = 2;
const HAS_ITEM = 4;
const HAS_ASSOC = 8;
/** Absent keys were null, and not left out. */
const NULLS = 16;
/** Type and tname are those of the position before it: the two ends of a selection lie in one text. */
const SAME_TEXT = 32;
/** All of it is the position before it, and nothing follows: the two ends of a caret are one. */
const SAME = 64;

const isUint = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function isId(value: unknown): value is Id {
  if (typeof value !== 'object' || value === null) return false;
  const { client, clock, ...rest } = value as Record<string, unknown>;
  return isUint(client) && isUint(clock) && Object.keys(rest).length === 0;
}

/** True exactly for the values that `Y.createAbsolutePositionFromRelativePosition` accepts without throwing. */
export function isRelativePosition(value: unknown): value is RelativePosition {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { type, tname, item, assoc, ...rest } = value as Record<string, unknown>;
  if (Object.keys(rest).length > 0) return false;
  if (type != null && !isId(type)) return false;
  if (item != null && !isId(item)) return false;
  if (tname != null && (typeof tname !== 'string' || !fits(tname, MAX_NAME_BYTES))) return false;
  if (assoc !== undefined && !Number.isSafeInteger(assoc)) return false;
  return type != null || tname != null || item != null;
}

/** With all its keys, as Yjs itself makes it and expects it. */
export const whole = (position: RelativePosition): RelativePosition => ({
  ...{ type: null, tname: null, item: null, assoc: 0 },
  ...position,
});

export const isWhole = (position: RelativePosition): boolean => KEYS.every((key) => position[key] !== undefined);

/** Whether it is in every document that has a text of its name: it names no letter and no type. */
export const isAnywhere = ({ item, type }: RelativePosition): boolean => !item && !type;

/** True where every absent key is null, or every absent key is left out: these two forms can be restored exactly. */
function isPackable(position: RelativePosition): boolean {
  const absent = KEYS.filter((key) => position[key] == null);
  return absent.every((key) => !(key in position)) || absent.every((key) => position[key] === null && key !== 'assoc');
}

/** True for a relative position that can be restored exactly. */
export function isPackablePosition(value: unknown): value is RelativePosition {
  return isRelativePosition(value) && isPackable(value);
}

/** True for a selection in a shared text: `{anchor, head}` or `{anchor, focus}` with two packable positions. */
export function isPackableRange(value: unknown): value is Record<string, RelativePosition> {
  if (typeof value !== 'object' || value === null) return false;
  const keys = Object.keys(value);
  const { anchor, head, focus } = value as Record<string, unknown>;
  const other = keys[1] === 'head' ? head : keys[1] === 'focus' ? focus : undefined;
  return keys.length === 2 && keys[0] === 'anchor' && isPackablePosition(anchor) && isPackablePosition(other);
}

const isSameId = (one?: Id | null, other?: Id | null) => one?.client === other?.client && one?.clock === other?.clock;

const isSameText = (one: RelativePosition, other: RelativePosition) =>
  (one.tname ?? null) === (other.tname ?? null) && isSameId(one.type, other.type);

const hasNulls = (position: RelativePosition) => KEYS.some((key) => position[key] === null);
const hasText = ({ type, tname }: RelativePosition) => type != null || tname != null;

const isSame = (one: RelativePosition, other: RelativePosition) =>
  isSameText(one, other) &&
  isSameId(one.item, other.item) &&
  one.assoc === other.assoc &&
  hasNulls(one) === hasNulls(other);

/** Writes a packable position. `before` is the position that was written just before it, if any. */
export function writeRelativePosition(
  encoder: encoding.Encoder,
  position: RelativePosition,
  before?: RelativePosition,
) {
  if (before && isSame(position, before)) {
    encoding.writeUint8(encoder, SAME);
    return;
  }
  const { type, tname, item, assoc } = position;
  const same = before !== undefined && hasText(position) && isSameText(position, before);
  encoding.writeUint8(
    encoder,
    (type ? HAS_TYPE : 0) |
      (tname != null ? HAS_TNAME : 0) |
      (item ? HAS_ITEM : 0) |
      (assoc !== undefined ? HAS_ASSOC : 0) |
      (hasNulls(position) ? NULLS : 0) |
      (same ? SAME_TEXT : 0),
  );
  if (type && !same) writeId(encoder, type);
  if (tname != null && !same) encoding.writeVarString(encoder, tname);
  if (item) writeId(encoder, item);
  if (assoc !== undefined) encoding.writeVarInt(encoder, assoc);
}

/** Throws {@link ProtocolError}. `before` is the position that was read just before it, if any. */
export function readRelativePosition(reader: Reader, before?: RelativePosition): RelativePosition {
  const flags = reader.byte('flags of a position');
  if (flags >= SAME) return repeated(flags, before);
  const same = flags & SAME_TEXT ? textOf(flags, before) : undefined;
  const absent = flags & NULLS ? null : undefined;
  const position: RelativePosition = {};
  const put = <K extends keyof RelativePosition>(key: K, value: RelativePosition[K] | null | undefined) => {
    if (value !== undefined) position[key] = value as RelativePosition[K];
  };
  put('type', flags & HAS_TYPE ? (same?.type ?? readId(reader)) : absent);
  put('tname', flags & HAS_TNAME ? (same?.tname ?? reader.text('name of a type', MAX_NAME_BYTES)) : absent);
  put('item', flags & HAS_ITEM ? readId(reader) : absent);
  if (flags & HAS_ASSOC) put('assoc', reader.int('assoc of a position'));
  if (!isRelativePosition(position))
    throw new ProtocolError('shape', 'a relative position names neither a type nor an item');
  return position;
}

function repeated(flags: number, before?: RelativePosition): RelativePosition {
  if (flags !== SAME || !before) throw new ProtocolError('bytes', `flags ${flags} of a position do not fit`);
  return { ...before };
}

/** The position before, of which type and tname are taken: it has those that the flags name. */
function textOf(flags: number, before: RelativePosition = {}): RelativePosition {
  const has = (before.type ? HAS_TYPE : 0) | (before.tname != null ? HAS_TNAME : 0);
  if (has === 0 || has !== (flags & (HAS_TYPE | HAS_TNAME)))
    throw new ProtocolError('bytes', 'the position before has another text');
  return before;
}

function writeId(encoder: encoding.Encoder, id: Id): void {
  encoding.writeVarUint(encoder, id.client);
  encoding.writeVarUint(encoder, id.clock);
}

function readId(reader: Reader): Id {
  return { client: reader.uint('client of a position'), clock: reader.uint('clock of a position') };
}
