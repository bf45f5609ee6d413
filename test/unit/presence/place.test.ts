/** P15: the rule by which people are told apart, without a room around it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byArrival, choose, moveOf, type Place, type Placed } from '../../../src/presence/place.js';
import { colorOf, MAX_ARRIVAL, PALETTE, sharedLook } from '../../../src/protocol/palette.js';

type Session = Placed & Place;

const look = ({ color, mark }: Placed) => `${color} ${mark}`;

function session(user: string, arrival: number, change: Partial<Session> = {}): Session {
  return { client: 1, user, arrival, color: colorOf(user), mark: 0, ...change };
}

/** Sessions that chose without knowing each other. */
const strangers = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 4 })), {
    selector: ([user]) => user,
    maxLength: 48,
  })
  .map((drawn) => drawn.map(([user, arrival], client) => session(`u${user}`, arrival, { client })));

/** All move at once, each by itself, until nobody does. */
function settle(sessions: readonly Session[]): { sessions: Session[]; moved: Set<string>; rounds: number } {
  const moved = new Set<string>();
  let now = [...sessions];
  for (let rounds = 0; rounds < 20; rounds++) {
    const next = now.map((self) => {
      const move = moveOf(self, now.filter((other) => other !== self).reverse(), false);
      if (move) moved.add(self.user);
      return { ...self, ...move };
    });
    if (next.every((one, i) => look(one) === look(now[i] as Session) && one.arrival === now[i]?.arrival))
      return { sessions: now, moved, rounds };
    now = next;
  }
  throw new Error('they never come to rest');
}

describe('a newcomer', () => {
  it('P15: comes last, and takes the colour that its id prefers', () => {
    expect(choose('ada', [])).toEqual({ color: colorOf('ada'), mark: 0, arrival: 1 });
    const others = [session('x', 7, { color: '#123456' }), session('y', 3, { color: '#123457' })];
    expect(choose('ada', others)).toEqual({ color: colorOf('ada'), mark: 0, arrival: 8 });
  });

  it('P15: takes the next colour where somebody has it, and a mark beyond the list', () => {
    const others: Session[] = [];
    for (let n = 0; n < 48; n++) others.push(session(`u${n}`, n + 1, choose(`u${n}`, others)));
    expect(new Set(others.slice(0, 12).map(({ color }) => color)).size).toBe(12);
    expect(new Set(others.slice(0, 12).map(({ mark }) => mark))).toEqual(new Set([0]));
    expect(new Set(others.map(look)).size).toBe(48);
    expect(choose('last', others)).toEqual({ ...sharedLook('last'), arrival: 49 });
  });

  it('P15: chooses around the colours of stock clients, which say no arrival', () => {
    const stock = { client: 5, user: 'yjs:5', color: colorOf('ada'), mark: 0 };
    expect(choose('ada', [stock])).toMatchObject({ arrival: 1 });
    expect(choose('ada', [stock]).color).not.toBe(colorOf('ada'));
  });

  it('P15: takes the place of its user, who is here', () => {
    const own = session('ada', 3, { color: '#bc1088', mark: 2 });
    expect(choose('ada', [session('ada', 9, { client: 2 }), own, session('x', 20)])).toEqual({
      color: '#bc1088',
      mark: 2,
      arrival: 3,
    });
  });

  it('P15: says no arrival that nobody would take, whatever the others say', () => {
    expect(choose('ada', [session('x', MAX_ARRIVAL)]).arrival).toBe(MAX_ARRIVAL);
  });
});

describe('who has the look of another', () => {
  it('P15: stays where the other one came later, said no arrival, or is the same user', () => {
    const color = colorOf('ada');
    const ada = session('ada', 2);
    expect(moveOf(ada, [session('x', 3, { color })], false)).toBeUndefined();
    expect(moveOf(ada, [session('x', 2, { color })], false)).toBeUndefined(); // the lower id counts
    expect(moveOf(ada, [{ client: 3, user: 'x', color, mark: 0 }], false)).toBeUndefined();
    expect(moveOf(ada, [session('ada', 2, { client: 9 })], false)).toBeUndefined();
    expect(moveOf(ada, [session('x', 1, { color, mark: 1 })], false)).toBeUndefined();
  });

  it('P15: moves to the next free colour where the other one came first', () => {
    const at = PALETTE.indexOf(colorOf('ada') as (typeof PALETTE)[number]);
    const next = PALETTE[(at + 1) % 12] as string;
    const other = session('x', 1, { color: colorOf('ada') });
    expect(moveOf(session('ada', 2), [other], false)).toEqual({ color: next, mark: 0, arrival: 2 });
  });

  it('P15: keeps a colour that its page gave', () => {
    expect(moveOf(session('ada', 2), [session('x', 1, { color: colorOf('ada') })], true)).toBeUndefined();
  });

  it('P15: follows the first session of its user', () => {
    const first = session('ada', 1, { color: '#bc1088', client: 4 });
    expect(moveOf(session('ada', 2), [first], false)).toEqual({ color: '#bc1088', mark: 0, arrival: 1 });
    // With a colour of its own it takes the arrival alone.
    expect(moveOf(session('ada', 1, { client: 5 }), [first], true)).toBeUndefined();
  });

  it('P15: stays where no look is free', () => {
    const others: Session[] = [];
    for (let n = 0; n < 48; n++) others.push(session(`u${n}`, n + 1, choose(`u${n}`, others)));
    expect(moveOf(session('zoe', 60), others, false)).toBeUndefined();
  });

  it('P15: of any 48 who did not know each other, all differ soon, and none moved without need', () => {
    fc.assert(
      fc.property(strangers, (drawn) => {
        const { sessions, moved, rounds } = settle(drawn);
        expect(new Set(sessions.map(look)).size).toBe(drawn.length);
        expect(rounds).toBeLessThanOrEqual(2);
        for (const one of drawn) {
          const firsts = drawn.filter((other) => look(other) === look(one)).sort(byArrival);
          expect(moved.has(one.user), one.user).toBe(firsts[0] !== one);
        }
      }),
    );
  });

  it('P15: it is the same whatever the order in which one heard of the others', () => {
    fc.assert(
      fc.property(strangers, fc.nat(), (drawn, turn) => {
        for (const self of drawn) {
          const others = drawn.filter((other) => other !== self);
          const at = turn % (others.length || 1);
          expect(moveOf(self, [...others.slice(at), ...others.slice(0, at)], false)).toEqual(
            moveOf(self, others, false),
          );
        }
      }),
    );
  });
});
