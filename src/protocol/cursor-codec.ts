/**
 * M2: the cursor batch, version 1 (docs/PROTOCOL.md, section "Cursor batches"). Pure: values in, bytes out, and back.
 * Times are whole milliseconds; the newest position is exact to 1/65535 of the anchor's box, the way to it a little less.
 */
import * as encoding from 'lib0/encoding';
import { ProtocolError } from '../errors.js';
import { HeardAnchors, SentAnchors, SURFACE } from './anchor-names.js';
import { MAX_CLOCK } from './presence-codec.js';
import { Reader } from './reader.js';
import {
  isPackableRange,
  type RelativePosition,
  readRelativePosition,
  writeRelativePosition,
} from './relative-position.js';
import { cleanFields, MAX_STATE_BYTES, type State } from './state.js';

/** In the first byte, which with it is never `[` or `{`, with which JSON starts, and never 0. */
const BATCH_VERSION = 1;
export const MAX_ANCHOR_BYTES = 256;
/** More than a second at 240 Hz; a sender thins what exceeds it. */
export const MAX_SAMPLES = 256;
export const MAX_FIELDS = 16;
export const MAX_NAME_BYTES = 64;
const SCALE = 65535;
/** What leads to the newest position is on a grid this coarse. */
const GRID = 4;
const TIME_MODULO = 2 ** 16;

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
  /** M3: the clock of the fields; where there are none, that of the presence state. */
  readonly clock: number;
  /** M3: the clock of its last presence state; `clock` or less. */
  readonly presence: number;
  /** When it was sent: milliseconds on the sender's own clock; only differences mean anything. Decoded: modulo 2^16. */
  readonly sentAt: number;
  /** The fast fields that changed, if any; `undefined` removes one. */
  readonly fields?: State;
  /** Oldest first. */
  readonly samples: readonly Sample[];
  /** The pointer left the surface after the last sample. */
  readonly left: boolean;
}

const VERSION_BITS = 0x0f;
const LEFT = 0x10;
const FIELDS = 0x20;

/** `anchors`: what the receivers know of ours (M7); nothing where not given. */
export function encodeBatch(batch: CursorBatch, anchors = new SentAnchors()): Uint8Array {
  const { client, clock, presence, sentAt, fields, samples, left } = batch;
  const encoder = encoding.createEncoder();
  encoding.writeUint8(encoder, BATCH_VERSION + (left ? LEFT : 0) + (fields ? FIELDS : 0));
  encoding.writeVarUint(encoder, client);
  encoding.writeVarUint(encoder, presence);
  encoding.writeUint16(encoder, modulo(Math.round(sentAt)));
  if (fields) {
    encoding.writeVarUint(encoder, clock - presence);
    writeFields(encoder, fields);
  }
  writeSamples(encoder, samples, (anchor) => anchors.name(anchor, sentAt));
  return encoding.toUint8Array(encoder);
}

/** Whether this is a batch, rather than a short message or JSON. */
const isBatch = (bytes: Uint8Array) => ((bytes[0] ?? 0) & VERSION_BITS) === BATCH_VERSION;

/** The sender alone, for dropping one's own echo before anything else is read; -1 where there is none to read. */
export function senderOf(bytes: Uint8Array): number {
  if (!isBatch(bytes)) return -1;
  let value = 0;
  let scale = 1;
  for (let i = 1; i < bytes.length && i < 9; i++, scale *= 128) {
    const byte = bytes[i] ?? 0;
    value += (byte & 127) * scale;
    if (byte < 128) return value;
  }
  return -1;
}

/**
 * `anchors`: what was heard of the senders' before; it learns from this batch. Samples in one that it does not know are
 * left out. Throws {@link ProtocolError}; a batch is taken whole or not at all.
 */
