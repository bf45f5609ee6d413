/**
 * The parcels that were written and are not confirmed. A parcel is confirmed when the server has answered a ping that
 * was written after it; one ping follows all that is written in one turn.
 */
import type { Bus } from '../bus/bus.js';
import type { Parcel } from './parcel.js';

/** How many pings are under way at most: several fill the round trip. What is written meanwhile shares the next one. */
const MAX_PINGS = 8;

export class Confirmations {
  readonly #bus: Pick<Bus, 'flush'>;
  readonly #confirmed: (parcel: Parcel) => void;
  readonly #lost: () => void;
  /** For each ping under way the parcels that it will confirm, the oldest first. */
  #asked: Parcel[][] = [];
  /** Written after those pings; the next ping will confirm them. */
  #written: Parcel[] = [];
  /** A ping follows at the end of this turn. */
  #asking = false;

  /** Calls `lost` when a ping fails, which happens only where the connection is lost. */
  constructor(bus: Pick<Bus, 'flush'>, confirmed: (parcel: Parcel) => void, lost: () => void) {
    this.#bus = bus;
    this.#confirmed = confirmed;
    this.#lost = lost;
  }

  /** The parcel that was written last, while it waits for a ping: further messages may join it. */
  get last(): Parcel | undefined {
    return this.#written[this.#written.length - 1];
  }

  add(parcel: Parcel): void {
    this.#written.push(parcel);
  }

  /**
   * Has a ping follow at the end of this turn. To be called before the first message is given to the bus, so that all
   * messages of a turn and the ping leave in one piece.
   */
  askSoon(): void {
    if (this.#asking) return;
    this.#asking = true;
    queueMicrotask(() => {
      this.#asking = false;
      this.#ask();
    });
  }

  /** All parcels, the oldest first. */
  all(): Parcel[] {
    return [...this.#asked.flat(), ...this.#written];
  }

  /** All parcels, the oldest first; they are forgotten here. */
  takeAll(): Parcel[] {
    const all = this.all();
    this.#asked = [];
    this.#written = [];
    return all;
  }

  /** Resolves when all parcels are confirmed, or the connection is lost. */
  async settle(): Promise<void> {
    while (this.#asked.length + this.#written.length > 0) {
      try {
        await this.#bus.flush();
      } catch {
        return;
      }
    }
  }

  #ask(): void {
    if (this.#asked.length >= MAX_PINGS || this.#written.length === 0) return;
    const asked = this.#written;
    this.#asked.push(asked);
    this.#written = [];
    const answered = () => {
      const index = this.#asked.indexOf(asked);
      if (index < 0) return; // the connection was lost meanwhile
      this.#asked.splice(index, 1);
      for (const parcel of asked) this.#confirmed(parcel);
      this.#ask();
    };
    const failed = () => {
      if (this.#asked.includes(asked)) this.#lost();
    };
    this.#bus.flush().then(answered, failed);
  }
}
