/** The quick check accepts only what valibot accepts, and it accepts what programs publish. */
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { quickCheck } from '../../../../src/events/fast/quick-check.js';
import {
  AssetEventSchema,
  BuildEventSchema,
  CollaborationEventSchema,
  EditorEventSchema,
  FileEventSchema,
  ProjectEventSchema,
  RuntimeEventSchema,
} from '../../../../src/index.js';
import { RESOURCES } from '../../../support/event-samples.js';

const SCHEMAS: Record<string, v.GenericSchema> = {
  project: ProjectEventSchema,
  file: FileEventSchema,
  asset: AssetEventSchema,
  runtime: RuntimeEventSchema,
  build: BuildEventSchema,
  editor: EditorEventSchema,
  collab: CollaborationEventSchema,
};

const KEYS = ['id', 'type', 'timestamp', 'projectId', 'userId', 'fileId', 'assetId', 'sessionId', 'buildId', 'data'];
const DATA = ['percent', 'message', 'level', 'error', 'position', 'location', 'name'];
const odd = fc.constantFrom<unknown>(
  undefined,
  null,
  '',
  'p1',
  0,
  -1,
  1,
  50,
  100.5,
  Number.NaN,
  Infinity,
  true,
  [],
  {},
  '\ud800',
  'x'.repeat(257),
);
const poison = (depth: object) =>
  fc
    .constantFrom('__proto__', 'constructor', 'prototype', 'extra')
    .map((key) => JSON.parse(`{"${key}":{"a":1}}`) as object)
    .map((more) => ({ ...depth, ...more }));
const fields = (keys: readonly string[], value: fc.Arbitrary<unknown>) =>
  fc.array(fc.tuple(fc.constantFrom(...keys), value), { maxLength: 3 });

/** The event with its keys in another order, with inherited keys, or as an instance of a class. */
const reshaped = (event: object) =>
  fc
    .constantFrom<(entries: [string, unknown][]) => object>(
      () => event,
      () => event,
      (entries) => Object.fromEntries(entries.reverse()),
      (entries) => Object.fromEntries([...entries.slice(2), ...entries.slice(0, 2)]),
      (entries) => Object.create(Object.fromEntries(entries)) as object,
      (entries) =>
        Object.assign(
          Object.create({ [entries[0]?.[0] ?? '']: entries[0]?.[1] }),
          Object.fromEntries(entries.slice(1)),
        ),
      (entries) => Object.assign(new (class Kind {})(), Object.fromEntries(entries)),
    )
    .map((reshape) => reshape(Object.entries(event)));

/** A valid event with some fields changed, added or removed. */
const changed = (sample: object) =>
  fc
    .tuple(fields(KEYS, odd), fields(DATA, odd), fc.boolean(), fc.boolean(), fields(KEYS, fc.constant(null)))
    .chain(([top, inner, hasData, poisoned, gone]) => {
      const data = hasData ? { ...(sample as { data?: object }).data, ...Object.fromEntries(inner) } : undefined;
      const event: Record<string, unknown> = { ...sample, ...Object.fromEntries(top), ...(data && { data }) };
      for (const [key] of gone) delete event[key];
      return poisoned ? poison(event) : fc.constant(event);
    });

describe.each(RESOURCES)('the quick check of $name events', ({ name, samples }) => {
  const schema = SCHEMAS[name] as v.GenericSchema;
  const accepts = quickCheck(schema) ?? expect.unreachable('the schema has no quick check');

  it('accepts a valid event of each type', () => {
    for (const sample of samples) {
      expect(accepts(sample)).toBe(true);
      expect(accepts({ ...sample, id: 'x', more: { deep: [1] } })).toBe(true);
    }
  });

  it('accepts only what valibot accepts and returns unchanged', () => {
    let [yes, no] = [0, 0];
    fc.assert(
      fc.property(
        fc
          .constantFrom(...samples)
          .chain(changed)
          .chain(reshaped),
        (event) => {
          const result = v.safeParse(schema, event);
          if (accepts(event)) {
            yes++;
            expect(result.success).toBe(true);
            expect(result.output).toEqual(event);
            expect(Object.getOwnPropertyNames(result.output).sort()).toEqual(Object.getOwnPropertyNames(event).sort());
          } else no++;
        },
      ),
      { numRuns: 3_000 },
    );
    expect(Math.min(yes, no)).toBeGreaterThan(100); // both cases occur
  });

  it('accepts the keys in any order, and without optional ones', () => {
    for (const sample of samples) {
      const more = { id: 'x', ...sample, extra: 1 };
      const orders = [more, sample, Object.fromEntries(Object.entries(more).reverse()), sample, { ...sample, id: 'y' }];
      for (const event of [...orders, ...orders]) expect(accepts(event)).toBe(true);
      const { timestamp: _, ...less } = sample;
      expect(accepts(less)).toBe(false);
      expect(accepts({ timestamp: sample.timestamp, type: sample.type })).toBe(false);
    }
  });

  it('refuses what is not an object', () => {
    for (const value of [undefined, null, 1, 'x', [], Object.assign([], samples[0])]) {
      expect(accepts(value)).toBe(false);
    }
  });
});

it.each([
  ['a transformation', v.pipe(v.string(), v.trim())],
  ['a validation it does not know', v.pipe(v.string(), v.email())],
  ['a schema it does not know', v.strictObject({ a: v.string() })],
  ['a default', v.looseObject({ a: v.optional(v.string(), 'x') })],
  ['any of them inside', v.looseObject({ a: v.looseObject({ b: v.pipe(v.string(), v.toLowerCase()) }) })],
])('leaves %s to valibot', (_, schema) => {
  expect(quickCheck(schema)).toBeUndefined();
});
