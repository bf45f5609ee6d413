/**
 * D1: hostile bytes. Whatever arrives, a decoder returns a valid message or throws a typed error, at once, and
 * allocates no more than the bytes justify; nothing is applied in part, no exception reaches the page, and no prototype
 * changes.
 * Every decoder reads 10,000 inputs, and a million with `npm run fuzz`; fast-check prints the seed of one that fails.
 * Past 300 lines, because it holds what is sound for every decoder in one place.
 */
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { BusMessage } from '../../src/bus/bus.js';
import { decodeJson } from '../../src/bus/payload.js';
import { ProtocolError, SlateError } from '../../src/errors.js';
import { readAnswer } from '../../src/jetstream/api.js';
import { ReceivedAnchors } from '../../src/protocol/anchor-numbers.js';
import { type CursorBatch, decodeBatch } from '../../src/protocol/cursor-codec.js';
import {
  decodeJsonCursors,
  decodeJsonPresence,
  type JsonCursor,
  type JsonPresence,
} from '../../src/protocol/json-events.js';
import {
  decodePresence,
  encodeStates,
  MAX_CLOCK,
  MAX_LEASE_MS,
  type PresenceMessage,
  type StateEntry,
  type Terms,
} from '../../src/protocol/presence-codec.js';
import { decodeRoster, type RosterAnswer } from '../../src/protocol/roster-codec.js';
import { MAX_SAMPLES } from '../../src/protocol/samples-codec.js';
import { senderOf } from '../../src/protocol/sender.js';
import { cleanState, type State } from '../../src/protocol/state.js';
import { MemoryHub } from '../../src/testing.js';
import * as any from '../support/arbitraries.js';
import { RESOURCES } from '../support/event-samples.js';
import { hostile, mutated } from '../support/hostile-bytes.js';
import { InboundLab } from '../support/inbound-lab.js';
import { VirtualClock } from '../support/virtual-clock.js';

const RUNS = Number(process.env.FUZZ_RUNS ?? 10_000);

/** What an input might have changed for all objects of the page. */
const prototypes = () => [Object, Array, Map, Uint8Array].map(({ prototype }) => Reflect.ownKeys(prototype));
const before = prototypes();
afterEach(() => expect(prototypes()).toEqual(before));

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

/** Parts of a roster that are refused cost themselves alone (D1). */
function soundRoster({ states, batches }: RosterAnswer): boolean {
  const refused: ProtocolError[] = [];
  const parts = [
    () => soundMessage(decodePresence(states, (error) => refused.push(error))),
    ...batches.map((bytes) => () => soundBatch(decodeBatch(bytes))),
  ];
  return parts.every((part) => survives(part)) && refused.every((error) => error instanceof ProtocolError);
}

/** Whether `read` returns true, or throws an error that is typed. Others are thrown on. */
function survives(read: () => boolean): boolean {
  try {
    return read();
  } catch (error) {
    if (error instanceof SlateError) return true;
    throw error;
  }
}

/** A batch that is refused teaches no anchor (M7). */
function soundLearning(data: Uint8Array): boolean {
  const anchors = new ReceivedAnchors();
  let learned = 0;
  anchors.learn = () => learned++;
  try {
    decodeBatch(data, anchors);
    return true;
  } catch {
    return learned === 0;
  }
}

const message = (data: Uint8Array) => ({ json: () => decodeJson({ subject: 'x', data }) }) as BusMessage;
const DECODERS: readonly (readonly [string, (data: Uint8Array) => boolean])[] = [
  ['a presence message', (data) => soundMessage(decodePresence(data))],
  ['a cursor batch', (data) => soundBatch(decodeBatch(data))],
  ['the anchors of a batch', soundLearning],
  ['a roster', (data) => soundRoster(decodeRoster(data))],
  ['a JSON heartbeat', (data) => soundPresence(decodeJsonPresence(data))],
  ['JSON cursors', (data) => soundCursors(decodeJsonCursors(data))],
  ['the sender of a message', (data) => senderOf(data) === -1 || isUint(senderOf(data))],
  ['an answer of JetStream', (data) => typeof readAnswer('x', message(data)) === 'object'],
];

/** The decoders alone, without the check of what they return. */
const READERS: Record<string, (data: Uint8Array) => unknown> = {
  'a presence message': (data) => decodePresence(data),
  'a cursor batch': (data) => decodeBatch(data),
  'a roster': (data) => decodeRoster(data),
  'a JSON heartbeat': (data) => decodeJsonPresence(data),
  'JSON cursors': (data) => decodeJsonCursors(data),
};

/** How many times as long as `unit` the work takes: the fastest of several runs of each, in turns. */
function ratio(run: () => unknown, unit: () => unknown): number {
  const least = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let i = 0; i < 15; i++) {
    for (const [which, work] of [run, unit].entries()) {
      const start = performance.now();
      work();
      least[which] = Math.min(least[which] ?? 0, performance.now() - start);
    }
  }
  return (least[0] ?? 0) / (least[1] ?? 1);
}

