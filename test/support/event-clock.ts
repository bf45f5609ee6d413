/**
 * A virtual clock for simulations of many thousand timers: a heap, without a turn between them. Promises do not settle
 * between two timers; where that matters, use VirtualClock.
 */
import type { Clock } from '../../src/clock.js';

interface Timer {
  readonly at: number;
  readonly order: number;
  fn: (() => void) | undefined;
}

export class EventClock implements Clock {
  #now: number;
  #order = 0;
  #waiting = 0;
  readonly #heap: Timer[] = [];

  constructor(now = 1_000) {
    this.#now = now;
  }

  now = () => this.#now;
  date = () => 1_700_000_000_000 + this.#now;

  after = (ms: number, fn: () => void) => this.at(this.#now + Math.max(0, ms), fn);

  /** Runs `fn` at a time of this clock. Timers of the same time run in the order in which they were set. */
  at(time: number, fn: () => void): () => void {
    const timer: Timer = { at: time, order: this.#order++, fn };
    this.#push(timer);
    this.#waiting++;
    return () => {
      if (timer.fn) this.#waiting--;
      timer.fn = undefined;
    };
  }

  /** How many timers have not run. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Runs all timers up to `time`, in order. */
  runUntil(time: number): void {
    while (this.runNext(time));
    this.moveTo(time);
  }

  /** Runs the first timer up to `time`; false where there is none. */
  protected runNext(time: number): boolean {
    const first = this.#heap[0];
    if (!first || first.at > time) return false;
    this.#pop();
    const { fn } = first;
    if (!fn) return true;
    first.fn = undefined;
    this.#waiting--;
    this.moveTo(first.at);
    fn();
    return true;
  }

  protected moveTo(time: number): void {
    this.#now = Math.max(this.#now, time);
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let i = heap.push(timer) - 1;
    while (i > 0) {
      const up = (i - 1) >> 1;
      if (!before(timer, heap[up] as Timer)) break;
      heap[i] = heap[up] as Timer;
      i = up;
    }
    heap[i] = timer;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Timer;
    if (heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Timer, heap[child] as Timer)) child++;
      if (!before(heap[child] as Timer, last)) break;
      heap[i] = heap[child] as Timer;
      i = child;
    }
    heap[i] = last;
  }
}

const before = (a: Timer, b: Timer) => a.at < b.at || (a.at === b.at && a.order < b.order);
