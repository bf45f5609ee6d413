/** The fast path and the plain path give the same answers, and have the same functions. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as fast from '../../../../src/events/fast/index.js';
import * as plain from '../../../../src/events/fast/plain.js';

const PATHS: readonly Pick<typeof plain, keyof typeof fast>[] = [fast, plain];
const decode = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes)) as { id: string };

it('the plain path has every function of the fast path', () => {
  for (const [name, value] of Object.entries(fast)) {
    expect(value).toBeTypeOf('function');
    expect(plain).toHaveProperty(name);
  }
});

describe('withId', () => {
  const objects = fc
    .dictionary(fc.string({ unit: 'binary', maxLength: 20 }), fc.jsonValue(), { minKeys: 1, noNullPrototype: true })
    .map((object) => JSON.stringify(object));
  const texts = fc.integer({ min: 0, max: 6_000 }).map((length) => JSON.stringify({ text: 'é'.repeat(length) }));

  it('adds a field "id" to any object and changes nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(objects, texts), (json) => {
        for (const { withId } of PATHS) {
          const { id, ...rest } = decode(withId(json));
          const { id: _, ...given } = JSON.parse(json) as { id?: unknown };
          expect(rest).toEqual(given);
          expect(PATHS.map(({ isOwnId }) => isOwnId(id))).toEqual([true, true]);
        }
      }),
    );
  });

  it('counts on from one id to the next', () => {
    const numbers = (path: (typeof PATHS)[number]) =>
      Array.from({ length: 1_500 }, () => Number.parseInt(decode(path.withId('{"a":1}')).id.slice(11), 36));
    for (const path of PATHS) {
      const all = numbers(path);
      expect(all).toEqual(all.map((_, index) => (all[0] ?? 0) + index));
    }
  });
});

const name = fc.constantFrom('0123456789', 'abcdefghij', 'a\nb.c{d\ud800 ');
const digits = fc.oneof(
  fc.nat({ max: 40 }).map((number) => number.toString(36)),
  fc.string({ unit: fc.constantFrom('0', '1', '9', 'a', 'z', 'A', ':', ' ', 'é'), maxLength: 12 }),
);
const ownLike = fc.tuple(fc.constantFrom('~', '~', '~', '', '-'), name, digits).map((parts) => parts.join(''));
const id = fc.oneof({ weight: 5, arbitrary: ownLike }, { weight: 1, arbitrary: fc.string({ unit: 'binary' }) });

describe('isOwnId', () => {
  it('gives the same answer for every text', () => {
    let own = 0;
    fc.assert(
      fc.property(id, (text) => {
        const [answer, other] = PATHS.map(({ isOwnId }) => isOwnId(text));
        expect(answer).toBe(other);
        if (answer) own++;
      }),
      { numRuns: 5_000 },
    );
    expect(own).toBeGreaterThan(500);
  });
});

describe('seenIds', () => {
  it('recognises the same copies, and leaves the same ids alone', () => {
    const answers = new Set<unknown>();
    fc.assert(
      fc.property(fc.array(id, { maxLength: 300, size: 'max' }), (ids) => {
        const [one, other] = PATHS.map(({ seenIds }) => seenIds(1_000));
        for (const each of ids) {
          const answer = one?.add(each);
          expect(answer).toBe(other?.add(each));
          answers.add(answer);
        }
      }),
    );
    expect(answers).toEqual(new Set([true, false, undefined]));
  });

  it('recognises at least the last ids of its size, and takes no new id for a copy', () => {
    const size = 8;
    fc.assert(
      fc.property(fc.array(ownLike, { maxLength: 200, size: 'max' }), (ids) => {
        for (const { seenIds } of PATHS) {
          const seen = seenIds(size);
          const had: string[] = [];
          for (const each of ids) {
            const answer = seen.add(each);
            if (answer === undefined) continue;
            if (had.slice(-size).includes(each)) expect(answer).toBe(false);
            if (!had.includes(each)) expect(answer).toBe(true);
            if (answer) had.push(each);
          }
        }
      }),
    );
  });
});
