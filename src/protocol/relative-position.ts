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
/** The tname is the same as in the position before it: the two ends of a selection lie in one text. */
const SAME_TNAME = 32;

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

/** True where every absent key is null, or every absent key is left out: these two forms can be restored exactly. */
function isPackable(position: RelativePosition): boolean {
  const absent = KEYS.filter((key) => position[key] == null);
  return absent.every((key) => !(key in position)) || absent.every((key) => position[key] === null && key !== 'assoc');
}

/** True for a selection in a shared text: `{anchor, head}` or `{anchor, focus}` with two packable positions. */
export function isPackableRange(value: unknown): value is Record<string, RelativePosition> {
  if (typeof value !== 'object' || value === null) return false;
  const keys = Object.keys(value);
  const { anchor, head, focus } = value as Record<string, unknown>;
  const other = keys[1] === 'head' ? head : keys[1] === 'focus' ? focus : undefined;
  return (
    keys.length === 2 &&
    keys[0] === 'anchor' &&
    isRelativePosition(anchor) &&
    isRelativePosition(other) &&
    isPackable(anchor) &&
    isPackable(other)
  );
}

/** Writes a packable position. `before` is the position that was written just before it, if any. */
export function writeRelativePosition(
  encoder: encoding.Encoder,
  position: RelativePosition,
  before?: RelativePosition,
) {
  const { type, tname, item, assoc } = position;
  const same = tname != null && before?.tname === tname;
  const nulls = KEYS.some((key) => position[key] === null);
  encoding.writeUint8(
    encoder,
    (type ? HAS_TYPE : 0) |
      (tname != null ? HAS_TNAME : 0) |
      (item ? HAS_ITEM : 0) |
      (assoc !== undefined ? HAS_ASSOC : 0) |
      (nulls ? NULLS : 0) |
      (same ? SAME_TNAME : 0),
  );
  if (type) writeId(encoder, type);
  if (tname != null && !same) encoding.writeVarString(encoder, tname);
  if (item) writeId(encoder, item);
  if (assoc !== undefined) encoding.writeVarInt(encoder, assoc);
}

/** Throws {@link ProtocolError}. `before` is the position that was read just before it, if any. */
export function readRelativePosition(reader: Reader, before?: RelativePosition): RelativePosition {
  const flags = reader.byte('flags of a position');
  const absent = flags & NULLS ? null : undefined;
  const position: RelativePosition = {};
  const put = <K extends keyof RelativePosition>(key: K, value: RelativePosition[K] | null | undefined) => {
    if (value !== undefined) position[key] = value as RelativePosition[K];
  };
  put('type', flags & HAS_TYPE ? readId(reader) : absent);
  if (flags & SAME_TNAME && before?.tname == null) throw new ProtocolError('bytes', 'no position before has a name');
  if (flags & HAS_TNAME) {
    put('tname', flags & SAME_TNAME ? before?.tname : reader.text('name of a type', MAX_NAME_BYTES));
  } else put('tname', absent);
  put('item', flags & HAS_ITEM ? readId(reader) : absent);
  if (flags & HAS_ASSOC) put('assoc', reader.int('assoc of a position'));
  if (!isRelativePosition(position))
    throw new ProtocolError('shape', 'a relative position names neither a type nor an item');
  return position;
}

function writeId(encoder: encoding.Encoder, id: Id): void {
  encoding.writeVarUint(encoder, id.client);
  encoding.writeVarUint(encoder, id.clock);
}

function readId(reader: Reader): Id {
  return { client: reader.uint('client of a position'), clock: reader.uint('clock of a position') };
}
