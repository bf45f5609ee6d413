/** V10: when credentials that end are renewed, on a virtual clock. */
import { describe, expect, it } from 'vitest';
import { type Secret, type Ticket, Tickets } from '../../../../src/bus/nats/credentials.js';
import { Renewal } from '../../../../src/bus/nats/renewal.js';
import { AuthenticationError, type SlateError } from '../../../../src/errors.js';
import { turns, VirtualClock } from '../../../support/virtual-clock.js';

const jwt = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

/** Credentials that a function gives, each good for `lifeMs`, and their renewal. */
function setUp({ lifeMs = 100_000, chance = 0.5, skewMs = 0 } = {}) {
  const clock = new VirtualClock();
  const start = clock.now();
  const asked: number[] = [];
  const errors: SlateError[] = [];
  const lab = {
    answer: (): ReturnType<Exclude<Secret, string>> => {
      const iat = (clock.date() + skewMs) / 1000;
      return jwt({ iat, exp: iat + lifeMs / 1000, jti: asked.length });
    },
    replaced: async (_: Ticket) => undefined as unknown,
  };
  const token: Secret = () => {
    asked.push(Math.round(clock.now() - start));
    return lab.answer();
  };
  const tickets = new Tickets({
    clock,
    timeout: 10_000,
    servers: ['ws://a'],
    credentials: { jwt: token, seed: undefined },
  });
  const renewal: Renewal = new Renewal({
    clock,
    random: () => chance,
    ask: () => tickets.next(),
    replace: async (ticket) => {
      await lab.replaced(ticket);
      renewal.accepted(ticket);
    },
    failed: (error) => errors.push(error),
  });
  const begin = async () => renewal.accepted(await tickets.next());
  return { clock, lab, asked, errors, renewal, tickets, begin };
}

describe('V10: credentials are renewed', () => {
  it.each([
    [100_000, 0, 76_000],
    [100_000, 0.5, 80_000],
    [100_000, 1, 84_000],
    [20_000, 0.5, 15_000], // 5 s before the end
    [8_000, 0.5, 4_000], // at half of a short life
  ])('of a life of %i ms, chance %d, after %i ms, and so on', async (lifeMs, chance, dueMs) => {
    const { clock, asked, begin } = setUp({ lifeMs, chance });
    await begin();
    await clock.advance(3 * dueMs + 1);
    expect(asked).toEqual([0, dueMs, 2 * dueMs, 3 * dueMs]);
  });

  it.each([-3_600_000, 3_600_000])('by the age since they came, with a clock that is %i ms off', async (skewMs) => {
    const { clock, asked, begin } = setUp({ skewMs });
    await begin();
    await clock.advance(80_000);
    expect(asked).toEqual([0, 80_000]);
  });

  it('by `expires` where the JWT does not say when it ends, and never where nothing does', async () => {
    const one = setUp();
    one.lab.answer = () => ({ jwt: `opaque ${one.asked.length}`, expires: one.clock.date() + 50_000 });
    await one.begin();
    await one.clock.advance(40_000);
    expect(one.asked).toEqual([0, 40_000]);
    const other = setUp();
    other.lab.answer = () => 'opaque';
    await other.begin();
    expect(other.clock.waiting).toBe(0);
  });

  it('at most once a second, whatever the clock, and before a timer overflows', async () => {
    const { clock, lab, asked, begin } = setUp();
    lab.answer = () => ({ jwt: `opaque ${asked.length}`, expires: clock.date() + 1 });
    await begin();
    await clock.advance(10_000);
    expect(asked.length).toBeLessThanOrEqual(11);
    const year = setUp({ lifeMs: 365 * 86_400_000 });
    await year.begin();
    await year.clock.advance(86_400_000);
    expect(year.asked).toEqual([0]);
    await year.clock.advance(30 * 86_400_000);
    expect(year.asked).toEqual([0, 2 ** 31 - 1]);
  });

  it('at once after a sleep past the end, and no sooner than asked for once', async () => {
    const { clock, asked, begin } = setUp();
    await begin();
    await clock.sleep(500_000);
    await turns();
    expect(asked).toEqual([0, 500_000]);
  });
});

