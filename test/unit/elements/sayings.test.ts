import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emojiOf, isEmoji, LONGEST_SAYING, sayingOf } from '../../../elements/viewer/sayings.js';
import { positionOf } from '../../../elements/viewer/signals.js';

const anything = fc.oneof(
  fc.anything(),
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.record({ x: fc.anything(), y: fc.anything(), anchor: fc.anything() }),
);

describe('what others say', () => {
  it('F4: is short text without controls, whatever comes', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const text = sayingOf(value);
        expect([...text].length).toBeLessThanOrEqual(LONGEST_SAYING);
        expect(text).not.toMatch(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
        expect(text).not.toMatch(/^\s/);
      }),
    );
    expect(sayingOf(`${'😂'.repeat(100)}`)).toBe('😂'.repeat(LONGEST_SAYING));
    expect(sayingOf('a\u202eb\nc')).toBe('a b c');
  });

  it.each(['\u200d\u200d', '\u2800', '\u3164', '\u0301', '\u{e0041}', ' \u00a0'])(
    'F4: %j, which shows nothing, is none',
    (text) => {
      expect(sayingOf(text)).toBe('');
      expect(sayingOf(`${text}!`)).toContain('!');
    },
  );

  it('F5: an emoji is one, and short, whatever comes', () => {
    fc.assert(
      fc.property(anything, (value) => {
        if (isEmoji(value)) expect(value).toMatch(/^[^\p{L}\p{N}\p{Z}\p{Cc}\u202a-\u202e]{1,16}$/u);
      }),
    );
    for (const one of ['👍', '❤️', '👩🏽‍🚀', '🇳🇴']) expect(isEmoji(one), one).toBe(true);
    for (const none of ['', 'a', '1', '<b>', '!', '👍 ', '👍'.repeat(9), null, 7, {}, '\u202e👍', '👍\n'])
      expect(isEmoji(none), JSON.stringify(none)).toBe(false);
  });

  it('F5: offers the usual ones, those named, or none', () => {
    expect(emojiOf('').length).toBe(5);
    expect(emojiOf('🍎 <img> 🍐')).toEqual(['🍎', '🍐']);
    expect(emojiOf('nothing of use').length).toBe(5);
    expect(emojiOf(null)).toEqual([]);
  });

  it('F6: a view is fractions and an address, whatever comes', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const spot = positionOf(value);
        if (!spot) return;
        expect(Object.keys(spot).sort()).toEqual(['anchor', 'x', 'y']);
        for (const part of [spot.x, spot.y]) expect(part >= 0 && part <= 1).toBe(true);
        expect(spot.anchor.length).toBeLessThanOrEqual(256);
      }),
    );
    expect(positionOf({ x: 0, y: 1, anchor: '#a' })).toEqual({ x: 0, y: 1, anchor: '#a' });
    expect(positionOf({ x: Number.NaN, y: 1, anchor: '#a' })).toBe(undefined);
    expect(positionOf({ x: 0, y: 1, anchor: 'a'.repeat(257) })).toBe(undefined);
  });
});
