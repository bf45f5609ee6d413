/**
 * M2: the cursor batch, version 1 (docs/PROTOCOL.md, section "Cursor batches"). Pure: values in, bytes out, and back.
 * Positions are 1/65535 of the anchor's box, times whole milliseconds, both as deltas; a 60 Hz sample is 4 to 6 bytes.
 */
import * as encoding from 'lib0/encoding';
import { ProtocolError } from '../errors.js';
import { MAX_CLOCK } from './presence-codec.js';
import { Reader } from './reader.js';
import {
  isPackableRange,
  type RelativePosition,
  readRelativePosition,
  writeRelativePosition,
} from './relative-position.js';
import { cleanFields, MAX_STATE_BYTES, type State } from './state.js';

/** The first byte; never `[` or `{`, with which JSON starts, and never 0. */
export const BATCH_VERSION = 1;
export const MAX_ANCHOR_BYTES = 256;
/** More than a second at 240 Hz; a sender thins what exceeds it. */
export const MAX_SAMPLES = 256;
export const MAX_FIELDS = 16;
export const MAX_NAME_BYTES = 64;
const SCALE = 65535;

const NULL = 0;
const JSON_VALUE = 1;
const RANGE_HEAD = 2;
const RANGE_FOCUS = 3;

/** Where the pointer was; `ago` in milliseconds before the batch was sent (0 or more), `x`, `y` in 0 to 1 of the anchor's box. */
export interface Sample {
  readonly ago: number;
  readonly x: number;
  readonly y: number;
  readonly anchor: string;
}

export interface CursorBatch {
  readonly client: number;
  /** M3: the sender's awareness clock. */
  readonly clock: number;
  /** M3: the clock of its last presence state; `clock` or less. */
  readonly presence: number;
  /** When it was sent: milliseconds on the sender's own clock, whole; only differences mean anything. */
  readonly sentAt: number;
  /** The fast fields that changed, if any; `undefined` removes one. */
  readonly fields?: State;
  /** Oldest first. */
  readonly samples: readonly Sample[];
  /** The pointer left the surface after the last sample. */
  readonly left: boolean;
}

const LEFT = 1;

export function encodeBatch(batch: CursorBatch): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeUint8(encoder, BATCH_VERSION);
  encoding.writeVarUint(encoder, batch.client);
  encoding.writeVarUint(encoder, batch.clock);
  encoding.writeVarUint(encoder, batch.clock - batch.presence);
  encoding.writeVarUint(encoder, Math.round(batch.sentAt));
  encoding.writeUint8(encoder, batch.left ? LEFT : 0);
  writeFields(encoder, batch.fields ?? {});
  writeSamples(encoder, batch.samples);
  return encoding.toUint8Array(encoder);
}

/** The sender alone, for dropping one's own echo before anything else is read; -1 where there is none to read. */
export function senderOf(bytes: Uint8Array): number {
  if (bytes[0] !== BATCH_VERSION) return -1;
  let value = 0;
  let scale = 1;
  for (let i = 1; i < bytes.length && i < 9; i++, scale *= 128) {
    const byte = bytes[i] ?? 0;
    value += (byte & 127) * scale;
    if (byte < 128) return value;
  }
  return -1;
}

/** Throws {@link ProtocolError}; a batch is taken whole or not at all. */
export function decodeBatch(bytes: Uint8Array): CursorBatch {
  const reader = new Reader(bytes);
  const version = reader.byte('version');
  if (version !== BATCH_VERSION) throw new ProtocolError('bytes', `cursor batch version ${version} is not known`);
  const client = reader.uint('client');
  const clock = reader.uint('clock', MAX_CLOCK);
  const presence = clock - reader.uint('age of the state', clock);
  const sentAt = reader.uint('time');
  const flags = reader.byte('flags');
  if (flags > LEFT) throw new ProtocolError('bytes', `flags ${flags} are not known`);
  const fields = readFields(reader);
  const samples = readSamples(reader);
  reader.end();
  return { client, clock, presence, sentAt, ...(fields && { fields }), samples, left: flags === LEFT };
}

