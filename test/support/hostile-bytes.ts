/**
 * Bytes that a network, a bug or an attacker may deliver: valid messages of every kind, some with values of any shape
 * in them, changed in a few places; and random bytes behind a valid beginning.
 */
import fc from 'fast-check';
import { encodeBatch } from '../../src/protocol/cursor-codec.js';
import { encodeAsk, encodeHeartbeat, encodeStates, encodeUnreachable } from '../../src/protocol/presence-codec.js';
import { encodeRoster } from '../../src/protocol/roster-codec.js';
import type { State } from '../../src/protocol/state.js';
import * as any from './arbitraries.js';
import { RESOURCES } from './event-samples.js';
import { HOSTILE_VALUE, hostileMessages } from './hostile-messages.js';

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
const states = fc
  .array(fc.record({ client: any.client, clock: any.clock, state: fc.option(any.state), terms: any.terms }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((entries) => encodeStates(entries));
const batch = fc
  .tuple(any.client, any.clock, cursors, any.samples, fc.boolean())
  .map(([client, clock, fields, samples, left]) =>
    encodeBatch({ client, clock, presence: clock, sentAt: 1_000_000, fields, samples, left }),
  );
const valid: fc.Arbitrary<Uint8Array> = fc.oneof(
  states,
  fc.tuple(any.client, any.clock, any.terms).map((heartbeat) => encodeHeartbeat(...heartbeat)),
  fc.tuple(any.client, any.client, any.clock).map((report) => encodeUnreachable(...report)),
  any.client.map(encodeAsk),
  batch,
  fc
    .tuple(states, fc.array(batch, { maxLength: 3 }))
    .map(([bytes, batches]) => encodeRoster({ states: bytes, batches })),
  hostileMessages(HOSTILE_VALUE).map(([first]) => first?.[1] ?? new Uint8Array(0)),
  fc.constantFrom(...RESOURCES.flatMap(({ samples }) => samples)).map(json),
  fc
    .constantFrom('{"stream":"S","seq":1}', '{"error":{"code":503,"err_code":1,"description":"x"}}', 'null')
    .map((text) => utf8.encode(text)),
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
export const mutated = fc
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
export const hostile = fc.oneof(mutated, random);
