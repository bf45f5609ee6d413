/** The text of a state, for the wire and for comparison. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeState } from '../../../src/presence/state-text.js';
import type { State } from '../../../src/protocol/state.js';

const FAST = ['cursor', 'selection'];

describe('writeState', () => {
  it('P1: gives exactly the JSON of the state', () => {
    const name = fc.oneof(fc.constantFrom('cursor', 'selection', 'user', '7', '"'), fc.string());
    fc.assert(
      fc.property(fc.dictionary(name, fc.oneof(fc.jsonValue(), fc.constant(undefined))), (state) => {
        expect(writeState(state, FAST).full).toBe(JSON.stringify(state));
      }),
    );
    const odd = { fn: () => 1, date: new Date(5), none: undefined, nan: Number.NaN, list: [undefined] };
    expect(writeState(odd, FAST).full).toBe(JSON.stringify(odd));
  });

  it('M1: separates the fast fields from the slow ones', () => {
    const state = { note: 1, cursor: { line: 1 } };
    const before = writeState(state, FAST);
    expect(writeState({ ...state, cursor: { line: 2 } }, FAST)).toMatchObject({ slow: before.slow });
    expect(writeState({ ...state, note: 2 }, FAST)).toMatchObject({ fast: before.fast });
    expect(writeState({ ...state, note: 2 }, FAST).slow).not.toBe(before.slow);
    expect(writeState({ ...state, cursor: null }, FAST).fast).not.toBe(before.fast);
  });

  it('M3: differs after a change in place', () => {
    const state: State = { note: { text: 'a' } };
    const before = writeState(state, FAST);
    (state.note as State).text = 'b';
    expect(writeState(state, FAST).slow).not.toBe(before.slow);
  });
});
