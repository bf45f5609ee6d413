import { describe, expect, it } from 'vitest';
import { followersOf, leaderOf, type RoomStates } from '../../../elements/viewer/signals.js';

/** A room in which each client follows the one it is mapped to, and how many states were read. */
function roomOf(client: number, follows: ReadonlyMap<number, unknown>) {
  let reads = 0;
  class Counted extends Map<number, { slate: unknown }> {
    override get(key: number) {
      reads++;
      return super.get(key);
    }
  }
  const states = new Counted([...follows].map(([one, follow]) => [one, { slate: { follow } }]));
  const room: RoomStates = { client, awareness: { getStates: () => states } };
  return { room, reads: () => reads };
}

describe('the leader of a follower', () => {
  it('F1: a follower sees what the first of a chain sees', () => {
    const { room } = roomOf(
      1,
      new Map<number, unknown>([
        [1, undefined],
        [2, 1],
        [3, 2],
        [4, undefined],
      ]),
    );
    expect([1, 2, 3, 4].map((client) => leaderOf(room, client))).toEqual([1, 1, 1, 4]);
    expect(followersOf(room)).toEqual([2, 3]);
  });

  it('F1: nobody leads those who follow each other in a ring, nor those who follow one of them', () => {
    const { room } = roomOf(
      2,
      new Map([
        [1, 2],
        [2, 3],
        [3, 1],
        [4, 1],
        [5, 5],
      ]),
    );
    expect([1, 2, 3, 4, 5].map((client) => leaderOf(room, client))).toEqual(Array(5).fill(undefined));
    expect(followersOf(room)).toEqual([]);
  });

  it.each([['x'], [-7], [1.5], [null], [{}], [99]])('a client that follows %j follows nobody', (follow) => {
    const { room } = roomOf(
      1,
      new Map<number, unknown>([
        [1, undefined],
        [2, follow],
      ]),
    );
    expect(leaderOf(room, 2)).toBe(2);
    expect(followersOf(room)).toEqual([]);
  });

  it('reads each state of a long chain a few times, not once for every client', () => {
    const length = 2_000;
    const { room, reads } = roomOf(0, new Map(Array.from({ length }, (_, i) => [i, i > 0 ? i - 1 : undefined])));
    expect(followersOf(room)).toHaveLength(length - 1);
    expect(reads()).toBeLessThan(3 * length);
  });
});
