/** fast-check arbitraries for the tests of the protocol: values that a well-behaved sender would send. */
import fc from 'fast-check';
import type { Terms } from '../../src/protocol/presence-codec.js';
import type { Sample } from '../../src/protocol/samples-codec.js';

const FORBIDDEN = ['__proto__', 'constructor', 'prototype'];

/** A value that survives JSON unchanged: no -0, no undefined, and no key that the door drops (D2). */
export const json = (maxDepth = 4): fc.Arbitrary<unknown> =>
  fc
    .jsonValue({ maxDepth })
    .map((value) => JSON.parse(JSON.stringify(value)) as unknown)
    .filter((value) => !FORBIDDEN.some((key) => JSON.stringify(value).includes(`"${key}"`)));

export const client = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.maxSafeNat());
export const clock = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 2 ** 48 }));
export const color = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);

/** A user that the door does not change. */
export const user = fc
  .record(
    {
      id: fc.string({ minLength: 1, maxLength: 40 }),
      name: fc.constantFrom('Ada', 'Grace Hopper', '大橋 純', 'עדה', '👩‍🚀 Sally'),
      color,
      avatar: fc.constantFrom('https://example.org/a.png', 'data:image/png;base64,iVBORw0KGgo='),
    },
    { requiredKeys: ['id', 'name', 'color'], noNullPrototype: true },
  )
  .map((drawn) => ({ ...drawn, colorLight: `${drawn.color}33` }));

/** A state that the door does not change. */
export const state = fc
  .record(
    {
      user,
      file: fc.constantFrom('src/main.ts', 'ü', '大橋'),
      location: fc.constantFrom('src/main.ts', 'chapter 2'),
      note: json(),
      more: json(5),
    },
    { requiredKeys: ['user'], noNullPrototype: true },
  )
  .filter((value) => JSON.stringify(value).length < 4_000);

export const terms: fc.Arbitrary<Terms> = fc.record(
  {
    activity: fc.constantFrom('active', 'idle', 'away'),
    kind: fc.constantFrom('slate', 'yjs', 'json'),
    leaseMs: fc.nat(1800).map((tenths) => tenths * 100),
    ageMs: fc.nat(100_000).map((tenths) => tenths * 100),
  },
  { noNullPrototype: true },
);

const fraction = fc.double({ min: 0, max: 1, noNaN: true });

/** Samples, oldest first, as a batcher collects them. */
export const samples: fc.Arbitrary<Sample[]> = fc
  .array(fc.tuple(fc.nat(200), fraction, fraction, fc.constantFrom('', '#board', '#tür', '[data-row="7"]')), {
    maxLength: 40,
  })
  .map((drawn) => {
    let ago = drawn.reduce((sum, [later]) => sum + later, 0);
    return drawn.map(([later, x, y, anchor]) => {
      ago -= later;
      return { ago, x, y, anchor };
    });
  });
