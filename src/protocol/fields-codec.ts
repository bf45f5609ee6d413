/**
 * M2: the fast fields of a cursor batch as bytes: null, JSON, or a selection in a shared text, which is packed as two
 * relative positions, in one field or (Lexical) in two.
 */
import * as encoding from 'lib0/encoding';
import { ProtocolError } from '../errors.js';
import type { Reader } from './reader.js';
import {
  isPackablePosition,
  isPackableRange,
  type RelativePosition,
  readRelativePosition,
  writeRelativePosition,
} from './relative-position.js';
import { cleanFields, MAX_STATE_BYTES, type State } from './state.js';

export const MAX_FIELDS = 16;
export const MAX_NAME_BYTES = 64;

const NULL = 0;
const JSON_VALUE = 1;
const RANGE_HEAD = 2;
const RANGE_FOCUS = 3;
const POSITION = 4;

export function writeFields(encoder: encoding.Encoder, fields: State): void {
  const entries = Object.entries(fields);
  encoding.writeVarUint(encoder, entries.length);
  let before: RelativePosition | undefined;
  const writePosition = (position: RelativePosition) => {
    writeRelativePosition(encoder, position, before);
    before = position;
  };
  for (const [name, value] of entries) {
    encoding.writeVarString(encoder, name);
    if (value == null) encoding.writeUint8(encoder, NULL);
    else if (isPackableRange(value)) {
      const { anchor, head, focus } = value;
      encoding.writeUint8(encoder, head ? RANGE_HEAD : RANGE_FOCUS);
      writePosition(anchor as RelativePosition);
      writePosition((head ?? focus) as RelativePosition);
    } else if (isPackablePosition(value)) {
      encoding.writeUint8(encoder, POSITION);
      writePosition(value);
    } else {
      encoding.writeUint8(encoder, JSON_VALUE);
      encoding.writeVarString(encoder, JSON.stringify(value));
    }
  }
}

/** The fields come out clean (D2 to D4). Throws {@link ProtocolError}. */
export function readFields(reader: Reader): State {
  const count = reader.uint('number of fields', MAX_FIELDS);
  const fields: State = {};
  const end = reader.position + MAX_STATE_BYTES; // D2: the fields become part of a state
  let before: RelativePosition | undefined;
  const readPosition = () => {
    before = readRelativePosition(reader, before);
    return before;
  };
  for (let i = 0; i < count; i++) {
    const name = reader.text('name of a field', MAX_NAME_BYTES);
    const form = reader.byte('form of a field');
    let value: unknown = null;
    if (form === JSON_VALUE) value = reader.json('field', end - reader.position);
    else if (form === RANGE_HEAD || form === RANGE_FOCUS) {
      const anchor = readPosition();
      value = { anchor, [form === RANGE_HEAD ? 'head' : 'focus']: readPosition() };
    } else if (form === POSITION) value = readPosition();
    else if (form !== NULL) throw new ProtocolError('bytes', `form ${form} of a field is not known`);
    // An assignment to a field named __proto__ would change the prototype; `cleanFields` drops such a field.
    Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return cleanFields(fields);
}
