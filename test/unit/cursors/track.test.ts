/** M8: one pointer under late batches, freezes, sleep, changing intervals and unusual senders; and its path. */
import { describe, expect, it, vi } from 'vitest';
import { Path } from '../../../src/cursors/path.js';
import { Track } from '../../../src/cursors/track.js';
import { seeded } from '../../support/random.js';

const FRAME = 1000 / 60;
const SAMPLE = 1000 / 60;
const TRANSIT = 40;
/** The length of the path in ms: x tells which time of the sender is shown. */
const LENGTH = 1_000_000;
const MODULO = 65_536;
/** One and a half times the speed of the sender, and the offset that shrinks. */
const FASTEST = 1.55;
/** How far the sender's clock is ahead, in ms; batches carry their time modulo 2^16. */
const OFFSET = 123_456;

/** A batch sent at `at`, with the samples since `from`. */
function batch(track: Track, now: number, at: number, from: number): void {
  const samples = [];
  for (let t = Math.ceil(from / SAMPLE) * SAMPLE; t < at; t += SAMPLE) {
    samples.push({ ago: Math.round(at - t), x: t / LENGTH, y: 0.5, anchor: '' });
  }
  track.push(now, Math.round(OFFSET + at) % MODULO, samples, false);
}

/** A pointer that always moves at one speed. Frames are sampled while `seen`; batches arrive after `transit` ms. */
class Run {
  readonly track = new Track();
  readonly frames: { now: number; t: number | undefined }[] = [];
  now = 0;
  #sent = 0;
  #due: { at: number; from: number; sentAt: number }[] = [];
  #arrived = 0;

  go(
    ms: number,
    { interval = 100, seen = true, transit = TRANSIT }: { interval?: number; seen?: boolean; transit?: number } = {},
  ) {
    const end = this.now + ms;
    for (; this.now < end; this.now += FRAME) {
      while (this.#sent + interval <= this.now) {
        const sentAt = this.#sent + interval;
        this.#arrived = Math.max(this.#arrived, sentAt + transit);
        this.#due.push({ at: this.#arrived, from: this.#sent, sentAt });
        this.#sent = sentAt;
      }
      this.deliver();
      if (seen) this.frame();
    }
    return this;
  }

