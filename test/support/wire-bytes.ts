/**
 * The bytes of docs/PROTOCOL.md, written from that document alone: no line of this is shared with src/protocol, nor with
 * lib0. That both read each other shows that the document is enough.
 */

export interface Terms {
  activity: 0 | 1 | 2;
  /** 0 this protocol, 1 stock Yjs, 2 JSON. */
  speaks: 0 | 1 | 2;
  /** In 100 ms. */
  lease: number;
  age: number;
}

export interface Entry {
  client: number;
  clock: number;
  state: Record<string, unknown> | null;
  terms?: Terms;
}

export type Beat = Required<Omit<Entry, 'state'>>;

export type Presence =
  | { kind: 'states'; entries: Entry[]; further: Beat[] }
  | ({ kind: 'beat' } & Beat)
  | { kind: 'unreachable'; by: number; client: number; clock: number }
  | { kind: 'ask'; by: number };

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

/** A field with form 1 for any JSON, 2 and 3 for a selection. */
export interface Field {
  name: string;
  form: 0 | 1 | 2 | 3;
  value: unknown;
}

/** `x`, `y` in 1/65535 of the anchor's box; `ago` in ms before `time`. */
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
  fields: Field[];
  points: Point[];
}

export class Writer {
  readonly #bytes: number[] = [];

  u8(value: number): this {
    this.#bytes.push(value);
    return this;
  }

  uint(value: number): this {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.u8((rest % 128) + 128);
    return this.u8(rest);
  }

  int(value: number): this {
    const size = Math.abs(value);
    const more = size > 63;
    this.u8((more ? 128 : 0) + (value < 0 ? 64 : 0) + (size % 64));
    return more ? this.uint(Math.floor(size / 64)) : this;
  }

  text(value: string): this {
    const utf8 = new TextEncoder().encode(value);
    this.uint(utf8.length);
    this.#bytes.push(...utf8);
    return this;
  }

  block(bytes: Uint8Array): this {
    this.uint(bytes.length);
    this.#bytes.push(...bytes);
    return this;
  }

  json(value: unknown): this {
    return this.text(JSON.stringify(value));
  }

  get bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

export class Reader {
  #at = 0;

  constructor(readonly bytes: Uint8Array) {}

  get ended(): boolean {
    return this.#at === this.bytes.length;
  }

  u8(): number {
    const byte = this.bytes[this.#at++];
    if (byte === undefined) throw new Error('The message is cut short.');
    return byte;
  }

  uint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.u8();
      value += (byte & 127) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw new Error('An integer is too large.');
      if (byte < 128) return value;
    }
  }

  int(): number {
    const first = this.u8();
    const size = (first & 63) + (first & 128 ? this.uint() * 64 : 0);
    return first & 64 ? -size : size;
  }

  block(): Uint8Array {
    const length = this.uint();
    if (this.#at + length > this.bytes.length) throw new Error('A block or a text is cut short.');
    const block = this.bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return block;
  }

  text(): string {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.block());
  }

  json(): unknown {
    return JSON.parse(this.text()) as unknown;
  }

  end(): void {
    if (!this.ended) throw new Error('There are bytes after the end.');
  }
}

function writeTerms(to: Writer, { activity, speaks, lease, age }: Terms): void {
  to.uint(activity + speaks * 4)
    .uint(lease)
    .uint(age);
}

function readTerms(from: Reader): Terms {
  const flags = from.uint();
  const [activity, speaks] = [flags % 4, Math.floor(flags / 4) % 4];
  if (activity === 3 || speaks === 3) throw new Error(`The flags ${flags} are not known.`);
  return {
    activity: activity as Terms['activity'],
    speaks: speaks as Terms['speaks'],
    lease: from.uint(),
    age: from.uint(),
  };
}

function writeBeat(to: Writer, { client, clock, terms }: Beat): void {
  to.uint(client).uint(clock);
  writeTerms(to, terms);
}

export function writePresence(message: Presence): Uint8Array {
  const to = new Writer();
  if (message.kind === 'states') {
    to.uint(message.entries.length);
    for (const { client, clock, state } of message.entries) to.uint(client).uint(clock).json(state);
    if (message.entries.every(({ terms }) => !terms)) return to.bytes; // as a stock Yjs client has it
    to.u8(1);
    for (const { terms } of message.entries) if (terms) writeTerms(to, terms);
    to.uint(message.further.length);
    for (const beat of message.further) writeBeat(to, beat);
    return to.bytes;
  }
  to.u8(0);
  if (message.kind === 'beat') writeBeat(to.uint(1), message);
  else if (message.kind === 'unreachable') to.uint(2).uint(message.by).uint(message.client).uint(message.clock);
  else to.uint(3).uint(message.by);
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
  const further: Beat[] = [];
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
  if (kind === 1) return { kind: 'beat', client: from.uint(), clock: from.uint(), terms: readTerms(from) };
  if (kind === 2) return { kind: 'unreachable', by: from.uint(), client: from.uint(), clock: from.uint() };
  if (kind === 3) return { kind: 'ask', by: from.uint() };
  throw new Error(`The kind ${kind} is not known.`);
}

