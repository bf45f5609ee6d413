/** M6 in real rooms: a crowd that comes and moves at once. The arithmetic of 500 is in test/unit/cursors/pace.test.ts. */
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
    await (actor.room as unknown as { join(): Promise<void> }).join();
    let x = 0;
    const move = () => {
      x = (x + 0.01) % 1;
      actor.room.pointer.move({ x, y: 0.5, anchor: '#board' });
      clock.after(50, move);
    };
    clock.after(50 * this.lab.random(), move);
  }

  /** A second later: the most that one of them has taken in during it. */
  async second(): Promise<number> {
    await this.lab.clock.advance(1_000);
    return Math.max(
      ...this.actors.map((actor) => {
        const { messagesIn } = actor.room.stats;
        const taken = messagesIn - (this.#before.get(actor) ?? 0);
        this.#before.set(actor, messagesIn);
        return taken;
      }),
    );
  }
}

describe('a crowd', () => {
  it('M6: of 2 that becomes 40 in 10 s stays within the budget, presence and all; everyone sees everyone, and stays', async () => {
    const crowd = new Crowd();
    const { clock, wire } = crowd.lab;
    for (let i = 0; i < 2; i++) await clock.while(crowd.join());
    await crowd.second();
    for (let i = 2; i < PEOPLE; i++) clock.after(i * 250, () => void crowd.join());
    const taken = [];
    for (let i = 0; i < 25; i++) taken.push(await crowd.second());
    expect(Math.max(...taken)).toBeLessThanOrEqual(BUDGET);
    expect(Math.min(...taken.slice(15))).toBeGreaterThan(0.6 * BUDGET); // of which motion may have 0.8
    // P3: beats go out as if nothing moved, and nobody was taken for gone.
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

  it('M6: a budget that is no number, or too small for a room, is refused', () => {
    const lab = new RoomLab();
    for (const messagesPerSecond of [0, -1, 99, Number.NaN]) {
      expect(() => lab.prepare('ada', { messagesPerSecond })).toThrow(OptionError);
    }
    expect(() => lab.prepare('ada', { messagesPerSecond: 100 })).not.toThrow();
  });
});

describe('the wire', () => {
  it('M7: one who comes sees where a pointer goes at once, though its anchor was spelled out before', async () => {
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

  it('M1: a pointer that stops in mid-flight is said to rest, once', async () => {
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
