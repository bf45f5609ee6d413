/**
 * P5: the answer to a joiner: the states of everyone, and a cursor batch for each pointer that rests in the file, so that
 * nobody else has to say anything (docs/PROTOCOL.md, section "Roster"). It only packs what the other codecs write.
 */
import * as encoding from 'lib0/encoding';
import { ProtocolError } from '../errors.js';
import { MAX_CLIENTS } from './presence-codec.js';
import { Reader } from './reader.js';

/** `states`: a state message. `batches`: cursor batches. */
export interface RosterAnswer {
  readonly states: Uint8Array;
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

/** Throws {@link ProtocolError}; what is in it has yet to pass its own decoders. */
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
