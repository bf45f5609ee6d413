/** Which pointers count as a tap, by how they go. */
import { expect, it } from 'vitest';
import { Tap } from '../../../elements/cursors/tap.js';

type Frame = readonly [at: number, x: number, restingMs: number];

/** Whether the last of these frames shows a tap; the pointer is nowhere before the first. */
function play(...frames: readonly Frame[]): boolean {
  const tap = new Tap();
  let before: { x: number; y: number } | undefined;
  let is = false;
  for (const [now, x, restingMs] of frames) {
    is = tap.note(before, { x, y: 0 }, restingMs, now);
    before = { x, y: 0 };
  }
  return is;
}

const REST: Frame = [1000, 0, 5000];

it('is one that comes from nowhere and stays for 120 ms', () => {
  expect(play([1000, 0, 0], [1110, 0, 110])).toBe(false);
  expect(play([1000, 0, 0], [1120, 0, 120])).toBe(true);
});

it('is one that leaps 40 px from where it rested, and stays', () => {
  expect(play(REST, [1016, 40, 0], [1140, 40, 124])).toBe(true);
  expect(play(REST, [1016, 20, 0], [1032, 40, 0], [1160, 40, 125])).toBe(true);
  expect(play(REST, [1016, 39, 0], [1140, 39, 124])).toBe(false);
});

it('is none that goes there as a mouse does, nor one of which too few frames were seen to tell', () => {
  const way = Array.from({ length: 8 }, (_, i): Frame => [1016 + 16 * i, 20 * i, 0]);
  expect(play(REST, ...way, [1260, 140, 130])).toBe(false);
  expect(play(REST, [1200, 200, 0], [1330, 200, 130])).toBe(false);
});

it('is none that was there long before it was first seen', () => {
  expect(play([1000, 0, 5000], [1016, 0, 5016])).toBe(false);
});

it('is over when it moves on', () => {
  expect(play([1000, 0, 0], [1120, 0, 120], [1136, 5, 0])).toBe(false);
});
