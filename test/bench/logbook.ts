/**
 * What happened, in typed arrays: every move made, every update sent, every update held. Written in the hot path of the
 * worker processes, read once at the end by the main process. Nothing is computed here.
 *
 * An update is known by its key, a 32-bit number that the sender and every receiver can work out by themselves.
 */
import { now } from './clock.js';

export interface LogPage {
  /** Updates sent: key, person, the moves it covers (first > last: it repeats an old position), when. */
  sentKey: Uint32Array;
  sentBy: Uint16Array;
  sentFirst: Uint32Array;
  sentLast: Uint32Array;
  sentAt: Float64Array;
  /** Updates held: key, by whom, when. */
  heldKey: Uint32Array;
  heldBy: Uint16Array;
  heldAt: Float64Array;
  /** When each person made its moves; index 0 is move 1. */
  moves: Map<number, Float64Array>;
}

type Column = Uint32Array | Uint16Array | Float64Array;

function grown<T extends Column>(column: T): T {
  const bigger = Reflect.construct(column.constructor, [column.length * 2]) as T;
  bigger.set(column);
  return bigger;
}

export class Logbook {
  #sent = 0;
  #held = 0;
  #sentKey = new Uint32Array(4096);
  #sentBy = new Uint16Array(4096);
  #sentFirst = new Uint32Array(4096);
  #sentLast = new Uint32Array(4096);
  #sentAt = new Float64Array(4096);
  #heldKey = new Uint32Array(1 << 18);
  #heldBy = new Uint16Array(1 << 18);
  #heldAt = new Float64Array(1 << 18);
  #moves = new Map<number, number[]>();

  /** How many updates have been held so far. */
  get heldCount(): number {
    return this.#held;
  }

  moved(person: number): void {
    let moves = this.#moves.get(person);
    if (moves === undefined) {
      moves = [];
      this.#moves.set(person, moves);
    }
    moves.push(now());
  }

  sent(key: number, person: number, first: number, last: number): void {
    if (this.#sent === this.#sentKey.length) {
      this.#sentKey = grown(this.#sentKey);
      this.#sentBy = grown(this.#sentBy);
      this.#sentFirst = grown(this.#sentFirst);
      this.#sentLast = grown(this.#sentLast);
      this.#sentAt = grown(this.#sentAt);
    }
    const i = this.#sent++;
    this.#sentKey[i] = key;
    this.#sentBy[i] = person;
    this.#sentFirst[i] = first;
    this.#sentLast[i] = last;
    this.#sentAt[i] = now();
  }

  held(key: number, person: number): void {
    if (this.#held === this.#heldKey.length) {
      this.#heldKey = grown(this.#heldKey);
      this.#heldBy = grown(this.#heldBy);
      this.#heldAt = grown(this.#heldAt);
    }
    const i = this.#held++;
    this.#heldKey[i] = key;
    this.#heldBy[i] = person;
    this.#heldAt[i] = now();
  }

  /** Hands over what is written and begins anew. */
  take(): LogPage {
    const page: LogPage = {
      sentKey: this.#sentKey.slice(0, this.#sent),
      sentBy: this.#sentBy.slice(0, this.#sent),
      sentFirst: this.#sentFirst.slice(0, this.#sent),
      sentLast: this.#sentLast.slice(0, this.#sent),
      sentAt: this.#sentAt.slice(0, this.#sent),
      heldKey: this.#heldKey.slice(0, this.#held),
      heldBy: this.#heldBy.slice(0, this.#held),
      heldAt: this.#heldAt.slice(0, this.#held),
      moves: new Map([...this.#moves].map(([person, times]) => [person, Float64Array.from(times)])),
    };
    this.#sent = 0;
    this.#held = 0;
    this.#moves.clear();
    return page;
  }
}