describe('hostile bytes', () => {
  it.each(DECODERS)('D1: decode to a valid value or are refused, read as %s', (_, sound) => {
    const holds = (data: Uint8Array) => {
      const copy = data.slice();
      return survives(() => sound(data)) && data.every((byte, i) => byte === copy[i]);
    };
    fc.assert(fc.property(hostile, holds), { numRuns: RUNS });
  });

  it('property 17: D1: that a room refuses change nothing in it, and no exception reaches the page', () => {
    const reported = vi.spyOn(console, 'error').mockReturnValue(undefined);
    const lane = fc.constantFrom('slate.collab.presence.p1', 'slate.editor.cursors.batch.p1.a%2Ets');
    const messages = fc.array(fc.tuple(lane, hostile), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(messages, (all) => {
        const { inbound, peers } = new InboundLab();
        for (const [subject, data] of all) {
          const held = JSON.stringify([...peers]);
          try {
            if (subject.includes('presence')) inbound.presence({ data }, undefined);
            else inbound.cursors({ data }, undefined);
          } catch (error) {
            expect(error).toBeInstanceOf(ProtocolError);
            expect(JSON.stringify([...peers])).toBe(held);
          }
        }
        inbound.stop();
      }),
      { numRuns: Math.ceil(RUNS / 8) },
    );
    expect(reported.mock.calls).toEqual([]);
    reported.mockRestore();
  });

  it('D1, D2: that listeners of events receive are valid events, and no exception reaches the page', async () => {
    const reported = vi.spyOn(console, 'error').mockReturnValue(undefined);
    const clock = new VirtualClock();
    const hub = new MemoryHub({ clock });
    const [bus, stranger] = [hub.connect(), hub.connect()];
    for (const { scope, listen } of RESOURCES) {
      listen(
        scope,
        (event) => {
          const { type, timestamp, userId = '' } = event;
          expect([typeof type, timestamp > 0, typeof userId]).toEqual(['string', true, 'string']);
          expect(JSON.stringify(event)).not.toMatch(/"(__proto__|constructor|prototype)":/);
        },
        { bus },
      );
    }
    const subject = fc.constantFrom(...RESOURCES.flatMap(({ subjects }) => subjects.flat()));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(subject, hostile), { minLength: 10, maxLength: 20 }), async (all) => {
        for (const [to, data] of all) stranger.publish(to, data);
        await clock.advance(1);
        const [first] = reported.mock.calls.splice(0);
        expect(first).toBe(undefined);
      }),
      { numRuns: Math.ceil(RUNS / 15) },
    );
    reported.mockRestore();
  });

  /** 64 KiB or less of what takes longest to read. */
  const many = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
  const terms = { activity: 'active', kind: 'slate', leaseMs: 0, ageMs: 0 } as const;
  const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  const stateOf = (json: string) => encodeStates([{ client: 1, clock: 1, state: {}, terms, json }]);
  const text = (value: string) => new TextEncoder().encode(value);
  it.each([
    ['states without a user', encodeStates(many(1_000, (client) => ({ client, clock: 1, state: {}, terms })))],
    ['a state of one long name', stateOf(JSON.stringify({ user: { id: 'a', name: '\u200d'.repeat(5_000) } }))],
    [
      'a state with a hostile colour',
      stateOf(JSON.stringify({ user: { id: 'a', color: `rgb(${'1 '.repeat(8_000)}` } })),
    ],
    ['a state of many keys', stateOf(JSON.stringify(Object.fromEntries(many(1_500, (i) => [`k${i}`, {}]))))],
    ['a state nested deep', stateOf(`{"a":${nested(8_000)}}`)],
    ['a file of percent signs', stateOf(JSON.stringify({ file: '%'.repeat(16_000) }))],
    ['JSON nested deep', text(nested(32_000))],
    ['JSON that does not end', text(`[${'{"a":'.repeat(13_000)}`)],
    [
      'many events',
      text(JSON.stringify(many(256, (i) => ({ type: 'cursor', userId: `u${i}`, timestamp: 1, data: {} })))),
    ],
    ['events of no kind', text(`[${'{},'.repeat(21_000)}{}]`)],
    ['an endless number', Uint8Array.from(many(65_536, () => 0x80))],
    ['zeros', new Uint8Array(65_536)],
    ['ones', Uint8Array.from(many(65_536, () => 1))],
  ])('D1: of 64 KiB are read in a few times what JSON.parse takes for as much: %s', (_, data) => {
    const json = JSON.stringify(many(1_000, (i) => ({ id: i, name: `name ${i}`, at: [i / 7, null, true] })));
    expect(json.length).toBeLessThan(65_536);
    expect(data.length).toBeLessThanOrEqual(65_536);
    const unit = () => JSON.stringify(JSON.parse(json));
    for (const [what, sound] of DECODERS) {
      if (what === 'an answer of JetStream') continue; // JSON.parse itself
      const read = READERS[what] ?? sound;
      const cost = ratio(() => survives(() => read(data) as boolean), unit);
      expect(cost, `read as ${what}`).toBeLessThan(10);
    }
  });

  it('D1: are close enough to valid messages that some of them decode', () => {
    let taken = 0;
    const sample = fc.sample(mutated, { numRuns: 1_000, seed: 7 });
    for (const data of sample) {
      for (const read of Object.values(READERS)) {
        try {
          read(data);
          taken++;
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }
    }
    expect(taken).toBeGreaterThan(60);
    expect(taken).toBeLessThan(2_000);
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
      { numRuns: RUNS },
    );
  });
});
