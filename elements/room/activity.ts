/**
 * Whether someone uses this page: `active` with input in the last minute, or where it was shown again in that time;
 * `idle` without, `away` while the page is hidden, or one wants to appear so.
 */
import type { Activity } from '../../src/index.js';
import { reserve, watchReserve } from '../shared/reserve.js';

/** How long the page counts as active after an input, in milliseconds. */
export const IDLE_AFTER_MS = 60_000;
const INPUTS = ['pointermove', 'pointerdown', 'keydown', 'wheel', 'touchstart'];
/** Receives every input first, and never delays or changes it. */
const PASSIVE = { capture: true, passive: true };

type Watcher = (activity: Activity) => void;

export class PageActivity {
  readonly #watchers = new Set<Watcher>();
  #activity: Activity = 'active';
  #lastInput = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unwatch: (() => void) | undefined;

  /** Calls `fn` now and after every change. Returns a function that unsubscribes. */
  watch(fn: Watcher): () => void {
    if (this.#watchers.size === 0) this.#start();
    this.#watchers.add(fn);
    fn(this.#activity);
    return () => {
      if (this.#watchers.delete(fn) && this.#watchers.size === 0) this.#stop();
    };
  }

  #start(): void {
    this.#listen(addEventListener);
    this.#unwatch = watchReserve(this.#update);
    this.#noteInput();
  }

  #stop(): void {
    this.#listen(removeEventListener);
    this.#unwatch?.();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #listen(change: typeof addEventListener): void {
    for (const type of INPUTS) change(type, this.#noteInput, PASSIVE);
    change('visibilitychange', this.#turned, PASSIVE);
  }

  /** Runs at every input, so it only keeps the time, unless the activity changes. */
  readonly #noteInput = (): void => {
    this.#lastInput = performance.now();
    if (this.#activity !== 'active' || this.#timer === undefined) this.#update();
  };

  /** Whoever turns to the page again is there. */
  readonly #turned = (): void => {
    if (document.hidden) this.#update();
    else this.#noteInput();
  };

  readonly #update = (): void => {
    clearTimeout(this.#timer);
    const left = this.#lastInput + IDLE_AFTER_MS - performance.now();
    this.#timer = left > 0 ? setTimeout(this.#update, left) : undefined;
    const now = document.hidden || reserve().activity ? 'away' : left > 0 ? 'active' : 'idle';
    if (now === this.#activity) return;
    this.#activity = now;
    for (const fn of [...this.#watchers]) fn(now);
  };
}

/**
 * One instance for the page, so that one set of listeners serves all its rooms. The listeners go with the last
 * watcher.
 */
export const pageActivity = new PageActivity();
