/**
 * M1: the motion lane, outbound. Pointer samples and fast fields are gathered and leave in one batch an interval: the
 * first at once after a rest, the last always, none while nobody would see them.
 */
import type { Clock } from '../clock.js';
import { type CursorBatch, MAX_SAMPLES, type Sample } from '../protocol/cursor-codec.js';
import type { State } from '../protocol/state.js';
import { BATCH_INTERVAL_MS } from './pace.js';
import { type Moment, thinned } from './thinning.js';

/** A mouse may tell its place a thousand times a second; nobody sees more than this. Milliseconds. */
const SAMPLE_MS = 8;
/** A pointer that was not told to move for so long rests. Milliseconds. */
export const REST_MS = 34;
/** An interval that becomes shorter is noticed within this time. Milliseconds. */
const LOOK_MS = 500;
/** A browser's timer may come this early by its own clock. Milliseconds. */
const EARLY_MS = 1;

export interface Position {
  readonly x: number;
  readonly y: number;
  readonly anchor: string;
}

/** A batch without what only the room knows: the client and its clocks. */
export type Motion = Pick<CursorBatch, 'sentAt' | 'samples' | 'left'> & { readonly fields?: State };

export interface BatcherOptions {
  readonly clock: Clock;
  /** Sends a batch; what is lost is replaced by the next. */
  readonly send: (motion: Motion) => void;
  /** Whether anyone would see it now: someone else here, a connection, a visible page. */
  readonly audience: () => boolean;
  /** M6: from one batch to the next, in milliseconds; it may change at any time. 100 where not given. */
  readonly interval?: () => number;
}

export class Batcher {
  readonly #options: BatcherOptions;
  #samples: Moment[] = [];
  #left = false;
  #fields: State | undefined;
  /** Where the pointer rests now, for those who come later. */
  #resting: Moment | undefined;
  /** The last sample that was sent. */
  #sent: Moment | undefined;
  /** It moved while nobody saw it. */
  #missed = false;
  /** The last batch looked as if the pointer went on; where it does not, an empty one says so. */
  #underWay = false;
  #sentAt = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;

  constructor(options: BatcherOptions) {
    this.#options = options;
  }

  /** `at` on the clock, in milliseconds; it may lie in the past (coalesced events), not before the sample before or to come. */
  move(position: Position, at: number): void {
    const { x, y, anchor } = position;
    const last = this.#resting;
    if (last && last.x === x && last.y === y && last.anchor === anchor) return;
    const t = Math.min(at, this.#options.clock.now());
    this.#resting = { x, y, anchor, t: Math.max(t, last?.t ?? t) };
    this.#left = false;
    if (!this.#options.audience()) {
      this.#missed = true;
      return;
    }
    this.#add(this.#resting);
    this.#schedule();
  }

  leave(): void {
    if (!this.#resting) return;
    this.#resting = undefined;
    this.#left = true;
    if (this.#options.audience()) this.#schedule();
  }

  /** The fast fields as they are now, all of them. */
  set(fields: State): void {
    this.#fields = fields;
    if (this.#options.audience()) this.#schedule();
  }

  /** There is an audience again (a reconnection, a page shown again): what it missed goes out, as it is now. */
  catchUp(): void {
    if (!this.#options.audience()) return;
    if (this.#missed && this.#resting) this.#samples = [this.#resting];
    if (this.#pending) this.#schedule();
  }

  /** A full state went out with the fast fields in it: they need not go again. */
  dropFields(): void {
    this.#fields = undefined;
  }

  /** M5: where the pointer rests, as a batch of its own; `undefined` where there is none. */
  rest(): Motion | undefined {
    if (!this.#resting) return undefined;
    const now = this.#options.clock.now();
    return { sentAt: now, samples: [{ ...this.#resting, ago: Math.max(0, now - this.#resting.t) }], left: false };
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  get #pending(): boolean {
    return this.#samples.length > 0 || this.#fields !== undefined || this.#left || this.#underWay;
  }

  /** The newest is always kept, and what lies closer before it than can be seen makes room. */
  #add(sample: Moment): void {
    const before = this.#samples.at(-2);
    if (before && before.anchor === sample.anchor && sample.t - before.t <= SAMPLE_MS) this.#samples.pop();
    this.#samples.push(sample);
    if (this.#samples.length > MAX_SAMPLES) this.#samples = this.#samples.filter((_, i) => i % 2 === 0);
  }

  /** How long until the next batch may leave. */
  get #wait(): number {
    const { clock, interval } = this.#options;
    return (interval?.() ?? BATCH_INTERVAL_MS) - (clock.now() - this.#sentAt);
  }

  /** At once after a rest; else when the interval since the last batch is over. */
  #schedule(): void {
    if (this.#cancel) return;
    if (this.#pending && this.#wait <= EARLY_MS) this.#flush();
    const wait = this.#wait;
    if (wait <= EARLY_MS) return;
    this.#cancel = this.#options.clock.after(Math.min(LOOK_MS, wait), () => {
      this.#cancel = undefined;
      if (this.#options.audience()) {
        this.#schedule();
        return;
      }
      this.#missed ||= this.#samples.length > 0;
      this.#samples = []; // when someone sees us again, the way there will be long past
    });
  }

  #flush(): void {
    const { clock, send } = this.#options;
    const now = clock.now();
    const moments = thinned(this.#samples, this.#sent);
    const samples: Sample[] = moments.map(({ t, x, y, anchor }) => ({ ago: Math.max(0, now - t), x, y, anchor }));
    const fields = this.#fields;
    const left = this.#left;
    this.#sentAt = now;
    this.#sent = left ? undefined : (moments.at(-1) ?? this.#sent);
    this.#underWay = !left && samples.length > 1 && (samples.at(-1)?.ago ?? REST_MS) < REST_MS;
    this.#samples = [];
    this.#fields = undefined;
    this.#left = false;
    this.#missed = false;
    send({ sentAt: now, samples, left, ...(fields && { fields }) });
  }
}