const ENDS = [[], [], ['anchor', 'head'], ['anchor', 'focus']] as const;

function writePosition(to: Writer, position: Position, before?: Position): void {
  const { type, tname, item, assoc } = position;
  const same = typeof tname === 'string' && before?.tname === tname;
  const nulls = [type, tname, item].includes(null);
  to.u8(
    (type ? 1 : 0) +
      (typeof tname === 'string' ? 2 : 0) +
      (item ? 4 : 0) +
      (assoc !== undefined ? 8 : 0) +
      (nulls ? 16 : 0) +
      (same ? 32 : 0),
  );
  if (type) to.uint(type.client).uint(type.clock);
  if (typeof tname === 'string' && !same) to.text(tname);
  if (item) to.uint(item.client).uint(item.clock);
  if (assoc !== undefined) to.int(assoc);
}

function readPosition(from: Reader, before?: Position): Position {
  const flags = from.u8();
  const has = (bit: number) => (flags & bit) !== 0;
  const id = () => ({ client: from.uint(), clock: from.uint() });
  const position: Position = {};
  if (has(1)) position.type = id();
  else if (has(16)) position.type = null;
  if (has(2)) position.tname = has(32) ? (before?.tname ?? null) : from.text();
  else if (has(16)) position.tname = null;
  if (has(4)) position.item = id();
  else if (has(16)) position.item = null;
  if (has(8)) position.assoc = from.int();
  return position;
}

export function writeBatch({ client, clock, behind, time, left, fields, points }: Batch): Uint8Array {
  const to = new Writer().u8(1).uint(client).uint(clock).uint(behind).uint(time);
  to.u8(left ? 1 : 0).uint(fields.length);
  for (const { name, form, value } of fields) {
    to.text(name).u8(form);
    if (form === 1) to.json(value);
    let before: Position | undefined;
    for (const end of ENDS[form]) {
      const position = (value as Record<string, Position>)[end] as Position;
      writePosition(to, position, before);
      before = position;
    }
  }
  to.uint(points.length);
  if (points[0]) to.uint(points[0].ago);
  let [ago, x, y] = [points[0]?.ago ?? 0, 0, 0];
  for (let i = 0; i < points.length; ) {
    const { anchor } = points[i] as Point;
    const rest = points.slice(i).findIndex((point) => point.anchor !== anchor);
    const run = points.slice(i, rest < 0 ? undefined : i + rest);
    to.text(anchor).uint(run.length);
    for (const point of run) {
      to.uint(ago - point.ago)
        .int(point.x - x)
        .int(point.y - y);
      [ago, x, y] = [point.ago, point.x, point.y];
    }
    i += run.length;
  }
  return to.bytes;
}

export function readBatch(bytes: Uint8Array): Batch {
  const from = new Reader(bytes);
  if (from.u8() !== 1) throw new Error('This is no cursor batch.');
  const [client, clock, behind, time, flags] = [from.uint(), from.uint(), from.uint(), from.uint(), from.u8()];
  const fields: Field[] = [];
  for (let left = from.uint(); left > 0; left--) {
    const name = from.text();
    const form = from.u8() as Field['form'];
    let value: unknown = form === 1 ? from.json() : null;
    if (form > 1) {
      const anchor = readPosition(from);
      value = { anchor, [form === 2 ? 'head' : 'focus']: readPosition(from, anchor) };
    }
    fields.push({ name, form, value });
  }
  const points: Point[] = [];
  const count = from.uint();
  let [ago, x, y] = [count > 0 ? from.uint() : 0, 0, 0];
  while (points.length < count) {
    const anchor = from.text();
    for (let run = from.uint(); run > 0; run--) {
      [ago, x, y] = [ago - from.uint(), x + from.int(), y + from.int()];
      points.push({ anchor, ago, x, y });
    }
  }
  from.end();
  return { client, clock, behind, time, left: (flags & 1) === 1, fields, points };
}

/** S4. */
/** The answer to a joiner. */
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

export function token(id: string): string {
  if (id === '') return '%';
  return id.replace(/[\p{Cc}\p{White_Space}\ufeff.*>%]/gu, (char) =>
    Array.from(new TextEncoder().encode(char), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(
      '',
    ),
  );
}
