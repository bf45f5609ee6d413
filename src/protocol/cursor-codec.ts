/**
 * M2: the cursor batch, version 1 (docs/PROTOCOL.md, section "Cursor batches"): its head here, its fast fields in
 * fields-codec.ts, its samples in samples-codec.ts. Pure functions from values to bytes and back. Times are whole
 * milliseconds; the newest position is exact to 1/65535 of the anchor's box, those before it to about 2/65535.
 */
import * as encoding from 'lib0/encoding';
import { ProtocolError } from '../errors.js';
import { ReceivedAnchors, SentAnchors } from './anchor-numbers.js';
import { readFields, writeFields } from './fields-codec.js';
import { MAX_CLOCK } from './presence-codec.js';
import { Reader } from './reader.js';
import { type NumberedAnchor, readSamples, type Sample, writeSamples } from './samples-codec.js';
import type { State } from './state.js';

/** In the low bits of the first byte. So the first byte is never `[` or `{`, which begin JSON, and never 0. */
const BATCH_VERSION = 1;
const LEFT = 0x10;
const FIELDS = 0x20;
const TAPPED = 0x40;
const TIME_MODULO = 2 ** 16;

export interface CursorBatch {
  readonly client: number;
  /** M3: the clock of the fast fields; without fast fields it equals `presence`. */
  readonly clock: number;
  /** M3: the clock of the sender's last presence state, at most `clock`. */
  readonly presence: number;
  /**
   * When the batch was sent: milliseconds on the sender's own clock, of which only differences mean anything. A decoded
   * batch has it modulo 2^16.
   */
  readonly sentAt: number;
  /** All fast fields, where one of them changed. `undefined` or null removes one. */
  readonly fields?: State;
  /** Oldest first. */
  readonly samples: readonly Sample[];
  /** The pointer left the surface after the last sample. */
  readonly left: boolean;
  /** A finger or a pen tapped at the last sample. */
  readonly tapped?: boolean;
}

/** `anchors` are the numbers that the receivers know already (M7); by default they know none. */
export function encodeBatch(batch: CursorBatch, anchors = new SentAnchors()): Uint8Array {
  const { client, clock, presence, sentAt, fields, samples, left, tapped } = batch;
  const encoder = encoding.createEncoder();
  encoding.writeUint8(encoder, BATCH_VERSION + (left ? LEFT : 0) + (fields ? FIELDS : 0) + (tapped ? TAPPED : 0));
  encoding.writeVarUint(encoder, client);
  encoding.writeVarUint(encoder, presence);
  encoding.writeUint16(encoder, modulo(Math.round(sentAt)));
  if (fields) {
    encoding.writeVarUint(encoder, clock - presence);
    writeFields(encoder, fields);
  }
  writeSamples(encoder, samples, (anchor) => anchors.number(anchor, sentAt));
  return encoding.toUint8Array(encoder);
}

const modulo = (time: number) => ((time % TIME_MODULO) + TIME_MODULO) % TIME_MODULO;

/** The clock of a batch, read without the rest. Throws {@link ProtocolError}. */
export function clockOf(bytes: Uint8Array): number {
  const reader = new Reader(bytes);
  const head = readHead(reader);
  reader.uint('client');
  const presence = reader.uint('clock', MAX_CLOCK);
  if (!(head & FIELDS)) return presence;
  reader.uint16('time');
  return presence + reader.uint('clock of the fields', MAX_CLOCK - presence);
}

function readHead(reader: Reader): number {
  const head = reader.byte('version');
  if (head - (head & (LEFT | FIELDS | TAPPED)) !== BATCH_VERSION)
    throw new ProtocolError('bytes', `a cursor batch that starts with ${head} is not known`);
  return head;
}

/**
 * Reads a whole batch, or throws {@link ProtocolError} and changes nothing. `anchors` are the numbers that were
 * received before; it learns those that this batch spells out. Samples in an anchor that it does not know are left out.
 * `as`: the id under which the receiver knows the client that the batch names.
 */
export function decodeBatch(bytes: Uint8Array, anchors = new ReceivedAnchors(), as?: number): CursorBatch {
  const reader = new Reader(bytes);
  const head = readHead(reader);
  const sender = reader.uint('client');
  const client = as ?? sender;
  const presence = reader.uint('clock', MAX_CLOCK);
  const sentAt = reader.uint16('time');
  let clock = presence;
  let fields: State | undefined;
  if (head & FIELDS) {
    clock += reader.uint('clock of the fields', MAX_CLOCK - presence);
    fields = readFields(reader);
  }
  const spelledOut: NumberedAnchor[] = [];
  const samples = readSamples(reader, client, anchors, spelledOut);
  for (const { number, anchor } of spelledOut) anchors.learn(client, number, anchor); // nothing after this throws
  const batch = { client, clock, presence, sentAt, samples, left: (head & LEFT) > 0 };
  return { ...batch, ...(fields && { fields }), ...(head & TAPPED && { tapped: true }) };
}
