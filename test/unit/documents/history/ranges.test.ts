/** Sets of numbers per client: they behave as sets, in whatever order they grow. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ranges } from '../../../../src/documents/history/ranges.js';

describe('ranges', () => {
  it('are a set', () => {
    const range = fc.tuple(fc.nat(2), fc.nat(60), fc.nat(10));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 60 }), (added) => {
        const ranges = new Ranges();
        const model = new Set<string>();
        const has = (client: number, value: number) => model.has(`${client} ${value}`);
        for (const [client, start, length] of added) {
          ranges.add(client, start, length);
          for (let i = 0; i < length; i++) model.add(`${client} ${start + i}`);
        }
        for (const client of [0, 1, 2]) {
          let prefix = 0;
          while (has(client, prefix)) prefix++;
          expect(ranges.prefix(client)).toBe(prefix);
          for (let start = 0; start < 75; start++) {
            expect(ranges.covers(client, start, 1)).toBe(has(client, start));
            expect(ranges.covers(client, start, 3)).toBe([0, 1, 2].every((i) => has(client, start + i)));
          }
        }
        const holes = [0, 1, 2].some((client) => {
          const values = [...model].filter((key) => key.startsWith(`${client} `));
          return values.length > ranges.prefix(client);
        });
        expect(ranges.hasHoles).toBe(holes);
      }),
      { numRuns: 300 },
    );
  });

  it('of a client without any cover nothing but nothing', () => {
    const ranges = new Ranges();
    expect(ranges.covers(1, 5, 0)).toBe(true);
    expect(ranges.covers(1, 5, 1)).toBe(false);
    expect(ranges.prefix(1)).toBe(0);
  });
});
