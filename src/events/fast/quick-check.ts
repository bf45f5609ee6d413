/**
 * As `quickCheck` of plain.ts: a schema made into plain tests, once. Nearly every event is valid, and valibot takes
 * longer to say so, because it copies each object and makes a record of each field. The tests accept only what valibot
 * would return unchanged; all else is left to valibot, which also writes the error. This file reads fields of valibot's
 * schemas that its types do not promise; where it does not know one, there is no quick check.
 */
import type * as v from 'valibot';
import type { QuickCheck } from './plain.js';

/** What this file reads of a schema or an action; each type has some of these fields. */
interface Shape {
  readonly type: string;
  readonly kind: 'schema' | 'validation' | 'transformation' | 'metadata';
  readonly pipe?: readonly Shape[];
  readonly entries?: Readonly<Record<string, Shape>>;
  readonly wrapped?: Shape;
  readonly default?: unknown;
  readonly key?: string;
  readonly literal?: unknown;
  readonly options?: readonly unknown[];
  readonly requirement?: unknown;
  readonly check?: QuickCheck;
}

export function quickCheck(schema: v.GenericSchema): QuickCheck | undefined {
  const shape = schema as unknown as Shape;
  return shape.type === 'variant' ? variant(shape) : made(shape);
}

/** The test of each option under the values of its key, so that one look finds it. */
function variant({ key = '', options = [] }: Shape): QuickCheck | undefined {
  const tests = new Map<unknown, QuickCheck>();
  for (const option of options as readonly Shape[]) {
    const test = made(option);
    if (!test) return undefined;
    const { literal, options: values = [literal] } = option.entries?.[key] ?? {};
    for (const value of values) tests.set(value, test);
  }
  return (value) => tests.get((value as Record<string, unknown> | undefined | null)?.[key])?.(value) ?? false;
}

function made(shape: Shape): QuickCheck | undefined {
  const { pipe, wrapped, type } = shape;
  if (pipe) return all(pipe.map(made), pipe[0]?.type === 'string');
  if (!wrapped) return bare(shape);
  const test = made(wrapped);
  if (!test || shape.default !== undefined) return undefined;
  if (type === 'optional') return (value) => value === undefined || test(value);
  if (type === 'nullish') return (value) => value === undefined || value === null || test(value);
  if (type === 'non_optional') return (value) => value !== undefined && test(value);
  return undefined;
}

/** The test of a schema without a pipe, or of one action in a pipe. */
function bare({ type, kind, entries, literal, options, requirement, check }: Shape): QuickCheck | undefined {
  if (kind === 'validation') {
    if (type === 'check') return requirement as QuickCheck;
    if (type === 'min_value') return (value) => (value as number) >= (requirement as number);
    if (type === 'max_value') return (value) => (value as number) <= (requirement as number);
    return undefined;
  }
  if (kind !== 'schema') return undefined;
  if (type === 'string') return (value) => typeof value === 'string';
  if (type === 'number') return (value) => typeof value === 'number' && !Number.isNaN(value);
  if (type === 'unknown') return () => true;
  if (type === 'literal') return (value) => value === literal;
  if (type === 'picklist') return (value) => options?.includes(value) ?? false;
  if (type === 'custom') return check;
  return type === 'loose_object' && entries ? object(entries) : undefined;
}

/** Valibot removes these keys from its output, because they could change what an object is. */
const FORBIDDEN = ['__proto__', 'prototype', 'constructor'];

/**
 * Consecutive events have the same keys in the same order. Engines iterate over the keys of such objects more quickly
 * than they look up one key after another, so the order of the last object is remembered, with the test of each key.
 */
function object(entries: Readonly<Record<string, Shape>>): QuickCheck | undefined {
  const tests = new Map<string, QuickCheck>();
  const required: string[] = [];
  for (const [key, entry] of Object.entries(entries)) {
    const test = made(entry);
    if (!test) return undefined;
    tests.set(key, test);
    if (entry.type !== 'optional' && entry.type !== 'nullish') required.push(key);
  }

  let keys: readonly string[] = [];
  let order: readonly (QuickCheck | undefined)[] = [];
  /** How many of these keys, from the first on, an object must have. */
  let enough = Infinity;

  /** `undefined` for an object with other keys. */
  const holds = (value: object): boolean | undefined => {
    let count = 0;
    for (const key in value) {
      if (key !== keys[count]) return undefined;
      const test = order[count++];
      if (test && !test((value as Readonly<Record<string, unknown>>)[key])) return false;
    }
    return count >= enough || undefined;
  };

  const learn = (value: object): boolean => {
    const own = Object.keys(value);
    if (own.some((key) => FORBIDDEN.includes(key)) || !required.every((key) => own.includes(key))) return false;
    keys = own;
    order = own.map((key) => tests.get(key));
    enough = Math.max(0, ...required.map((key) => own.indexOf(key) + 1));
    return true;
  };

  return (value) => {
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false;
    return holds(value) ?? (learn(value) && (holds(value) ?? false));
  };
}

function all(given: readonly (QuickCheck | undefined)[], text: boolean): QuickCheck | undefined {
  const tests = given.filter((test) => test !== undefined);
  if (tests.length < given.length) return undefined;
  const every = tests.reduce((one, other) => (value) => one(value) && other(value));
  return text ? remembering(every) : every;
}

/** Consecutive events are about the same things, so a text that passed the test is mostly followed by the same text. */
function remembering(test: QuickCheck): QuickCheck {
  let good: unknown;
  return (value) => {
    if (value === good && value !== undefined) return true;
    if (!test(value)) return false;
    good = value;
    return true;
  };
}
