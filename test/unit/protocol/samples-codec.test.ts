/** M2: pointer samples as bytes, how exact they are and how many bytes they take. */
import { describe, expect, it } from 'vitest';
import { SentAnchors } from '../../../src/protocol/anchor-numbers.js';
import { type CursorBatch, decodeBatch, encodeBatch } from '../../../src/protocol/cursor-codec.js';
import { fittingAnchor, MAX_SAMPLES } from '../../../src/protocol/samples-codec.js';

const STEP = 1 / 65535;
const EMPTY: CursorBatch = { client: 5, clock: 1, presence: 1, sentAt: 0, samples: [], left: false };

describe('the samples of a batch', () => {
  it('M2: do not accumulate rounding errors: the oldest one is as exact as the second newest', () => {
    const samples = Array.from({ length: MAX_SAMPLES }, (_, i) => ({
      ago: (MAX_SAMPLES - 1 - i) * 4.1666,
      x: (i % 97) / 96.3,
      y: 0.123456789,
      anchor: '',
    }));
    const decoded = decodeBatch(encodeBatch({ ...EMPTY, sentAt: 1_000_000.4, samples })).samples;
    for (const [i, { ago, x, y }] of decoded.entries()) {
      const sent = samples[i] as (typeof samples)[number];
      expect(Math.abs(ago - sent.ago)).toBeLessThanOrEqual(0.5);
      expect(Math.abs(x - Math.min(1, sent.x))).toBeLessThanOrEqual(5.5001 * STEP);
      expect(Math.abs(y - sent.y)).toBeLessThanOrEqual(2.5001 * STEP);
    }
  });

  it('M2: take less than 6 bytes each at 60 Hz for a hand that draws circles, the rest of the batch included', () => {
    const anchors = new SentAnchors();
    const batch = (from: number) => {
      const at = (i: number) => (2 * Math.PI * (from + i)) / 60; // one turn a second
      const samples = Array.from({ length: 6 }, (_, i) => ({
        ago: Math.round((5 - i) * (1000 / 60)),
        x: 0.5 + 0.15 * Math.cos(at(i)),
        y: 0.5 + 0.25 * Math.sin(at(i)),
        anchor: '#board',
      }));
      return encodeBatch(
        { ...EMPTY, client: 2 ** 32 - 1, clock: 300, presence: 300, sentAt: from * 16, samples },
        anchors,
      );
    };
    const sizes = Array.from({ length: 20 }, (_, i) => batch(6 * i).length);
    expect(sizes.reduce((sum, size) => sum + size) / (20 * 6)).toBeLessThan(6);
  });

  it('M2: outside the anchor are moved to its edge', () => {
    const samples = [{ ago: 0, x: -3, y: 1.5, anchor: '' }];
    expect(decodeBatch(encodeBatch({ ...EMPTY, samples })).samples).toEqual([{ ago: 0, x: 0, y: 1, anchor: '' }]);
  });
});

describe('an anchor', () => {
  it('M2: that is too long for the wire becomes the whole surface', () => {
    expect(fittingAnchor('é'.repeat(128))).toBe('é'.repeat(128));
    expect(fittingAnchor('é'.repeat(129))).toBe('');
    expect(fittingAnchor('x'.repeat(256))).toBe('x'.repeat(256));
    expect(fittingAnchor('x'.repeat(257))).toBe('');
  });
});
