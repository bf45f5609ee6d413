/**
 * M9: the subject on which programs that know no rooms send everyone's cursors. NATS cannot tell a room's from the rest, so
 * what is for others is taken in too; where that is much, the room does without for a while.
 */
import type { BusMessage } from '../bus/bus.js';
import type { Clock } from '../clock.js';

const WINDOW_MS = 1_000;
/** Of what a room takes in (M6), what may be for others. */
const SHARE = 0.2;
const AWAY_MS = 30_000;

export interface OverheardOptions {
  readonly clock: Clock;
  readonly messagesPerSecond: number;
  /** Begins to listen, and gives its undo. */
  readonly listen: (handler: (message: BusMessage) => void) => () => void;
  /** Takes a message; true where something in it was for the room. What it throws goes to who delivered the message. */
  readonly take: (message: BusMessage) => boolean;
  /** It was too much; told the first time. */
  readonly tooMuch: (limit: number) => void;
}

export class Overheard {
  readonly #options: OverheardOptions;
  readonly #limit: number;
  #windowEnds = Number.NEGATIVE_INFINITY;
  /** For others, in this window. */
  #idle = 0;
  #told = false;
  /** Ends the listening, or the time without. */
  #stop: () => void;

  constructor(options: OverheardOptions) {
    this.#options = options;
    this.#limit = SHARE * options.messagesPerSecond;
    this.#stop = this.#listen();
  }

  stop(): void {
    this.#stop();
  }

  #listen(): () => void {
    return this.#options.listen((message) => {
      let ours = false;
      try {
        ours = this.#options.take(message);
      } finally {
        if (!ours) this.#count();
      }
    });
  }

  #count(): void {
    const { clock, tooMuch } = this.#options;
    const now = clock.now();
    if (now >= this.#windowEnds) {
      this.#windowEnds = now + WINDOW_MS;
      this.#idle = 0;
    }
    if (++this.#idle <= this.#limit) return;
    this.#stop();
    this.#stop = clock.after(AWAY_MS, () => {
      this.#stop = this.#listen();
    });
    if (!this.#told) tooMuch(this.#limit);
    this.#told = true;
  }
}
