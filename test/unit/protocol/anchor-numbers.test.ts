/** M7: anchors by number. Sender and receiver agree on the numbers, whatever is lost. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReceivedAnchors, SentAnchors } from '../../../src/protocol/anchor-numbers.js';
import { type CursorBatch, decodeBatch, encodeBatch } from '../../../src/protocol/cursor-codec.js';
import { bytes } from '../../support/bytes.js';
import { expectRefused } from '../../support/refused.js';

const EMPTY: CursorBatch = { client: 5, clock: 1, presence: 1, sentAt: 0, samples: [], left: false };

describe('anchor numbers', () => {
  const at = (sentAt: number, ...anchors: string[]): CursorBatch => ({
    ...EMPTY,
    sentAt,
    samples: anchors.map((anchor, i) => ({ ago: anchors.length - i, x: 0.5, y: 0.5, anchor })),
  });
  const spells = (message: Uint8Array, anchor: string) => Buffer.from(message).includes(anchor);
  const anchorsIn = (message: Uint8Array, received: ReceivedAnchors) =>
    decodeBatch(message, received).samples.map((s) => s.anchor);

  it('M7: are spelled out at first use, at least every 2 s, and when somebody has joined', () => {
    const [sent, received] = [new SentAnchors(), new ReceivedAnchors()];
    const spelled: number[] = [];
    for (let time = 0; time < 6_000; time += 100) {
      const message = encodeBatch(at(time, '#board'), sent);
      if (spells(message, '#board')) spelled.push(time);
      expect(anchorsIn(message, received)).toEqual(['#board']);
    }
    expect(spelled).toEqual([0, 2_000, 4_000]);
    sent.spellOutAll();
    expect(spells(encodeBatch(at(6_000, '#board'), sent), '#board')).toBe(true);
    expect(spells(encodeBatch(at(6_100, '#board'), sent), '#board')).toBe(false);
  });

  it('M7: samples in an unknown anchor are left out, and the others are decoded', () => {
    const sent = new SentAnchors();
    encodeBatch(at(0, '#a'), sent);
    expect(anchorsIn(encodeBatch(at(100, '#a', '#b', '', '#a'), sent), new ReceivedAnchors())).toEqual(['#b', '']);
  });

  it('M7: both sides forget the same anchors: of many anchors none is left out or confused', () => {
    const anchor = fc.nat(40).map((n) => `#${n}`);
    fc.assert(
      fc.property(fc.array(fc.array(anchor, { maxLength: 30 }), { maxLength: 30 }), (batches) => {
        const [sent, received] = [new SentAnchors(), new ReceivedAnchors()];
        for (const [i, anchors] of batches.entries()) {
          expect(anchorsIn(encodeBatch(at(i * 100, ...anchors), sent), received)).toEqual(anchors);
        }
      }),
    );
  });

  it('M7: a receiver that missed batches leaves samples out, and never confuses two anchors', () => {
    const anchor = fc.nat(40).map((n) => `#${n}`);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.array(anchor, { maxLength: 9 })), { maxLength: 60 }),
        (batches) => {
          const [sent, received] = [new SentAnchors(), new ReceivedAnchors()];
          for (const [i, [lost, anchors]] of batches.entries()) {
            const message = encodeBatch(at(i * 100, ...anchors), sent);
            if (lost) continue;
            for (const sample of decodeBatch(message, received).samples) {
              expect(sample.anchor).toBe(anchors[anchors.length - sample.ago]);
            }
          }
        },
      ),
    );
  });

  it('M7: are kept apart for each sender, and nothing is learnt from a refused batch', () => {
    const received = new ReceivedAnchors();
    const message = (client: number, anchor: string) => encodeBatch({ ...at(0, anchor), client });
    const later = (client: number) => bytes(`01 0${client} 01 00 00  02 01 00 00 00 00 00`);
    anchorsIn(message(1, '#a'), received);
    anchorsIn(message(2, '#b'), received);
    expectRefused(() => decodeBatch(Uint8Array.of(...message(1, '#wrong'), 0), received), 'bytes');
    expect([anchorsIn(later(1), received), anchorsIn(later(2), received), anchorsIn(later(3), received)]).toEqual([
      ['#a'],
      ['#b'],
      [],
    ]);
  });
});
