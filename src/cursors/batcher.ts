/**
 * M1: the sending side of the motion lane. It collects pointer samples and fast fields, and sends them in one batch per
 * interval (100 ms, or more in a crowd): the first one at once after a rest, and the last value always. It sends
 * nothing while nobody would see it.
 *
 * A receiver cannot tell a pointer that stopped from a batch that is late. So when a batch looks as if the pointer went
 * on (several samples, the last less than 34 ms old) and nothing follows, one batch without samples says that it rests.
 */
import type { Clock } from '../clock.js';
import type { CursorBatch } from '../protocol/cursor-codec.js';
import { MAX_SAMPLES, type Sample } from '../protocol/samples-codec.js';
import type { State } from '../protocol/state.js';
import { BATCH_INTERVAL_MS } from './pace.js';
import type { PointerPosition } from './position.js';
import { simplify, type TimedPosition } from './simplify.js';
import { EARLY_MS, Turns } from './turns.js';

/** Samples are at least this far apart, since a mouse may report a thousand positions a second. Milliseconds. */
const SAMPLE_MS = 8;
/** A pointer that has not moved for this long rests. Milliseconds. */
export const REST_MS = 34;
/** The longest time until the batcher notices that its interval became shorter. Milliseconds. */
const MAX_TIMER_MS = 500;

/** A batch without what only the room knows: the client and its clocks. */
export type Motion = Pick<CursorBatch, 'sentAt' | 'samples' | 'left' | 'tapped'> & { readonly fields?: State };

export interface BatcherOptions {
  readonly clock: Clock;
  /** Sends a batch. A batch that is lost is replaced by the next one. */
  readonly send: (motion: Motion) => void;
  /** Whether anyone would see a batch now: another member in the file, a connection, and a visible page. */
  readonly audience: () => boolean;
  /** M6: milliseconds from one batch to the next, which may change at any time. @defaultValue 100 */
  readonly interval?: () => number;
  /** The turns of everything that this session sends. @defaultValue its own */
  readonly turns?: Pick<Turns, 'request' | 'cancel' | 'taken'>;
}

export class Batcher {
  readonly #options: BatcherOptions;
  #samples: TimedPosition[] = [];
  #left = false;
  /** The newest sample is a tap. */
  #tapped = false;
  #fields: State | undefined;
  /** Where the pointer is; `undefined` while it is not on the surface. */
  #position: TimedPosition | undefined;
  /** The last sample that was sent. */
  #sent: TimedPosition | undefined;
  /** The pointer moved while nobody would have seen it. */
  #missed = false;
  /** The last batch looked as if the pointer went on; if it does not, an empty batch has to say so. */
  #looksMoving = false;
  #sentAt = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;

  readonly #turns: Pick<Turns, 'request' | 'cancel' | 'taken'>;

  constructor(options: BatcherOptions) {
    this.#options = options;
    this.#turns = options.turns ?? new Turns(options.clock);
  }

  /**
   * The pointer was at `position` at the time `at` of the clock, in milliseconds. `at` may lie in the past, as it does
   * for coalesced events; a time in the future counts as now, and one before the previous sample as that sample's time.
   */
  move(position: PointerPosition, at: number): void {
    const { x, y, anchor, tapped = false } = position;
    const last = this.#position;
    if (!tapped && last && last.x === x && last.y === y && last.anchor === anchor) return;
    const t = Math.min(at, this.#options.clock.now());
    this.#position = { x, y, anchor, t: Math.max(t, last?.t ?? t) };
    this.#left = false;
    this.#tapped = tapped;
    if (!this.#options.audience()) {
      this.#missed = true;
      this.#tapped = false; // it will be over
      return;
    }
    this.#add(this.#position);
    this.#schedule();
  }

  /** The pointer left the surface. */
  leave(): void {
    if (!this.#position) return;
    this.#position = undefined;
    this.#left = true;
    if (this.#options.audience()) this.#schedule();
  }

  /** Sends all fast fields, as they are now. */
  set(fields: State): void {
    this.#fields = fields;
    if (this.#options.audience()) this.#schedule();
  }

  /** There is an audience again, after a reconnection, say: sends the present values of what it missed. */
  catchUp(): void {
    if (!this.#options.audience()) return;
    if (this.#missed && this.#position) this.#samples = [this.#position];
    if (this.#pending) this.#schedule();
  }

  /** The fast fields were sent in a full state, so the next batch need not carry them. */
  dropFields(): void {
    this.#fields = undefined;
  }

  /** M5: a batch with the position where the pointer rests; `undefined` while the pointer is not on the surface. */
  rest(): Motion | undefined {
    if (!this.#position) return undefined;
    const now = this.#options.clock.now();
    return { sentAt: now, samples: [{ ...this.#position, ago: Math.max(0, now - this.#position.t) }], left: false };
  }

  /** Cancels the timer: what is pending is not sent. */
  stop(): void {
    this.#turns.cancel(this.#turn);
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  get #pending(): boolean {
    return this.#samples.length > 0 || this.#fields !== undefined || this.#left || this.#looksMoving;
  }

  /** Adds the newest sample, which replaces the one before it where that is too close to the one before that. */
  #add(sample: TimedPosition): void {
    const before = this.#samples.at(-2);
    if (before && before.anchor === sample.anchor && sample.t - before.t <= SAMPLE_MS) this.#samples.pop();
    this.#samples.push(sample);
    if (this.#samples.length > MAX_SAMPLES) this.#samples = this.#samples.filter((_, i) => i % 2 === 0);
  }

  /** Milliseconds until the next batch may be sent. */
  get #wait(): number {
    const { clock, interval } = this.#options;
    return (interval?.() ?? BATCH_INTERVAL_MS) - (clock.now() - this.#sentAt);
  }

  /** Asks for a turn where the interval since the last batch is over, and otherwise when it will be. */
  #schedule(): void {
    if (this.#cancelTimer) return;
    const wait = this.#wait;
    if (wait > EARLY_MS) {
      this.#cancelTimer = this.#options.clock.after(Math.min(MAX_TIMER_MS, wait), () => {
        this.#cancelTimer = undefined;
        if (this.#options.audience()) this.#schedule();
        else this.#miss();
      });
    } else if (this.#pending) this.#turns.request(this.#turn);
  }

  readonly #turn = () => {
    if (!this.#options.audience()) this.#miss();
    else if (this.#pending) {
      this.#flush();
      this.#schedule();
    }
  };

  /** Nobody sees what was collected, and it will be out of date when there is an audience again. */
  #miss(): void {
    this.#missed ||= this.#samples.length > 0;
    this.#tapped = false;
    this.#samples = [];
  }

  #flush(): void {
    const { clock, send } = this.#options;
    const now = clock.now();
    const kept = simplify(this.#samples, this.#sent);
    const samples: Sample[] = kept.map(({ t, x, y, anchor }) => ({ ago: Math.max(0, now - t), x, y, anchor }));
    const fields = this.#fields;
    const left = this.#left;
    const tapped = this.#tapped && samples.length > 0;
    this.#sentAt = now;
    this.#sent = left ? undefined : (kept.at(-1) ?? this.#sent);
    this.#looksMoving = !left && samples.length > 1 && (samples.at(-1)?.ago ?? REST_MS) < REST_MS;
    this.#samples = [];
    this.#fields = undefined;
    this.#left = false;
    this.#missed = false;
    this.#turns.taken();
    send({ sentAt: now, samples, left, ...(fields && { fields }), ...(tapped && { tapped }) });
  }
}
