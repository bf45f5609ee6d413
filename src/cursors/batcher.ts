/**
 * M1: the motion lane, outbound. Pointer samples and fast fields are gathered and leave in one batch an interval: the
 * first at once after a rest, the last always, none while nobody would see them.
 */
import type { Clock } from '../clock.js';
import { type CursorBatch, MAX_SAMPLES, type Sample } from '../protocol/cursor-codec.js';
import type { State } from '../protocol/state.js';

export const BATCH_INTERVAL_MS = 100;

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
}

export class Batcher {
  readonly #options: BatcherOptions;
  #samples: (Position & { t: number })[] = [];
  #left = false;
  #fields: State | undefined;
  /** Where the pointer rests now, for those who come later. */
  #resting: (Position & { t: number }) | undefined;
  /** It moved while nobody saw it. */
  #missed = false;
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
    if (this.#samples.length >= MAX_SAMPLES) this.#samples = this.#samples.filter((_, i) => i % 2 === 1);
    this.#samples.push(this.#resting);
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
    return this.#samples.length > 0 || this.#fields !== undefined || this.#left;
  }

  /** At once after a rest; else when the interval that runs is over. */
  #schedule(): void {
    if (this.#cancel) return;
    this.#flush();
    this.#cancel = this.#options.clock.after(BATCH_INTERVAL_MS, () => {
      this.#cancel = undefined;
      if (this.#options.audience()) {
        if (this.#pending) this.#schedule();
        return;
      }
      this.#missed ||= this.#samples.length > 0;
      this.#samples = []; // when someone sees us again, the way there will be long past
    });
  }

  #flush(): void {
    const { clock, send } = this.#options;
    const now = clock.now();
    const samples: Sample[] = this.#samples.map(({ t, x, y, anchor }) => ({ ago: Math.max(0, now - t), x, y, anchor }));
    const fields = this.#fields;
    const left = this.#left;
    this.#samples = [];
    this.#fields = undefined;
    this.#left = false;
    this.#missed = false;
    send({ sentAt: now, samples, left, ...(fields && { fields }) });
  }
}
