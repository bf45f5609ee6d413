/**
 * A quick way to say yes: a schema of ours made into plain tests, once. Nearly every event is valid, and valibot's own way
 * there makes a copy of each object and a record of each field. What the tests do not accept is left to valibot, which
 * has the last word, and the words of the error. They say yes only to what valibot gives back as it is.
 */
import type * as v from 'valibot';

export type QuickCheck = (value: unknown) => boolean;

/** What of a schema is read here; of the kinds below each has its own part of it. */
interface Shape {
  readonly type: string;
  readonly kind: 'schema' | 'validation' | 'transformation' | 'metadata';
  readonly pipe?: readonly Shape[];
  readonly entries?: Readonly<Record<string, Shape>>;
  readonly wrapped?: Shape;
  readonly default?: unknown;
  readonly literal?: unknown;
  readonly options?: readonly unknown[];
  readonly requirement?: unknown;
  readonly check?: QuickCheck;
}

/** `undefined` for a schema with something in it that is not known here: then there is no quick way. */
export function quickCheck(schema: v.GenericSchema): QuickCheck | undefined {
  return made(schema as unknown as Shape);
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

/** Of a schema without its pipe, or of an action in one. */
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

/** As in valibot, which leaves them out: they could change what an object is. */
const FORBIDDEN = ['__proto__', 'prototype', 'constructor'];

/**
 * Events in a row have the same keys in the same order. Engines go through the keys of such objects more quickly than they
 * look up one after another, so the order of the last object is remembered, with the test of each key in it.
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
  /** So many of these keys an object must have at least. */
  let enough = Infinity;

  /** `undefined` where the keys are not these. */
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

/** Events in a row are about the same things: of a text that was good, the same text is. */
function remembering(test: QuickCheck): QuickCheck {
  let good: unknown;
  return (value) => {
    if (value === good && value !== undefined) return true;
    if (!test(value)) return false;
    good = value;
    return true;
  };
}