describe('V10: a renewal that fails', () => {
  it('is tried again after 1, 2, 4 … 32 s ± 30 %, and is one error as long as the reason is the same', async () => {
    for (const [chance, factor] of [
      [0, 0.7],
      [0.5, 1],
      [1, 1.3],
    ] as const) {
      const { clock, lab, asked, errors, begin } = setUp({ chance });
      await begin();
      const { answer } = lab;
      lab.answer = () => Promise.reject(new Error('signed out'));
      await clock.advance(90_000 + 160_000 * factor);
      const waits = asked.slice(1).map((at, n) => Math.round((at - (asked[n] ?? 0)) / factor));
      expect(waits.slice(1, 8)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 32_000]);
      expect(errors.map((error) => error.message)).toEqual([
        'The credentials for the NATS server at ws://a failed: they could not be made: signed out.',
      ]);
      lab.answer = () => Promise.reject(new Error('gone'));
      await clock.advance(42_000);
      expect(errors).toHaveLength(2);
      lab.answer = answer;
      await clock.advance(42_000);
      const { length } = asked;
      await clock.advance(30_000);
      expect(asked).toHaveLength(length); // a whole life begins
    }
  });

  it('because the function gives the same as before is no error, and is asked again', async () => {
    const { clock, lab, asked, errors, begin } = setUp();
    const same = jwt({ iat: 0, exp: 100 });
    lab.answer = () => same;
    await begin();
    await clock.advance(84_000);
    expect(asked).toEqual([0, 80_000, 81_000, 83_000]);
    expect(errors).toEqual([]);
  });

  it('because the other connection is not made, is an error of that', async () => {
    const { clock, lab, errors, begin } = setUp();
    const refused = new AuthenticationError(['ws://a'], 'authorization violation');
    lab.replaced = () => Promise.reject(refused);
    await begin();
    await clock.advance(90_000);
    expect(errors).toEqual([refused]);
  });

  it('is nobody’s once the connection is lost', async () => {
    const { clock, lab, asked, errors, renewal, begin } = setUp();
    await begin();
    let fail = (_: Error) => undefined as unknown;
    lab.answer = () => new Promise((_, reject) => (fail = reject));
    await clock.advance(80_000);
    renewal.stop();
    fail(new Error('too late'));
    await clock.advance(200_000);
    expect(asked).toHaveLength(2);
    expect(errors).toEqual([]);
    expect(clock.waiting).toBe(0);
  });
});

describe('what a function gives in place of credentials', () => {
  it.each<[unknown, string]>([
    [undefined, 'the function returned undefined'],
    [null, 'the function returned null'],
    [7, 'the function returned number'],
    ['', 'the function returned an empty text'],
    [{}, 'the function returned an object without a text "jwt"'],
    [{ jwt: 7 }, 'the function returned an object without a text "jwt"'],
    [{ jwt: '' }, 'the function returned an object without a text "jwt"'],
    [{ jwt: 'a', seed: 7 }, 'the "seed" of the answer is no text'],
  ])('%j is an error that says so', async (given, words) => {
    const { lab, tickets } = setUp();
    lab.answer = () => given as string;
    const error = await tickets.next().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AuthenticationError);
    expect((error as Error).message).toContain(words);
  });

  it('and that is of another user than the server accepted', async () => {
    const { lab, tickets } = setUp();
    const of = (name: string) => jwt({ name, nats: { tags: ['slate'] } });
    lab.answer = () => of('ada');
    tickets.accepted(await tickets.next());
    lab.answer = () => of('bob');
    await expect(tickets.next()).rejects.toThrow('they are those of "bob", not of "ada" as before');
    lab.answer = () => 'another JWT';
    await expect(tickets.next()).rejects.toThrow('not of "ada" as before');
    lab.answer = () => of('ada');
    expect((await tickets.next()).identity?.user).toBe('ada');
  });

  it('never appears in an error', async () => {
    const { lab, tickets } = setUp();
    lab.answer = () => ({ jwt: '', seed: 'SUSECRET' });
    await expect(tickets.next()).rejects.toThrow(/^(?!.*SUSECRET)/);
  });
});
