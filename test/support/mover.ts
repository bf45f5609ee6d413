/**
 * A remote pointer and its way to this session, for the tests of playout: samples at 60 Hz on the sender's clock, their
 * batches, a network that delays each batch, and a receiver that draws at 60 Hz. The path is straight, and x grows with
 * the sender's clock, so that every x that is played tells which moment it shows.
 */
import { Playout } from '../../src/cursors/playout.js';
import type { Sample } from '../../src/protocol/samples-codec.js';
import { VirtualClock } from './virtual-clock.js';

export const FRAME = 1000 / 60;
/** The whole path in milliseconds: x is t / LENGTH. */
export const LENGTH = 20_000;

export interface Batch {
  readonly sentAt: number;
  readonly arrivesAt: number;
  readonly samples: readonly Sample[];
}

/** What was drawn in a frame. `t`: the moment of the path that it shows; `undefined` when there was no pointer. */
export interface Frame {
  readonly now: number;
  readonly t: number | undefined;
  readonly restingMs: number;
}

/**
 * The batches of a pointer that moves from `from` to `to` (ms on the path). Batch `i` covers `cut(i)` ms, and arrives
 * `transit(i)` ms late.
 */
export function batches(
  from: number,
  to: number,
  cut: (i: number) => number,
  transit: (i: number) => number,
  offset = 0,
): Batch[] {
  const made: Batch[] = [];
  let waiting: number[] = [];
  let next = from + cut(0);
  const send = (sentAt: number) => {
    const samples = waiting.map((t) => ({ ago: sentAt - t, x: t / LENGTH, y: 0.5, anchor: '' }));
    const arrivesAt = Math.max(sentAt + transit(made.length), made.at(-1)?.arrivesAt ?? 0); // in order, as TCP has it
    if (samples.length > 0) made.push({ sentAt: sentAt + offset, arrivesAt, samples });
    waiting = [];
  };
  for (let t = from; t <= to; t += FRAME) {
    while (t > next) {
      send(next);
      next += cut(made.length);
    }
    waiting.push(t);
  }
  send(next);
  return made;
}

/** Delivers `arrivals` when they come and draws every frame until `end`. */
export async function play(arrivals: readonly Batch[], end: number): Promise<Frame[]> {
  const clock = new VirtualClock();
  const zero = clock.now();
  const playout = new Playout(clock);
  for (const { sentAt, arrivesAt, samples } of arrivals) {
    clock.after(arrivesAt, () => playout.push(1, sentAt, samples, false));
  }
  const frames: Frame[] = [];
  for (let now = 0; now <= end; now += FRAME) {
    await clock.advance(zero + now - clock.now());
    const [played] = playout.sample(clock.now());
    frames.push({ now, t: played && played.x * LENGTH, restingMs: played?.restingMs ?? 0 });
  }
  return frames;
}

/** The speed of each frame between two times that shows a pointer; 1 is the speed of the sender. */
export function speeds(frames: readonly Frame[], from: number, to: number): number[] {
  return frames.flatMap(({ now, t }, i) => {
    const before = frames[i - 1];
    return t === undefined || before?.t === undefined || now < from || now > to ? [] : [(t - before.t) / FRAME];
  });
}