  deliver(): void {
    while ((this.#due[0]?.at ?? Number.POSITIVE_INFINITY) <= this.now) {
      const { at, from, sentAt } = this.#due.shift() as { at: number; from: number; sentAt: number };
      batch(this.track, at, sentAt, from);
    }
  }

  /** The page is frozen for `ms`; then everything that arrived in the meantime is delivered at once. */
  freeze(ms: number): void {
    const end = this.now + ms;
    while (this.#sent + 100 <= end) {
      this.#due.push({ at: end, from: this.#sent, sentAt: this.#sent + 100 });
      this.#sent += 100;
    }
    this.#arrived = end;
    this.now = end;
    this.deliver();
  }

  frame(): number | undefined {
    const place = this.track.sample(this.now);
    const t = place && place.x * LENGTH;
    this.frames.push({ now: this.now, t });
    return t;
  }

  get lag(): number {
    const { now, t = Number.NaN } = this.frames.at(-1) ?? { now: 0 };
    return now - t;
  }

  speeds(from: number): number[] {
    return this.frames.flatMap(({ now, t }, i) => {
      const before = this.frames[i - 1];
      if (!before || t === undefined || before.t === undefined || before.now < from || now === before.now) return [];
      return [(t - before.t) / (now - before.now)];
    });
  }
}

describe('a track', () => {
  it('M2: plays on smoothly when the time of the batches wraps around', () => {
    const run = new Run().go(5_000);
    const { lag } = run;
    run.go(200_000);
    expect(Math.abs(run.lag - lag)).toBeLessThan(20); // one sample more or less
    for (const speed of run.speeds(5_000)) expect(Math.abs(speed - 1)).toBeLessThan(0.2);
  });

  it('M8: is right in the first frame after ten minutes in a hidden tab, replays nothing, and kept little', () => {
    const paths = new Set<Path>();
    const append = vi.spyOn(Path.prototype, 'append').mockImplementation(function (this: Path, ...args) {
      paths.add(this);
      append.mockRestore();
      return this.append(...args);
    });
    const run = new Run().go(5_000);
    const { lag } = run;
    const [path] = paths;
    let longest = 0;
    for (let i = 0; i < 600; i++) {
      run.go(1_000, { seen: false });
      longest = Math.max(longest, path?.length ?? Number.POSITIVE_INFINITY);
    }
    expect(longest).toBeLessThan(150); // 1.5 s of samples
    run.frame();
    expect(Math.abs(run.lag - lag)).toBeLessThan(20); // one sample more or less
    const back = run.now;
    run.go(3_000);
    for (const speed of run.speeds(back)) expect(Math.abs(speed - 1)).toBeLessThan(0.2);
  });

  it('M8: jumps to where the pointer is now after a freeze of five seconds, and its delay stays the same', () => {
    const run = new Run().go(15_000);
    const { lag } = run;
    run.freeze(5_000);
    run.frame();
    expect(run.lag).toBeLessThan(lag + 110); // one interval of what was sent by then
    const back = run.now;
    run.go(3_000);
    expect(Math.abs(run.lag - lag)).toBeLessThan(20); // one sample more or less
    for (const speed of run.speeds(back + 200)) expect(speed).toBeLessThanOrEqual(FASTEST);
  });

  it('M8: catches up at 1.5 times the speed after a freeze of half a second, without a jump', () => {
    const run = new Run().go(15_000);
    const { lag } = run;
    run.freeze(500);
    const back = run.now;
    run.go(3_000);
    for (const speed of run.speeds(back - 20)) expect(speed).toBeLessThanOrEqual(FASTEST);
    expect(Math.abs(run.lag - lag)).toBeLessThan(20); // one sample more or less
  });

  it('M8: extrapolates by 35 ms at most while a batch is late, and continues from there', () => {
    const run = new Run().go(10_000);
    const { frames } = run;
    run.go(100, { transit: TRANSIT + 150 });
    run.go(3_000);
    const shown = frames.filter(({ now }) => now > 9_900 && now < 10_500);
    for (const [i, { t = 0 }] of shown.entries()) expect(t).toBeGreaterThanOrEqual((shown[i - 1]?.t ?? 0) - 1e-9);
    const slowest = Math.min(...run.speeds(9_900));
    expect(slowest).toBeLessThan(0.3); // it had to wait
    for (const speed of run.speeds(9_900)) expect(speed).toBeLessThanOrEqual(FASTEST);
    for (const speed of run.speeds(12_500)) expect(Math.abs(speed - 1)).toBeLessThan(0.2);
  });

  it('M8: stays near the last sample, and returns to it, when its sender falls silent while moving', () => {
    const run = new Run().go(10_000);
    const last = (run.track.latest(run.now)?.x ?? 0) * LENGTH;
    let farthest = 0;
    for (let i = 0; i < 60; i++) {
      run.now += FRAME;
      farthest = Math.max(farthest, run.frame() ?? 0);
    }
    expect(farthest).toBeLessThanOrEqual(last + 35.5);
    expect(run.frame()).toBeCloseTo(last, 0);
    expect(run.track.moving).toBe(false);
  });

  it('M1: goes no further when a batch says in time that the pointer rests', () => {
    const run = new Run().go(10_000);
    const last = (run.track.latest(run.now)?.x ?? 0) * LENGTH;
    run.track.push(run.now, Math.round(OFFSET + run.now - TRANSIT) % MODULO, [], false);
    const still = run.now + 150; // it has not reached its last position yet
    let farthest = 0;
    while (run.now < still) {
      run.now += FRAME;
      farthest = Math.max(farthest, run.frame() ?? 0);
    }
    expect(farthest).toBeCloseTo(last, 2);
    expect(run.track.moving).toBe(false);
    expect(run.track.sample(run.now)?.restingMs).toBeGreaterThan(20);
  });

  it('M6: follows an interval that becomes nine times as long, and back, without a jump', () => {
    const run = new Run().go(5_000);
    const { lag } = run;
    run.go(20_000, { interval: 900 });
    expect(run.lag).toBeLessThan(lag + 900);
    for (const speed of run.speeds(15_000)) expect(Math.abs(speed - 1)).toBeLessThan(0.2);
    const back = run.now;
    run.go(20_000);
    for (const speed of run.speeds(back)) expect(speed).toBeLessThanOrEqual(FASTEST);
    for (const speed of run.speeds(back + 10_000)) expect(Math.abs(speed - 1)).toBeLessThan(0.2);
    expect(Math.abs(run.lag - lag)).toBeLessThan(20);
  });

  it('M2: is smooth for a sender whose batches have one sample each and times of day', () => {
    const track = new Track();
    const shown: number[] = [];
    for (let now = 0; now < 20_000; now += 20) {
      if (now % 100 === 0)
        track.push(now + 30, 1_700_000_000_000 + now, [{ ago: 0, x: now / 40_000, y: 0.5, anchor: '' }], false);
      const place = track.sample(now + 30);
      if (now >= 5_000) shown.push((place?.x ?? Number.NaN) * 40_000);
    }
    for (const [i, t] of shown.entries()) if (i > 0) expect(t - (shown[i - 1] as number)).toBeCloseTo(20, -0.7);
  });
});

describe('a path', () => {
  const add = (path: Path, t: number, x: number, rested = false, anchor = '') => path.append(t, x, 0.5, anchor, rested);

  it('keeps the last 512 points', () => {
    const path = new Path();
    for (let t = 0; t < 2_000; t++) add(path, t, t / 2_000);
    path.forget(0);
    expect(path.length).toBe(512);
    expect(path.at(1_000, true)).toBeUndefined();
    expect(path.at(1_999, true)?.x).toBeCloseTo(1_999 / 2_000);
  });

  it('forgets only what is past, however long it goes on', () => {
    const [path, whole] = [new Path(), new Path()];
    const random = seeded(8);
    for (let i = 0, t = 0; i < 400; i++) {
      for (let n = random() * 12; n > 0; n--) {
        t += 1 + Math.floor(random() * (random() < 0.1 ? 400 : 40));
        const anchor = random() < 0.1 ? '#b' : '';
        for (const each of [path, whole]) {
          if (t % 31 === 0) each.leave(t - 1);
          add(each, t, t / 100_000, t % 5 === 0, anchor);
        }
      }
      path.forget(t - 300);
      for (let at = t - 300; at < t + 40; at += 7) {
        expect(path.at(at, false)).toEqual(whole.at(at, false));
        expect(path.stillUntil(at, true)).toBe(whole.stillUntil(at, true));
      }
      expect(path.length).toBeLessThan(310);
    }
  });

  it('M8: brakes where the pointer braked, and never turns back', () => {
    const path = new Path();
    for (let i = 0; i <= 8; i++) add(path, i * 16, 0.5 - 0.001 * (8 - i) ** 2); // stands at the end
    const last = path.at(path.lastT, true)?.x ?? 0;
    let before = 0;
    for (let ms = 0; ms <= 50; ms++) {
      const { x } = path.at(128 + ms, false) ?? { x: Number.NaN };
      expect(x).toBeGreaterThanOrEqual(before);
      expect(x).toBeLessThan(last + 0.004);
      before = x;
    }
  });

  it('M8: does not extrapolate a pointer that has just departed, appeared, or changed its anchor', () => {
    for (const make of [
      (path: Path) => add(path, 1_000, 0.1, true),
      (path: Path) => {
        path.leave(100);
        add(path, 1_000, 0.1);
      },
      (path: Path) => add(path, 1_000, 0.1, true, '#b'),
    ]) {
      const path = new Path();
      add(path, 0, 0);
      make(path);
      add(path, 1_016, 0.2, false, path.at(path.lastT, true)?.anchor);
      expect(path.at(1_050, false)?.x).toBe(0.2);
    }
  });
});
