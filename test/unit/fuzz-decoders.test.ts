/**
 * D1: hostile bytes. Whatever arrives, a decoder returns a valid message or throws a ProtocolError, at once, and
 * allocates no more than the bytes justify. A run tries over 20 000 inputs; fast-check prints the seed of one that
 * fails.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../../src/errors.js';
import { type CursorBatch, decodeBatch, encodeBatch } from '../../src/protocol/cursor-codec.js';
import {
  decodeJsonCursors,
  decodeJsonPresence,
  type JsonCursor,
  type JsonPresence,
} from '../../src/protocol/json-events.js';
import {
  decodePresence,
  encodeAsk,
  encodeHeartbeat,
  encodeStates,
  encodeUnreachable,
  MAX_CLOCK,
  MAX_LEASE_MS,
  type PresenceMessage,
  type StateEntry,
  type Terms,
} from '../../src/protocol/presence-codec.js';
import { MAX_SAMPLES } from '../../src/protocol/samples-codec.js';
import { senderOf } from '../../src/protocol/sender.js';
import { cleanState, type State } from '../../src/protocol/state.js';
import * as any from '../support/arbitraries.js';

const utf8 = new TextEncoder();
const json = (value: unknown) => utf8.encode(JSON.stringify(value));

/** A message that a well-behaved client could have sent. */
const position = { type: null, tname: 'content', item: { client: 4_000_000_000, clock: 9 }, assoc: 0 };
const cursors = fc.constantFrom<State>(
  {},
  { cursor: null },
  { cursor: { anchor: position, head: position } },
  { tool: 'pen' },
);
const valid: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc
    .array(fc.record({ client: any.client, clock: any.clock, state: fc.option(any.state), terms: any.terms }), {
      minLength: 1,
      maxLength: 4,
    })
    .map((entries) => encodeStates(entries)),
  fc.tuple(any.client, any.clock, any.terms).map((heartbeat) => encodeHeartbeat(...heartbeat)),
  fc.tuple(any.client, any.client, any.clock).map((report) => encodeUnreachable(...report)),
  any.client.map(encodeAsk),
  fc
    .tuple(any.client, any.clock, cursors, any.samples, fc.boolean())
    .map(([client, clock, fields, samples, left]) =>
      encodeBatch({ client, clock, presence: clock, sentAt: 1_000_000, fields, samples, left }),
    ),
  fc
    .record({
      type: fc.constantFrom('presence', 'left', 'cursor', 'edit'),
      userId: fc.string(),
      timestamp: fc.nat(),
      data: fc.record({ name: any.json(), color: any.json(), position: any.json() }, { requiredKeys: [] }),
    })
    .map(json),
);

/** What a network, a bug or an attacker changes in it. */
type Change = (data: number[], at: number, byte: number) => number[];
const CHANGES: readonly Change[] = [
  (data, at, byte) => data.with(at, byte),
  (data, at, byte) => data.with(at, (data[at] ?? 0) ^ (1 << (byte & 7))),
  (data, at) => data.slice(0, at),
  (data, at) => data.slice(at),
  (data, at, byte) => data.toSpliced(at, 0, byte),
  (data, at) => data.toSpliced(at, 1),
  (data, at, byte) => data.toSpliced(at, 0, ...Array<number>(byte).fill(0x80)), // an integer that does not end
  // 2^53 - 1 as a length or a number.
  (data, at) => data.toSpliced(at, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f),
  (data, at, byte) => data.toSpliced(at, 0, ...data.slice(at, at + byte)),
];
const mutated = fc
  .tuple(valid, fc.array(fc.tuple(fc.nat(CHANGES.length - 1), fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }))
  .map(([data, changes]) => {
    let bytes = [...data];
    for (const [kind, at, byte] of changes) {
      if (bytes.length > 0) bytes = (CHANGES[kind] as Change)(bytes, at % bytes.length, byte);
    }
    return Uint8Array.from(bytes);
  });
const random = fc
  .tuple(
    fc.constantFrom([], [0], [0, 1], [0, 2], [1], [2], [1, 5, 1, 0, 0, 0], [0x7b], [0x5b]),
    fc.uint8Array({ maxLength: 80 }),
  )
  .map(([head, tail]) => Uint8Array.from([...head, ...tail]));
const hostile = fc.oneof(mutated, random);

const isUint = (value: number, max = Number.MAX_SAFE_INTEGER) =>
  Number.isSafeInteger(value) && value >= 0 && value <= max;

function soundTerms({ leaseMs, ageMs }: Terms): boolean {
  return isUint(leaseMs, MAX_LEASE_MS) && Number.isFinite(ageMs) && ageMs >= 0;
}

function soundEntry({ client, clock, state, terms }: StateEntry): boolean {
  return isUint(client) && isUint(clock, MAX_CLOCK) && soundState(state) && (!terms || soundTerms(terms));
}

/** D2, D3: a state that a page may see. */
function soundState(state: State | null): boolean {
  if (state === null) return true;
  const user = state.user as State | undefined;
  return JSON.stringify(cleanState(state, 0)) === JSON.stringify(state) && (!user || typeof user.id === 'string');
}

