/**
 * A crowd that moves, without rooms: the real Batcher and the real Pace of each member; every batch reaches all others
 * after the same delay. 500 members take a second, where 500 rooms would take minutes.
 */
import { Batcher } from '../../src/cursors/batcher.js';
import { MESSAGES_PER_SECOND, Pace } from '../../src/cursors/pace.js';
import { EventClock } from './event-clock.js';
import { seeded } from './random.js';

const EVENT_MS = 50;

export class Crowd {
  readonly clock = new EventClock(0);
  /** When each batch was sent. */
  readonly sent: number[] = [];
  readonly #counts = new Map<number, number>();
  readonly #random = seeded(4);
  readonly #members: { pace: Pace; batcher: Batcher; moving: boolean }[] = [];
  readonly #transit: number;
  readonly #budget: number;

  constructor({ transit = 20, budget = MESSAGES_PER_SECOND } = {}) {
    this.#transit = transit;
    this.#budget = budget;
  }

  /** Adds a member, which moves at once or waits. Returns its number. */
  join(moving = true): number {
    const { clock } = this;
    const pace = new Pace(clock, this.#random, this.#budget);
    const client = this.#members.length;
    const batcher = new Batcher({
      clock,
      audience: () => true,
      interval: () => pace.interval,
      send: ({ samples }) => {
        this.sent.push(clock.now());
        this.#counts.set(client, this.sentBy(client) + 1);
        const age = samples.length > 1 ? (samples[0]?.ago ?? 0) : 0;
        const here = this.#members.length;
        clock.after(this.#transit, () => {
          for (let i = 0; i < here; i++) if (i !== client) this.#members[i]?.pace.received(client, age);
        });
      },
    });
    const member = { pace, batcher, moving };
    this.#members.push(member);
    const move = () => {
      if (member.moving) batcher.move({ x: this.#random(), y: this.#random(), anchor: '' }, clock.now());
      clock.after(EVENT_MS, move);
    };
    clock.after(this.#random() * EVENT_MS, move);
    return client;
  }

  /** Makes the members from `from` to `to` move or rest. */
  move(moving: boolean, from = 0, to = this.#members.length): void {
    for (const member of this.#members.slice(from, to)) member.moving = moving;
  }

  sentBy(client: number): number {
    return this.#counts.get(client) ?? 0;
  }

  get intervals(): number[] {
    return this.#members.map(({ pace }) => pace.interval);
  }

  /** The most batches within any second that ends between `from` and `to`. */
  busiest(from: number, to: number): number {
    let most = 0;
    let first = 0;
    for (const [i, at] of this.sent.entries()) {
      while ((this.sent[first] as number) <= at - 1_000) first++;
      if (at >= from && at < to) most = Math.max(most, i - first + 1);
    }
    return most;
  }

  rate(from: number, to: number): number {
    return (1_000 * this.sent.filter((at) => at >= from && at < to).length) / (to - from);
  }
}
