/** Numbers are recognised: all numbers of a source that skips none, and at least the last ones of any other source. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sequences as make } from '../../../../src/events/fast/sequences.js';

describe('sequences', () => {
  it('recognise every number in any order, as a set does', () => {
    const step = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 40 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const sequences = make(1000);
        const had = new Set<string>();
        for (const [source, number] of steps) {
          const key = `${source} ${number}`;
          expect(sequences.add(source, number)).toBe(!had.has(key));
          had.add(key);
        }
      }),
    );
  });

  it('recognise at least the last numbers of sources with gaps, and no new number', () => {
    const size = 8;
    const step = fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 60 }));
    fc.assert(
      fc.property(fc.array(step, { minLength: 50, maxLength: 300 }), (steps) => {
        const sequences = make(size);
        const had = new Set<string>();
        const recent: string[] = []; // the last `size` different ones
        for (const [source, number] of steps) {
          const key = `${source} ${number}`;
          const isNew = sequences.add(source, number);
          if (recent.includes(key)) expect(isNew).toBe(false);
          if (!had.has(key)) expect(isNew).toBe(true);
          if (!isNew) continue;
          had.add(key);
          recent.push(key);
          if (recent.length > size) recent.shift();
        }
      }),
    );
  });

  it('recognise all numbers of a source that skips none', () => {
    const sequences = make(4);
    for (let number = 0; number < 10_000; number++) expect(sequences.add('a', number)).toBe(true);
    for (let number = 0; number < 10_000; number += 7) expect(sequences.add('a', number)).toBe(false);
  });

  it('forget old numbers', () => {
    const sequences = make(4);
    sequences.add('a', 0);
    for (let number = 2; number < 20; number += 2) sequences.add('a', number);
    expect(sequences.add('a', 0)).toBe(true);
  });
});
