/**
 * The messages of docs/PROTOCOL.md as bytes, written from that document alone: it shares no code with src/protocol, nor
 * with lib0. Tests let the two read each other's messages, which shows that the document is complete.
 * About 300 lines: it holds every format, once for writing and once for reading.
 */
import { Reader, Writer } from './wire-primitives.js';

export interface Terms {
  activity: 0 | 1 | 2;
  /** 0 this protocol, 1 stock Yjs, 2 JSON. */
  speaks: 0 | 1 | 2;
  /** In steps of 100 ms, as `age`. */
  lease: number;
  age: number;
}

export interface Entry {
  client: number;
  clock: number;
  state: Record<string, unknown> | null;
  terms?: Terms;
}

export type Heartbeat = Required<Omit<Entry, 'state'>>;

export type Presence =
  | { kind: 'states'; entries: Entry[]; further: Heartbeat[] }
  | ({ kind: 'heartbeat'; digest: number } & Heartbeat)
  | { kind: 'unreachable'; by: number; client: number; clock: number }
  | { kind: 'ask' | 'askRoster'; by: number };

export interface Position {
  type?: Id | null;
  tname?: string | null;
  item?: Id | null;
  assoc?: number;
}
interface Id {
  client: number;
  clock: number;
}

/** A fast field: form 0 is null, 1 any JSON, 2 and 3 a selection, 4 one position. */
export interface Field {
  name: string;
  form: 0 | 1 | 2 | 3 | 4;
  value: unknown;
}

/**
 * A sample: `x`, `y` in 1/65535 of the anchor's box, `ago` in ms before the batch's `time`. The samples of a run lie on
 * the grid through its newest one.
 */
export interface Point {
  anchor: string;
  ago: number;
  x: number;
  y: number;
}

export interface Batch {
  client: number;
  clock: number;
  behind: number;
  time: number;
  left: boolean;
  tapped: boolean;
  fields: Field[];
  points: Point[];
}

/** M7: the numbers of one sender's anchors. Each anchor is spelled out once, or in every batch with `always`. */
export class Numbers {
  readonly #numbers = new Map<string, number>([['', 0]]);

  constructor(readonly always = false) {}