function soundMessage(message: PresenceMessage): boolean {
  if (message.type === 'states') {
    const named = message.more.every(({ client, clock, terms }) => soundEntry({ client, clock, state: null, terms }));
    return named && message.entries.every(soundEntry);
  }
  if (message.type === 'heartbeat') return soundEntry({ ...message, state: null });
  if (message.type === 'ask' || message.type === 'askRoster') return isUint(message.by);
  return isUint(message.by) && isUint(message.client) && isUint(message.clock, MAX_CLOCK);
}

function soundBatch({ client, clock, presence, sentAt, samples }: CursorBatch): boolean {
  const part = (value: number) => value >= 0 && value <= 1;
  return (
    isUint(client) &&
    isUint(clock, MAX_CLOCK) &&
    isUint(presence, clock) &&
    isUint(sentAt) &&
    samples.length <= MAX_SAMPLES &&
    samples.every(({ ago, x, y, anchor }) => isUint(ago) && part(x) && part(y) && anchor.length <= 256)
  );
}

const soundCursors = (events: JsonCursor[]) => events.every(({ client, at }) => isUint(client) && isUint(at));
const soundPresence = (event: JsonPresence | undefined) => !event || soundEntry({ ...event, clock: 1 });

/** Whether decoding gives a valid value or a ProtocolError, and leaves the bytes alone. Other errors are thrown on. */
function survives<T>(read: (data: Uint8Array) => T, sound: (value: T) => boolean, data: Uint8Array): boolean {
  const before = data.slice();
  let value: T;
  try {
    value = read(data);
  } catch (error) {
    if (error instanceof ProtocolError) return true;
    throw error;
  }
  return sound(value) && data.every((byte, i) => byte === before[i]);
}

describe('hostile bytes', () => {
  it.each([
    ['a presence message', (data: Uint8Array) => survives(decodePresence, soundMessage, data)],
    ['a cursor batch', (data: Uint8Array) => survives(decodeBatch, soundBatch, data)],
    ['a JSON heartbeat', (data: Uint8Array) => survives((bytes) => decodeJsonPresence(bytes), soundPresence, data)],
    ['JSON cursors', (data: Uint8Array) => survives((bytes) => decodeJsonCursors(bytes), soundCursors, data)],
    ['the sender of a message', (data: Uint8Array) => survives(senderOf, (client) => client >= -1, data)],
  ])('D1: decode to a valid value or are refused, read as %s', (_, holds) => {
    fc.assert(fc.property(hostile, holds), { numRuns: 5_000 });
  });

  it('D1: are close enough to valid messages that some of them decode', () => {
    let taken = 0;
    const sample = fc.sample(mutated, { numRuns: 1_000, seed: 7 });
    for (const data of sample) {
      for (const read of [decodePresence, decodeBatch]) {
        try {
          read(data);
          taken++;
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }
    }
    expect(taken).toBeGreaterThan(50);
    expect(taken).toBeLessThan(1_000);
  });

  it('D1: with huge lengths are refused: a length counts only when its bytes are there', () => {
    const promise = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f];
    for (const head of [
      [],
      [1, 5, 1],
      [0, 1],
      [1, 5, 1, 0, 0, 0],
      [1, 5, 1, 0, 0, 0, 0],
      [1, 5, 1, 0, 0, 0, 0, 1, 0],
    ]) {
      const data = Uint8Array.from([...head, ...promise]);
      for (const read of [decodePresence, decodeBatch]) expect(() => read(data)).toThrow(ProtocolError);
    }
  });
});

describe('hostile states', () => {
  const key = fc.constantFrom(
    'user',
    'cursor',
    'selection',
    'file',
    'location',
    '__proto__',
    'constructor',
    'anchor',
    'head',
    'id',
    'name',
    'a',
  );
  const value = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 9 },
      fc.oneof(fc.constantFrom(null, true, 2.5, -1, 'red;', '\u202e', '', 2 ** 60), fc.string()),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((entries) => {
        const members = entries.map(([name, member]) => `${JSON.stringify(name)}:${JSON.stringify(member)}`);
        return JSON.parse(`{${members.join()}}`) as unknown;
      }),
    ),
  })).value;

  it('D2, D3, D4: come out clean or are refused, and cleaning them again changes nothing', () => {
    fc.assert(
      fc.property(value, any.client, (raw, client) => {
        let clean: State;
        try {
          clean = cleanState(raw, client);
        } catch (error) {
          if (error instanceof ProtocolError) return;
          throw error;
        }
        expect(JSON.stringify(clean)).not.toMatch(/"(__proto__|constructor|prototype)":/);
        expect(cleanState(clean, client)).toEqual(clean);
        for (const name of ['cursor', 'selection']) {
          const field = clean[name];
          expect(field === undefined || field === null || Object.keys(field as object).length > 0).toBe(true);
        }
      }),
      { numRuns: 5_000 },
    );
  });
});
