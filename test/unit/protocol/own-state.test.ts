/** D6: the door out. Whatever a page puts into its own state, what leaves passes the door in, and comes out equal. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBatch, encodeBatch } from '../../../src/protocol/cursor-codec.js';
import { type OwnIdentity, writeOwnState } from '../../../src/protocol/own-state.js';
import { decodePresence, encodeStates } from '../../../src/protocol/presence-codec.js';
import { cleanState, type State } from '../../../src/protocol/state.js';
import * as any from '../../support/arbitraries.js';

const USER = { id: 'ada', name: 'Ada', color: '#188039', colorLight: '#18803933' };
const OWN: OwnIdentity = { user: USER, file: 'a.ts', location: 'line 7' };
const TERMS = { activity: 'active', kind: 'slate', leaseMs: 11_000, ageMs: 0 } as const;
const IDENTITY = { user: USER, file: 'a.ts', location: 'line 7' };

const write = (state: State) => writeOwnState(state, OWN);
const faults = (state: State) => [...write(state).faults.keys()];

/** What a receiver gets. */
function received({ state, json }: { state: State; json: string }): State | null {
  const message = decodePresence(encodeStates([{ client: 5, clock: 1, state, terms: TERMS, json }]));
  if (message.type !== 'states') throw new Error('not a state message');
  return message.entries[0]?.state ?? null;
}

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = { value };
  return value;
}

const cycle: State = {};
cycle.self = cycle;
const throws = {
  get value(): never {
    throw new Error('a plugin');
  },
};

