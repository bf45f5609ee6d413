/**
 * M2: the pointer samples of a cursor batch as bytes: runs of one anchor each, newest first. The newest sample of a run
 * is written in full; each one before it is written as the difference from where constant velocity would have put it.
 * Steady motion gives differences near 0, which take one byte each.
 */
import * as encoding from 'lib0/encoding';
import { ProtocolError } from '../errors.js';
import { type AnchorNumber, type ReceivedAnchors, SURFACE } from './anchor-numbers.js';
import type { Reader } from './reader.js';
import { fits } from './utf8.js';

/** More than a second of motion at 240 Hz. A sender leaves out samples beyond it. */
export const MAX_SAMPLES = 256;
export const MAX_ANCHOR_BYTES = 256;
/** A coordinate on the wire: 0 is the left or upper edge of the anchor's box, 65535 the right or lower one. */
const SCALE = 65535;
/**
 * The samples before the newest one lie on a grid this coarse, in 1/65535 of the box, which makes differences small.
 */
const GRID = 4;

/** One position of a pointer, and when it was there. */
export interface Sample {
  /** Milliseconds from the sample to the sending of its batch, 0 or more; whole numbers on the wire. */
  readonly ago: number;
  /** From 0 to 1 of the width of the anchor's box. */
  readonly x: number;
  /** From 0 to 1 of the height of the anchor's box. */
  readonly y: number;
  /** The address of the anchor; '' is the whole surface. */
  readonly anchor: string;
}

/** The address of an anchor together with the number that a sender has given it. */
export interface NumberedAnchor {
  readonly number: number;
  readonly anchor: string;
}

/** `anchor`, or '' (the whole surface) where its address has more than 256 UTF-8 bytes. */
export function fittingAnchor(anchor: string): string {
  return fits(anchor, MAX_ANCHOR_BYTES) ? anchor : '';
}

const quantise = (part: number) => Math.round(Math.min(1, Math.max(0, part)) * SCALE);

/** The number of grid steps that lead from `from` nearest to `to` without leaving the box. */
function stepsTo(to: number, from: number): number {
  const steps = Math.round((to - from) / GRID);
  const reached = from + steps * GRID;
  return reached < 0 ? steps + 1 : reached > SCALE ? steps - 1 : steps;
}

/** Writes `samples`, which come oldest first. `numberOf` says how to name an anchor. */
export function writeSamples(
  encoder: encoding.Encoder,
  samples: readonly Sample[],
  numberOf: (anchor: string) => AnchorNumber,
): void {
  let ago = 0;
  for (let end = samples.length; end > 0; ) {
    const { anchor, x, y } = samples[end - 1] as Sample;
    let start = end - 1;
    while (samples[start - 1]?.anchor === anchor) start--;
    const { number, spelledOut } = numberOf(anchor);
    encoding.writeVarUint(encoder, 2 * (end - start) + (spelledOut ? 1 : 0));
    encoding.writeVarUint(encoder, number);
    if (spelledOut) encoding.writeVarString(encoder, anchor);
    const newestX = quantise(x);
    const newestY = quantise(y);
    // In grid steps from the newest sample: the sample written last, and its distance from the one before that.
    let lastX = 0;
    let lastY = 0;
    let velocityX = 0;
    let velocityY = 0;
    for (let i = end - 1; i >= start; i--) {
      const sample = samples[i] as Sample;
      const earlier = Math.max(0, Math.round(sample.ago) - ago);
      ago += earlier;
      encoding.writeVarUint(encoder, earlier);
      if (i === end - 1) {
        encoding.writeUint16(encoder, newestX);
        encoding.writeUint16(encoder, newestY);
        continue;
      }
      const stepsX = stepsTo(quantise(sample.x), newestX);
      const stepsY = stepsTo(quantise(sample.y), newestY);
      encoding.writeVarInt(encoder, stepsX - lastX - velocityX);
      encoding.writeVarInt(encoder, stepsY - lastY - velocityY);
      velocityX = stepsX - lastX;
      velocityY = stepsY - lastY;
      lastX = stepsX;
      lastY = stepsY;
    }
    end = start;
  }
}

/**
 * Reads runs until the message ends; the samples come oldest first. Anchors that are spelled out are added to
 * `spelledOut` for the caller to learn once the whole message has proved good. Samples of an unknown anchor are read
 * and left out.
 */
export function readSamples(
  reader: Reader,
  client: number,
  anchors: ReceivedAnchors,
  spelledOut: NumberedAnchor[],
): Sample[] {
  const samples: Sample[] = [];
  let ago = 0;
  let count = 0;
  while (!reader.ended) {
    const head = reader.uint('length of a run', 2 * (MAX_SAMPLES - count) + 1);
    const length = Math.floor(head / 2);
    if (length === 0) throw new ProtocolError('bytes', 'a run of samples is empty');
    count += length;
    const number = reader.uint('number of an anchor');
    let anchor: string | undefined;
    if (head % 2 > 0) {
      if (number === SURFACE) throw new ProtocolError('bytes', 'the whole surface has no address');
      anchor = reader.text('anchor', MAX_ANCHOR_BYTES);
      spelledOut.push({ number, anchor });
    } else {
      const here = spelledOut.length > 0 ? spelledOut.findLast((one) => one.number === number) : undefined;
      anchor = here ? here.anchor : anchors.anchor(client, number);
    }
    let x = 0;
    let y = 0;
    let velocityX = 0;
    let velocityY = 0;
    for (let i = 0; i < length; i++) {
      ago += reader.uint('time of a sample', Number.MAX_SAFE_INTEGER - ago);
      if (i === 0) {
        x = reader.uint16('x of a sample');
        y = reader.uint16('y of a sample');
      } else {
        velocityX += reader.int('x of a sample');
        velocityY += reader.int('y of a sample');
        x += velocityX * GRID;
        y += velocityY * GRID;
        if (!(x >= 0 && x <= SCALE && y >= 0 && y <= SCALE))
          throw new ProtocolError('bytes', 'a sample is outside its anchor');
      }
      if (anchor !== undefined) samples.push({ ago, x: x / SCALE, y: y / SCALE, anchor });
    }
  }
  return samples.reverse();
}