function writeFields(encoder: encoding.Encoder, fields: State): void {
  const entries = Object.entries(fields);
  encoding.writeVarUint(encoder, entries.length);
  for (const [name, value] of entries) {
    encoding.writeVarString(encoder, name);
    if (value == null) encoding.writeUint8(encoder, NULL);
    else if (isPackableRange(value)) {
      const { anchor, head, focus } = value;
      encoding.writeUint8(encoder, head ? RANGE_HEAD : RANGE_FOCUS);
      writeRelativePosition(encoder, anchor as RelativePosition);
      writeRelativePosition(encoder, (head ?? focus) as RelativePosition, anchor);
    } else {
      encoding.writeUint8(encoder, JSON_VALUE);
      encoding.writeVarString(encoder, JSON.stringify(value));
    }
  }
}

function readFields(reader: Reader): State | undefined {
  const count = reader.uint('number of fields', MAX_FIELDS);
  if (count === 0) return undefined;
  const fields: State = {};
  const end = reader.position + MAX_STATE_BYTES; // D2: they are part of a state
  for (let i = 0; i < count; i++) {
    const name = reader.text('name of a field', MAX_NAME_BYTES);
    const form = reader.byte('form of a field');
    let value: unknown = null;
    if (form === JSON_VALUE) value = reader.json('field', end - reader.position);
    else if (form === RANGE_HEAD || form === RANGE_FOCUS) {
      const anchor = readRelativePosition(reader);
      value = { anchor, [form === RANGE_HEAD ? 'head' : 'focus']: readRelativePosition(reader, anchor) };
    } else if (form !== NULL) throw new ProtocolError('bytes', `form ${form} of a field is not known`);
    Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return cleanFields(fields);
}

const quantise = (part: number) => Math.round(Math.min(1, Math.max(0, part)) * SCALE);

/** Runs of one anchor: its address, how many samples, then deltas of time, x and y from the sample before. */
function writeSamples(encoder: encoding.Encoder, samples: readonly Sample[]): void {
  let ago = samples.length > 0 ? Math.round((samples[0] as Sample).ago) : 0;
  encoding.writeVarUint(encoder, samples.length);
  if (samples.length > 0) encoding.writeVarUint(encoder, ago);
  let x = 0;
  let y = 0;
  for (let i = 0; i < samples.length; ) {
    const { anchor } = samples[i] as Sample;
    let end = i + 1;
    while (samples[end]?.anchor === anchor) end++;
    encoding.writeVarString(encoder, anchor);
    encoding.writeVarUint(encoder, end - i);
    for (; i < end; i++) {
      const sample = samples[i] as Sample;
      const [nextAgo, nextX, nextY] = [Math.round(sample.ago), quantise(sample.x), quantise(sample.y)];
      encoding.writeVarUint(encoder, Math.max(0, ago - nextAgo));
      encoding.writeVarInt(encoder, nextX - x);
      encoding.writeVarInt(encoder, nextY - y);
      [ago, x, y] = [Math.min(ago, nextAgo), nextX, nextY];
    }
  }
}

function readSamples(reader: Reader): Sample[] {
  const samples: Sample[] = [];
  const count = reader.uint('number of samples', MAX_SAMPLES);
  if (count === 0) return samples;
  let ago = reader.uint('age of a sample');
  let x = 0;
  let y = 0;
  while (samples.length < count) {
    const anchor = reader.text('anchor', MAX_ANCHOR_BYTES);
    const run = reader.uint('length of a run', count - samples.length);
    if (run === 0) throw new ProtocolError('bytes', 'a run of samples is empty');
    for (let i = 0; i < run; i++) {
      ago -= reader.uint('time of a sample', ago);
      x += reader.int('x of a sample');
      y += reader.int('y of a sample');
      if (x < 0 || x > SCALE || y < 0 || y > SCALE) throw new ProtocolError('bytes', 'a sample is outside its anchor');
      samples.push({ ago, x: x / SCALE, y: y / SCALE, anchor });
    }
  }
  return samples;
}

const utf8 = new TextEncoder();

/** `anchor`, or '' (the whole surface) where its address is too long for the wire. */
export function fittingAnchor(anchor: string): string {
  const fits = anchor.length * 3 <= MAX_ANCHOR_BYTES || utf8.encode(anchor).length <= MAX_ANCHOR_BYTES;
  return fits ? anchor : '';
}
