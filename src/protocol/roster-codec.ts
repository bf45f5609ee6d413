/**
 * P5: the answer to a client that joins (docs/PROTOCOL.md, "Roster"): the states of everyone, and a cursor batch for
 * each pointer that rests in the file. The other codecs write and read both; this one joins and separates them.
 */
import * as encoding from 'lib0/encoding';
import { ProtocolError } from '../errors.js';
import { MAX_CLIENTS } from './presence-codec.js';
import { Reader } from './reader.js';

export interface RosterAnswer {
  /** A state message. */
  readonly states: Uint8Array;
  /** Cursor batches. */
  readonly batches: readonly Uint8Array[];
}

const VERSION = 1;

export function encodeRoster({ states, batches }: RosterAnswer): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeUint8(encoder, VERSION);
  encoding.writeVarUint8Array(encoder, states);
  encoding.writeVarUint(encoder, batches.length);
  for (const batch of batches) encoding.writeVarUint8Array(encoder, batch);
  return encoding.toUint8Array(encoder);
}

/** Throws {@link ProtocolError}. The states and the batches are still bytes, which their own decoders must check. */
export function decodeRoster(bytes: Uint8Array): RosterAnswer {
  const reader = new Reader(bytes);
  const version = reader.byte('version');
  if (version < VERSION) throw new ProtocolError('bytes', `version ${version} of a roster is not known`);
  const states = reader.bytes('states');
  const batches: Uint8Array[] = [];
  const count = reader.uint('number of batches', MAX_CLIENTS);
  for (let i = 0; i < count; i++) batches.push(reader.bytes('batch'));
  if (version === VERSION) reader.end(); // a later version may add fields here
  return { states, batches };
}
