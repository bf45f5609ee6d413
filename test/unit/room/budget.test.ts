/**
 * M6 in real rooms: a crowd that arrives and moves at once. test/unit/cursors/pace.test.ts does the arithmetic for 500.
 */
import { describe, expect, it } from 'vitest';
import { OptionError } from '../../../src/index.js';
import { type Actor, RoomLab } from '../../support/room-lab.js';

const BUDGET = 100;
const PEOPLE = 40;

class Crowd {
  readonly lab = new RoomLab();
  readonly actors: Actor[] = [];
  readonly #before = new Map<Actor, number>();

  async join(): Promise<void> {
    const { clock } = this.lab;
    const actor = this.lab.prepare(`p${this.actors.length}`, { messagesPerSecond: BUDGET });
    this.actors.push(actor);
    await actor.room.join();
    let x = 0;
    const move = () => {
      x = (x + 0.01) % 1;
      actor.room.pointer.move({ x, y: 0.5, anchor: '#board' });
      clock.after(50, move);
    };
    clock.after(50 * this.lab.random(), move);
  }

  /** Lets a second pass. Returns the most messages that one of them received during it. */
  async second(): Promise<number> {
    await this.lab.clock.advance(1_000);
    return Math.max(
      ...this.actors.map((actor) => {
        const { messagesIn } = actor.room.stats;
        const received = messagesIn - (this.#before.get(actor) ?? 0);
        this.#before.set(actor, messagesIn);
        return received;
      }),
    );
  }
}

describe('a crowd', () => {
  it('M6: that grows from 2 to 40 in 10 s stays within the budget, and everyone sees everyone', async () => {
    const crowd = new Crowd();
    const { clock, wire } = crowd.lab;
    for (let i = 0; i < 2; i++) await clock.while(crowd.join());
    await crowd.second();
    for (let i = 2; i < PEOPLE; i++) clock.after(i * 250, () => void crowd.join());
    const received = [];
    for (let i = 0; i < 25; i++) received.push(await crowd.second());
    expect(Math.max(...received)).toBeLessThanOrEqual(BUDGET);
    expect(Math.min(...received.slice(15))).toBeGreaterThan(0.6 * BUDGET); // motion may use 0.8 of it
    // P3: heartbeats are sent as if nothing moved, and nobody is shown as gone.
    for (const { room, seen, errors } of crowd.actors) {
      expect(room.members).toHaveLength(PEOPLE);
      expect(room.members.every(({ status }) => status === 'active')).toBe(true);
      expect(seen.at(-1)).not.toContain('stale');
      expect(errors).toEqual([]);
      room.pointers.sample();
    }
    await clock.advance(16);
    for (const { room } of crowd.actors) expect(room.pointers.sample()).toHaveLength(PEOPLE - 1);
    wire.length = 0;
  }, 60_000);

  it('M6: refuses a budget that is not a number, or too small for a room', () => {
    const lab = new RoomLab();
    for (const messagesPerSecond of [0, -1, 99, Number.NaN]) {
      expect(() => lab.prepare('ada', { messagesPerSecond })).toThrow(OptionError);
    }
    expect(() => lab.prepare('ada', { messagesPerSecond: 100 })).not.toThrow();
  });
});

describe('a pointer on the wire', () => {
  it('M7: is seen by a newcomer at once, although its anchor was spelled out before', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    await lab.join('bob');
    let x = 0;
    const move = () => {
      x += 0.002;
      alice.room.pointer.move({ x, y: 0.5, anchor: '#board' });
      lab.clock.after(16, move);
    };
    move();
    await lab.clock.advance(1_000);
    const carol = await lab.join('carol');
    await lab.clock.advance(350);
    const [before] = carol.room.pointers.sample();
    await lab.clock.advance(100);
    const [after] = carol.room.pointers.sample();
    expect(after?.anchor).toBe('#board');
    expect((after?.x ?? 0) - (before?.x ?? 0)).toBeGreaterThan(0.005);
  });

  it('M1: that stops abruptly is reported to rest, once', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const bob = await lab.join('bob');
    await lab.clock.advance(1_000);
    const before = alice.room.stats.messagesOut;
    const stop = lab.clock.now() + 496;
    let x = 0;
    const move = () => {
      x += 0.01;
      alice.room.pointer.move({ x, y: 0.5, anchor: '' });
      if (lab.clock.now() < stop) lab.clock.after(16, move);
    };
    move();
    await lab.clock.advance(900);
    expect(alice.room.stats.messagesOut - before).toBeLessThanOrEqual(8); // with a probe
    bob.room.pointers.sample();
    await lab.clock.advance(50);
    expect(bob.room.pointers.sample()[0]?.x).toBeCloseTo(x, 3);
    expect(bob.room.pointers.moving).toBe(false);
  });
});
