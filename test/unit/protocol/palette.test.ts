/** P15: the list of colours by which people are told apart, and the looks that an id prefers. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measure, NEEDED } from '../../../scripts/palette.js';
import { colorOf, looksOf, MARKS, PALETTE, sharedLook } from '../../../src/protocol/palette.js';

describe('the colours of people', () => {
  const figures = measure(PALETTE);

  it('P15: are visible on white pages and on near-black ones, and text is readable on them', () => {
    expect(figures.onWhite).toBeGreaterThanOrEqual(NEEDED.contrast);
    expect(figures.onDark).toBeGreaterThanOrEqual(NEEDED.contrast);
    expect(figures.ink).toBeGreaterThanOrEqual(NEEDED.ink);
  });

  it('P15: are told apart, also by who does not see green or red', () => {
    expect(PALETTE).toHaveLength(12);
    expect(figures.distance).toBeGreaterThanOrEqual(NEEDED.distance);
    expect(figures.deuteranopia).toBeGreaterThanOrEqual(NEEDED.blind);
    expect(figures.protanopia).toBeGreaterThanOrEqual(NEEDED.blind);
  });

  it('P15: do not glare', () => {
    expect(figures.chroma).toBeLessThanOrEqual(NEEDED.chroma);
  });

  it('P15: are measured by known figures', () => {
    expect(measure(['#ffffff', '#000000']).distance).toBeCloseTo(1, 5);
    // For those who see no green, these differ hardly.
    const { distance, deuteranopia } = measure(['#c02000', '#6a6a00']);
    expect(deuteranopia).toBeLessThan(distance / 2);
    expect(measure(['#767676', '#777777']).onWhite).toBeCloseTo(4.48, 2);
  });
});

describe('the looks of an id', () => {
  it('P15: are always in the same order', () => {
    expect(['ada', 'grace', '', '大橋'].map(colorOf)).toEqual(['#14a400', '#803cd0', '#c80c00', '#fc600c']);
  });

  it('P15: are all there are, each once, those without a mark first', () => {
    fc.assert(
      fc.property(fc.string(), (id) => {
        const looks = [...looksOf(id)];
        expect(looks[0]).toEqual({ color: colorOf(id), mark: 0 });
        expect(new Set(looks.map(({ color, mark }) => `${color} ${mark}`)).size).toBe(PALETTE.length * MARKS);
        expect(looks.map(({ mark }) => mark)).toEqual(looks.map((_, i) => Math.floor(i / PALETTE.length)));
        expect(looks).toContainEqual(sharedLook(id));
      }),
    );
  });

  it('P15: are preferred about equally often', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 2_400; i++) {
      const color = colorOf(i % 2 ? `user-${i}` : `${(i * 7919).toString(36)}@example.org`);
      counts.set(color, (counts.get(color) ?? 0) + 1);
    }
    expect(counts.size).toBe(12);
    expect(Math.min(...counts.values())).toBeGreaterThan(140);
  });
});
