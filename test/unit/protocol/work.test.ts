/** W1: of what a session says that its user is doing, only what can be shown passes the door. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cleanFields, cleanState } from '../../../src/protocol/state.js';
import { cleanWork } from '../../../src/protocol/work.js';

const GOOD = { typing: true, selected: 2 ** 24, line: 1, field: '#email' };

it('W1: what is as it should be passes unchanged, in a state and in a batch', () => {
  expect(cleanWork(GOOD)).toEqual(GOOD);
  expect(cleanState({ work: GOOD }, 1).work).toEqual(GOOD);
  expect(cleanFields({ work: GOOD }).work).toEqual(GOOD);
});

it('W1: a key of another shape, and any other key, is left out; nothing else makes the work null', () => {
  const bad = {
    typing: [false, 1, 'true', null, {}],
    selected: [0, -1, 1.5, 2 ** 24 + 1, '3', null, [3]],
    line: [0, -1, 1.5, 2 ** 24 + 1, '3', null, [3]],
    field: ['', ' ', 'a b', 'é', '\u202e', 'x'.repeat(257), 7, null, ['#a']],
    text: ['secret'],
  };
  for (const [key, values] of Object.entries(bad)) {
    for (const value of values) {
      const { [key]: _, ...rest } = { ...GOOD } as Record<string, unknown>;
      expect(cleanWork({ ...GOOD, [key]: value }), `${key} ${JSON.stringify(value)}`).toEqual(rest);
      expect(cleanState({ work: { [key]: value } }, 1).work).toBeNull();
    }
  }
});

it('W1: null in a batch takes the work back', () => expect(cleanFields({ work: null }).work).toBeNull());

it('W1: property: whatever was received, it passes a second time as it did the first', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const { work } = cleanState({ work: value }, 1);
      expect(cleanState({ work }, 1).work).toEqual(work);
      for (const key of Object.keys(work ?? {})) expect(Object.keys(GOOD)).toContain(key);
    }),
  );
});