  number(anchor: string): { number: number; spelled: boolean } {
    const known = this.#numbers.get(anchor);
    if (known !== undefined) return { number: known, spelled: this.always && known > 0 };
    this.#numbers.set(anchor, this.#numbers.size);
    return { number: this.#numbers.size - 1, spelled: true };
  }
}

/** M7: the numbers that one sender has spelled out. */
export type Anchors = Map<number, string>;

/** P12: of the clients with these ids; `digest` is 0 where a sender does not say it. */
export function digestOf(clients: Iterable<number>): number {
  let sum = 0;
  for (const client of clients) sum += hash(String(client));
  return (sum % 131_071) + 1;
}

/** P2. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x45d9f3b);
  return (value ^ (value >>> 16)) >>> 0;
}

function writeTerms(to: Writer, { activity, speaks, lease, age }: Terms, digest = 0): void {
  to.uint(activity + speaks * 4 + digest * 16)
    .uint(lease)
    .uint(age);
}

function readTerms(from: Reader): Terms {
  return readTermsAndDigest(from)[0];
}

function readTermsAndDigest(from: Reader): [Terms, digest: number] {
  const flags = from.uint();
  const [activity, speaks] = [flags % 4, Math.floor(flags / 4) % 4];
  if (activity === 3 || speaks === 3) throw new Error(`The flags ${flags} are not known.`);
  const terms: Terms = {
    activity: activity as Terms['activity'],
    speaks: speaks as Terms['speaks'],
    lease: from.uint(),
    age: from.uint(),
  };
  return [terms, Math.floor(flags / 16) % 2 ** 17];
}

function writeHeartbeat(to: Writer, { client, clock, terms }: Heartbeat, digest = 0): void {
  to.uint(client).uint(clock);
  writeTerms(to, terms, digest);
}

export function writePresence(message: Presence): Uint8Array {
  const to = new Writer();
  if (message.kind === 'states') {
    to.uint(message.entries.length);
    for (const { client, clock, state } of message.entries) to.uint(client).uint(clock).json(state);
    if (message.entries.every(({ terms }) => !terms)) return to.bytes; // as a stock Yjs client writes it
    to.u8(1);
    for (const { terms } of message.entries) if (terms) writeTerms(to, terms);
    to.uint(message.further.length);
    for (const heartbeat of message.further) writeHeartbeat(to, heartbeat);
    return to.bytes;
  }
  to.u8(0);
  if (message.kind === 'heartbeat') writeHeartbeat(to.uint(1), message, message.digest);
  else if (message.kind === 'unreachable') to.uint(2).uint(message.by).uint(message.client).uint(message.clock);
  else to.uint(message.kind === 'ask' ? 3 : 4).uint(message.by);
  return to.bytes;
}

export function readPresence(bytes: Uint8Array): Presence {
  const from = new Reader(bytes);
  const count = from.uint();
  if (count === 0) {
    const message = readShort(from);
    from.end();
    return message;
  }
  const entries: Entry[] = [];
  for (let i = 0; i < count; i++) {
    entries.push({ client: from.uint(), clock: from.uint(), state: from.json() as Entry['state'] });
  }
  const further: Heartbeat[] = [];
  if (from.ended) return { kind: 'states', entries, further };
  const version = from.u8();
  for (const entry of entries) entry.terms = readTerms(from);
  for (let left = from.uint(); left > 0; left--) {
    further.push({ client: from.uint(), clock: from.uint(), terms: readTerms(from) });
  }
  if (version === 1) from.end();
  return { kind: 'states', entries, further };
}

function readShort(from: Reader): Presence {
  const kind = from.uint();
  if (kind === 1) {
    const [client, clock, [terms, digest]] = [from.uint(), from.uint(), readTermsAndDigest(from)];
    return { kind: 'heartbeat', client, clock, terms, digest };
  }
  if (kind === 2) return { kind: 'unreachable', by: from.uint(), client: from.uint(), clock: from.uint() };
  if (kind === 3 || kind === 4) return { kind: kind === 3 ? 'ask' : 'askRoster', by: from.uint() };
  throw new Error(`The kind ${kind} is not known.`);
}

const ENDS = [[], [], ['anchor', 'head'], ['anchor', 'focus']] as const;

const textOf = ({ type, tname }: Position) => JSON.stringify([type ?? null, tname ?? null]);

function writePosition(to: Writer, position: Position, before?: Position): void {
  if (before && JSON.stringify(before) === JSON.stringify(position)) {
    to.u8(64);
    return;
  }
  const { type, tname, item, assoc } = position;
  const same = before && textOf(before) === textOf(position) && textOf(position) !== '[null,null]';
  const nulls = [type, tname, item].includes(null);
  to.u8(
    (type ? 1 : 0) +
      (typeof tname === 'string' ? 2 : 0) +
      (item ? 4 : 0) +
      (assoc !== undefined ? 8 : 0) +
      (nulls ? 16 : 0) +
      (same ? 32 : 0),
  );
  if (type && !same) to.uint(type.client).uint(type.clock);
  if (typeof tname === 'string' && !same) to.text(tname);
  if (item) to.uint(item.client).uint(item.clock);
  if (assoc !== undefined) to.int(assoc);
}

function readPosition(from: Reader, before?: Position): Position {
  const flags = from.u8();
  if (flags >= 32 && !before) throw new Error('There is no position before.');
  if (flags > 64) throw new Error(`The flags ${flags} of a position are not known.`);
  if (before && flags === 64) return before;
  const has = (bit: number) => (flags & bit) !== 0;
  const id = () => ({ client: from.uint(), clock: from.uint() });
  const position: Position = {};
  if (has(1)) position.type = has(32) ? (before?.type ?? null) : id();
  else if (has(16)) position.type = null;
  if (has(2)) position.tname = has(32) ? (before?.tname ?? null) : from.text();
  else if (has(16)) position.tname = null;
  if (has(4)) position.item = id();
  else if (has(16)) position.item = null;
  if (has(8)) position.assoc = from.int();
  return position;
}

export function writeBatch(
  { client, clock, behind, time, left, tapped, fields, points }: Batch,
  numbers = new Numbers(),
): Uint8Array {
  const to = new Writer().u8(1 + (left ? 16 : 0) + (fields.length > 0 ? 32 : 0) + (tapped ? 64 : 0));
  to.uint(client)
    .uint(clock - behind)
    .u16(time);
  if (fields.length > 0) to.uint(behind).uint(fields.length);
  let before: Position | undefined;
  for (const { name, form, value } of fields) {
    to.text(name).u8(form);
    if (form === 1) to.json(value);
    const ends = form === 4 ? [value] : ENDS[form].map((end) => (value as Record<string, unknown>)[end]);
    for (const position of ends as Position[]) {
      writePosition(to, position, before);
      before = position;
    }
  }
  let newer = 0; // how old the sample after this one is
  for (let end = points.length; end > 0; ) {
    const { anchor } = points[end - 1] as Point;
    let start = end - 1;
    while (points[start - 1]?.anchor === anchor) start--;
    const { number, spelled } = numbers.number(anchor);
    to.uint(2 * (end - start) + (spelled ? 1 : 0)).uint(number);
    if (spelled) to.text(anchor);
    const run = points.slice(start, end).reverse();
    for (const [i, { ago, x, y }] of run.entries()) {
      to.uint(ago - newer);
      newer = ago;
      const [one, two] = [run[i - 1], run[i - 2]];
      if (!one) to.u16(x).u16(y);
      else {
        // Where constant velocity puts the sample.
        const on = (axis: 'x' | 'y') => 2 * one[axis] - (two ?? one)[axis];
        to.int((x - (two ? on('x') : one.x)) / 4).int((y - (two ? on('y') : one.y)) / 4);
      }
    }
    end = start;
  }
  return to.bytes;
}

/** `anchorsOf` gives the numbers that a sender has spelled out. Samples in an unknown anchor are left out. */
export function readBatch(bytes: Uint8Array, anchorsOf: (client: number) => Anchors = () => new Map()): Batch {
  const from = new Reader(bytes);
  const head = from.u8();
  if (head % 16 !== 1 || head > 113) throw new Error('This is no cursor batch.');
  const [client, presence, time] = [from.uint(), from.uint(), from.u16()];
  const anchors = anchorsOf(client);
  const fields: Field[] = [];
  const hasFields = head % 64 >= 32;
  const behind = hasFields ? from.uint() : 0;
  let before: Position | undefined;
  for (let left = hasFields ? from.uint() : 0; left > 0; left--) {
    const name = from.text();
    const form = from.u8() as Field['form'];
    let value: unknown = form === 1 ? from.json() : null;
    if (form > 1) {
      const first = readPosition(from, before);
      before = form === 4 ? first : readPosition(from, first);
      value = form === 4 ? first : { anchor: first, [form === 2 ? 'head' : 'focus']: before };
    }
    fields.push({ name, form, value });
  }
  const points: Point[] = [];
  let ago = 0;
  while (!from.ended) {
    const length = from.uint();
    const number = from.uint();
    if (length % 2 === 1) anchors.set(number, from.text());
    const anchor = number === 0 ? '' : anchors.get(number);
    let [x, y, wayX, wayY] = [0, 0, 0, 0];
    for (let i = 0; i < Math.floor(length / 2); i++) {
      ago += from.uint();
      if (i === 0) [x, y] = [from.u16(), from.u16()];
      else {
        [wayX, wayY] = [wayX + 4 * from.int(), wayY + 4 * from.int()];
        [x, y] = [x + wayX, y + wayY];
      }
      if (anchor !== undefined) points.unshift({ anchor, ago, x, y });
    }
  }
  return { client, clock: presence + behind, behind, time, left: head % 32 > 16, tapped: head >= 64, fields, points };
}

/** P5: the answer to a client that joins. */
export interface Roster {
  states: Presence;
  batches: Batch[];
}

export function writeRoster({ states, batches }: Roster): Uint8Array {
  const to = new Writer().u8(1).block(writePresence(states)).uint(batches.length);
  for (const batch of batches) to.block(writeBatch(batch));
  return to.bytes;
}

export function readRoster(bytes: Uint8Array): Roster {
  const from = new Reader(bytes);
  if (from.u8() !== 1) throw new Error('The version of the roster is not known.');
  const states = readPresence(from.block());
  const batches = Array.from({ length: from.uint() }, () => readBatch(from.block()));
  from.end();
  return { states, batches };
}

/** S4: the token of an id. */
export function token(id: string): string {
  if (id === '') return '%';
  return id.replace(/[\p{Cc}\p{White_Space}\ufeff.*>%]/gu, (char) =>
    Array.from(new TextEncoder().encode(char), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(
      '',
    ),
  );
}