export function decodeBatch(bytes: Uint8Array, anchors = new HeardAnchors()): CursorBatch {
  const reader = new Reader(bytes);
  const head = reader.byte('version');
  if (head - (head & (LEFT | FIELDS)) !== BATCH_VERSION)
    throw new ProtocolError('bytes', `a cursor batch that starts with ${head} is not known`);
  const client = reader.uint('client');
  const presence = reader.uint('clock', MAX_CLOCK);
  const sentAt = reader.uint16('time');
  let clock = presence;
  let fields: State | undefined;
  if (head & FIELDS) {
    clock += reader.uint('clock of the fields', MAX_CLOCK - presence);
    fields = readFields(reader);
  }
  const spelled: Spelled[] = [];
  const samples = readSamples(reader, client, anchors, spelled);
  for (const { number, anchor } of spelled) anchors.spelled(client, number, anchor); // for the whole batch is good
  const batch = { client, clock, presence, sentAt, samples, left: (head & LEFT) > 0 };
  return fields ? { ...batch, fields } : batch;
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

function readFields(reader: Reader): State {
  const count = reader.uint('number of fields', MAX_FIELDS);
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

const modulo = (time: number) => ((time % TIME_MODULO) + TIME_MODULO) % TIME_MODULO;
const quantise = (part: number) => Math.round(Math.min(1, Math.max(0, part)) * SCALE);

/** The steps of the grid from `from` to about `to`, by which one stays inside. */
function stepsTo(to: number, from: number): number {
  const steps = Math.round((to - from) / GRID);
  const there = from + steps * GRID;
  return there < 0 ? steps + 1 : there > SCALE ? steps - 1 : steps;
}

type Name = (anchor: string) => { readonly number: number; readonly spelled: boolean };

/** Runs of one anchor, newest first: its newest sample in full, then each one's difference from going on as before. */
function writeSamples(encoder: encoding.Encoder, samples: readonly Sample[], name: Name): void {
  let ago = 0;
  for (let end = samples.length; end > 0; ) {
    const { anchor, x, y } = samples[end - 1] as Sample;
    let start = end - 1;
    while (samples[start - 1]?.anchor === anchor) start--;
    const { number, spelled } = name(anchor);
    encoding.writeVarUint(encoder, 2 * (end - start) + (spelled ? 1 : 0));
    encoding.writeVarUint(encoder, number);
    if (spelled) encoding.writeVarString(encoder, anchor);
    const [newestX, newestY] = [quantise(x), quantise(y)];
    const [at, way] = [
      { x: 0, y: 0 },
      { x: 0, y: 0 },
    ];
    for (let i = end - 1; i >= start; i--) {
      const sample = samples[i] as Sample;
      const earlier = Math.max(0, Math.round(sample.ago) - ago);
      ago += earlier;
      encoding.writeVarUint(encoder, earlier);
      if (i === end - 1) {
        encoding.writeUint16(encoder, newestX);
        encoding.writeUint16(encoder, newestY);
        continue;
      }
      const x = stepsTo(quantise(sample.x), newestX);
      const y = stepsTo(quantise(sample.y), newestY);
      encoding.writeVarInt(encoder, x - at.x - way.x);
      encoding.writeVarInt(encoder, y - at.y - way.y);
      [way.x, way.y, at.x, at.y] = [x - at.x, y - at.y, x, y];
    }
    end = start;
  }
}

interface Spelled {
  readonly number: number;
  readonly anchor: string;
}

/** Oldest first. Anchors spelled out are added to `spelled`; without an address, samples are read and left out. */
function readSamples(reader: Reader, client: number, anchors: HeardAnchors, spelled: Spelled[]): Sample[] {
  const samples: Sample[] = [];
  let ago = 0;
  let count = 0;
  while (!reader.ended) {
    const head = reader.uint('length of a run', 2 * (MAX_SAMPLES - count) + 1);
    const length = Math.floor(head / 2);
    if (length === 0) throw new ProtocolError('bytes', 'a run of samples is empty');
    count += length;
    const number = reader.uint('number of an anchor');
    let anchor: string | undefined;
    if (head % 2 > 0) {
      if (number === SURFACE) throw new ProtocolError('bytes', 'the whole surface has no address');
      anchor = reader.text('anchor', MAX_ANCHOR_BYTES);
      spelled.push({ number, anchor });
    } else {
      const here = spelled.length > 0 ? spelled.findLast((one) => one.number === number) : undefined;
      anchor = here ? here.anchor : anchors.anchor(client, number);
    }
    let x = 0;
    let y = 0;
    let wayX = 0;
    let wayY = 0;
    for (let i = 0; i < length; i++) {
      ago += reader.uint('time of a sample', Number.MAX_SAFE_INTEGER - ago);
      if (i === 0) {
        x = reader.uint16('x of a sample');
        y = reader.uint16('y of a sample');
      } else {
        wayX += reader.int('x of a sample');
        wayY += reader.int('y of a sample');
        x += wayX * GRID;
        y += wayY * GRID;
        if (!(x >= 0 && x <= SCALE && y >= 0 && y <= SCALE))
          throw new ProtocolError('bytes', 'a sample is outside its anchor');
      }
      if (anchor !== undefined) samples.push({ ago, x: x / SCALE, y: y / SCALE, anchor });
    }
  }
  return samples.reverse();
}

const utf8 = new TextEncoder();

/** `anchor`, or '' (the whole surface) where its address is too long for the wire. */
export function fittingAnchor(anchor: string): string {
  const fits = anchor.length * 3 <= MAX_ANCHOR_BYTES || utf8.encode(anchor).length <= MAX_ANCHOR_BYTES;
  return fits ? anchor : '';
}