describe('what leaves', () => {
  it('D6: is the state, where it is harmless', () => {
    fc.assert(
      fc.property(any.state, (state) => {
        const { file: _, location: __, user: ___, ...rest } = state;
        const written = write(rest);
        expect(written.faults.size).toBe(0);
        expect(written.state).toEqual({ ...IDENTITY, ...rest });
        expect(JSON.parse(written.json)).toEqual(written.state);
      }),
    );
  });

  it.each<[string, unknown]>([
    ['NaN', Number.NaN],
    ['Infinity', { a: [Number.NEGATIVE_INFINITY] }],
    ['a bigint', { a: 10n }],
    ['a function', { a: () => 1 }],
    ['a symbol', Symbol('a')],
    ['a cycle', cycle],
    [
      'a toJSON that throws',
      {
        toJSON: throws.toString,
        get value() {
          return throws.value;
        },
      },
    ],
    ['a property that throws', { deep: throws }],
    ['ten levels', nested(10)],
    ['levels without end', nested(20_000)],
    ['a forbidden key', JSON.parse('{"a":{"__proto__":1}}')],
    ['too much text', 'x'.repeat(20_000)],
    ['too many characters of three bytes', '中'.repeat(6_000)],
    ['too many items', new Array(1e9)],
    ['too many bytes', new Uint8Array(30_000)],
  ])('D6: leaves out a field with %s, names it, and sends the rest', (what, value) => {
    const state = { draft: what === 'a toJSON that throws' ? { toJSON: () => throws.value } : value, page: 7 };
    const written = write(state);
    expect([...written.faults.keys()]).toEqual(['draft']);
    expect(written.state).toEqual({ ...IDENTITY, page: 7 });
    expect(written.faults.get('draft')?.message).toContain('"draft"');
    expect(state.draft).toBe(state.draft); // untouched
  });

  it.each<[string, unknown, unknown]>([
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['an object that writes itself', { toJSON: () => 'short' }, 'short'],
    ['eight levels', nested(7), nested(7)],
    ['half a surrogate pair', 'a\ud800', 'a\ud800'],
    ['-0', -0, 0],
    ['null', null, null],
  ])('D6: %s goes as JSON writes it', (_, value, expected) => {
    const written = write({ note: value });
    expect(written.faults.size).toBe(0);
    expect(received(written)?.note).toEqual(expected);
  });

  it('D6: without a value, a field is not there, and that is no fault', () => {
    expect(write({ note: undefined })).toMatchObject({ state: IDENTITY, faults: new Map() });
  });

  it('D6: leaves out a selection that others would make null (D4), and names that no field can have', () => {
    expect(faults({ cursor: {}, selection: { anchor: {}, head: {} } })).toEqual(['cursor', 'selection']);
    expect(faults(JSON.parse('{"__proto__":1,"constructor":2,"\\ud800":3,"a":4}')).sort()).toEqual(
      ['__proto__', 'constructor', '\ud800'].sort(),
    );
  });

  it('D6: who and where the session is cannot be lost', () => {
    for (const state of [
      {},
      { user: null, file: 7, location: throws },
      { user: 'x'.repeat(20_000) },
      { user: Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, i])) },
      { user: { id: 'eve', name: '\u200d', color: 'var(--x)' } },
      { note: 'x'.repeat(16_300), user: { bio: 'y'.repeat(16_000) } },
      Object.create({}, { user: { enumerable: true, get: () => throws.value } }) as State,
    ]) {
      expect(received(write(state))).toMatchObject(IDENTITY);
    }
    const large = { ...USER, avatar: `data:image/png;base64,${'A'.repeat(12 * 1024 - 30)}` };
    const own = { user: large, file: '\u0001'.repeat(85), location: '𝕏'.repeat(256) };
    const written = writeOwnState({ user: { ...large, bio: 'y'.repeat(5_000) }, note: 'x'.repeat(5_000) }, own);
    expect(received(written)).toEqual({ user: large, file: own.file, location: own.location });
    expect([...written.faults.keys()]).toEqual(['user.bio', 'note']);
  });

  it('D6: a field of the user that cannot be sent costs itself alone', () => {
    const written = write({ user: { ...USER, name: 'Ada L.', age: Number.NaN, team: 7, deep: nested(9) } });
    expect(written.state.user).toEqual({ ...USER, name: 'Ada L.', team: 7 });
    expect([...written.faults.keys()]).toEqual(['user.age', 'user.deep']);
  });

  const odd = fc.oneof(
    fc.constantFrom<unknown>(Number.NaN, 1n, () => 1, cycle, throws, new Date(Number.NaN), undefined, nested(9)),
    fc.anything({ withBigInt: true, withDate: true, withSparseArray: true, withTypedArray: true, maxDepth: 9 }),
    any.json(8),
    fc.string({ unit: 'binary' }),
    fc.nat(20_000).map((length) => 'é'.repeat(length)),
  );
  const name = fc.oneof(
    fc.constantFrom('user', 'file', 'location', 'cursor', 'selection', '__proto__', 'note', '7'),
    fc.string({ unit: 'binary' }),
  );

  it('D6: passes the door in, and comes out the same', () => {
    fc.assert(
      fc.property(fc.dictionary(name, odd), (state) => {
        const written = write(state);
        expect(received(written)).toEqual(written.state);
        expect(cleanState(JSON.parse(written.json), 5)).toEqual(JSON.parse(written.json));
      }),
      { numRuns: 2_000 },
    );
  });

  it('D6: passes the door in as fast fields too', () => {
    const fast = fc.uniqueArray(fc.constantFrom('cursor', 'selection', 'a', 'b', '7', 'ä'), { minLength: 1 });
    fc.assert(
      fc.property(fast, fc.array(odd, { minLength: 6, maxLength: 6 }), (names, values) => {
        const { state } = write(Object.fromEntries(names.map((each, i) => [each, values[i]])));
        const fields = Object.fromEntries(names.map((each) => [each, state[each] ?? null]));
        const batch = { client: 5, clock: 2, presence: 1, sentAt: 0, samples: [], left: false, fields };
        expect(decodeBatch(encodeBatch(batch)).fields).toEqual(fields);
      }),
      { numRuns: 1_000 },
    );
  });
});
