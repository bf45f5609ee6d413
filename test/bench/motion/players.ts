/**
 * The receiving side of the other methods, by their published code or parameters. Each gets messages when they arrive
 * and reports once a frame what it shows, on the clock that it is given.
 */
import { PerfectCursor } from 'perfect-cursors';
import type { EventClock } from '../../support/event-clock.js';
import type { Player } from './players-slate.js';
import type { Point } from './trace.js';

/** Shows what came last. */
export class RawPlayer implements Player<Point> {
  #shown: Point | undefined;

  receive(point: Point): void {
    this.#shown = point;
  }

  frame(): Point | undefined {
    return this.#shown;
  }
}

/** `transition: transform 100ms linear`: from where it is to where it should be, anew with every message. */
export class LinearPlayer implements Player<Point> {
  readonly #clock: EventClock;
  readonly #ms: number;
  #from: Point | undefined;
  #to: Point | undefined;
  #since = 0;

  constructor(clock: EventClock, ms: number) {
    this.#clock = clock;
    this.#ms = ms;
  }

  receive(point: Point): void {
    const now = this.#clock.now();
    this.#from = this.frame(now) ?? point;
    this.#to = point;
    this.#since = now;
  }

  frame(now: number): Point | undefined {
    const [from, to] = [this.#from, this.#to];
    if (!from || !to) return undefined;
    const share = Math.min(1, (now - this.#since) / this.#ms);
    return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
  }
}

/** A damped spring of mass 1 that is drawn to what came last: Liveblocks' cursors have stiffness 320 and damping 32. */
export class SpringPlayer implements Player<Point> {
  readonly #stiffness: number;
  readonly #damping: number;
  #target: Point | undefined;
  #at = { x: 0, y: 0 };
  #speed = { x: 0, y: 0 };
  #since = 0;

  constructor(stiffness: number, damping: number) {
    this.#stiffness = stiffness;
    this.#damping = damping;
  }

  receive(point: Point): void {
    if (!this.#target) this.#at = { ...point };
    this.#target = point;
  }

  frame(now: number): Point | undefined {
    const target = this.#target;
    if (!target) {
      this.#since = now;
      return undefined;
    }
    const steps = Math.ceil((now - this.#since) / 0.25);
    const step = (now - this.#since) / 1_000 / steps;
    for (let i = 0; i < steps; i++) {
      for (const axis of ['x', 'y'] as const) {
        this.#speed[axis] +=
          (this.#stiffness * (target[axis] - this.#at[axis]) - this.#damping * this.#speed[axis]) * step;
        this.#at[axis] += this.#speed[axis] * step;
      }
    }
    this.#since = now;
    return { ...this.#at };
  }
}

/** The published package, with the globals it uses taken over by the clock for as long as it runs. */
export class PerfectPlayer implements Player<Point> {
  readonly #globals: Partial<typeof globalThis>;
  readonly #cursor: PerfectCursor;
  #frames: (() => void)[] = [];
  #shown: Point | undefined;

  constructor(clock: EventClock) {
    this.#globals = {
      performance: { now: clock.now } as Performance,
      requestAnimationFrame: (fn) => this.#frames.push(() => fn(clock.now())),
      setTimeout: ((fn: () => void, ms: number) => clock.after(ms, fn)) as unknown as typeof setTimeout,
      clearTimeout: ((cancel: unknown) => typeof cancel === 'function' && cancel()) as unknown as typeof clearTimeout,
    };
    this.#cursor = this.#within(
      () =>
        new PerfectCursor(([x, y]) => {
          this.#shown = { x: x ?? Number.NaN, y: y ?? Number.NaN };
        }),
    );
  }

  receive({ x, y }: Point): void {
    this.#within(() => this.#cursor.addPoint([x, y]));
  }

  frame(): Point | undefined {
    const due = this.#frames;
    this.#frames = [];
    this.#within(() => {
      for (const run of due) run();
    });
    return this.#shown;
  }

  #within<T>(run: () => T): T {
    const own = Object.fromEntries(Object.keys(this.#globals).map((key) => [key, Reflect.get(globalThis, key)]));
    Object.assign(globalThis, this.#globals);
    try {
      return run();
    } finally {
      Object.assign(globalThis, own);
    }
  }
}
