/**
 * What a kind of event is: its schema, the subjects it is published to, and the patterns that a listener subscribes to.
 * Each of the seven kinds is a value of this type in a file of its own; `publish.ts` and `feed.ts` do the same for all
 * kinds.
 */
import * as v from 'valibot';
import { EventError } from '../errors.js';
import { lastId, resourceSubject } from '../protocol/subjects.js';
import { type QuickCheck, quickCheck } from './fast/index.js';
import type { joinWide } from './wide.js';

export interface AnyEvent {
  readonly type: string;
  readonly timestamp: number;
  readonly id?: string | undefined;
}

/** The reason why an event must not be on the subject that it was received on. */
export interface Misplaced {
  /** The field that does not fit the subject. */
  readonly path: string;
  readonly reason: string;
}

/** Adds a listener. Returns a function that unsubscribes. */
export type Feed<E> = (fn: (event: E) => void) => () => void;

export interface EventKind<E extends AnyEvent, Scope> {
  /** The resource in its subjects. */
  readonly name: string;
  readonly schema: v.GenericSchema<unknown, E>;
  /** Paths of optional fields that are left out of a received event where they are not valid. */
  readonly tolerates?: readonly string[];
  /** Made of `schema` by `checkEvent`. */
  quickCheck?: QuickCheck;
  /** The feeds on each client, made by `listen`. */
  feeds?: WeakMap<object, Map<string, Feed<E>>>;
  /** Types of which only the last event is worth anything: earlier ones are not held while the connection is lost. */
  readonly fleeting?: readonly string[];
  /**
   * Every subject that an event is published to, the one of the bus document first. `notify`: further users to tell.
   */
  publishTo(event: E, notify: readonly string[]): readonly string[];
  /** The patterns that a listener subscribes to. Throws {@link InvalidIdError}. */
  subscribeTo(scope: Scope): readonly string[];
  /** Whether a received event is for a listener of `scope`. `knows`: whether the listener knows an item. */
  accepts(
    event: E,
    scope: Scope,
    from: { readonly subject: string },
    knows: (item: string) => boolean,
  ): boolean | Misplaced;
  /** Things whose events have subjects of their own: a listener subscribes to those once it knows the thing. */
  readonly items?: {
    of(event: E): string;
    subscribeTo(item: string): readonly string[];
    /** True: items are learnt only from other programs, because Slate publishes to the listener's subjects, too. */
    readonly foreignOnly: boolean;
  };
  /** Where programs publish that know no more than the bus document, for all listeners together. */
  readonly wide?: {
    /** `joinWide`: what lists no wide subscriptions need not load them. */
    readonly join: typeof joinWide;
    /** The patterns of these subjects. Throws {@link InvalidIdError}. */
    patterns(scope: Scope): readonly string[];
    /** The events in a message that are for a listener of `scope`. Nothing has been checked yet. */
    select(
      data: unknown,
      scope: Scope,
      from: { readonly subject: string },
      knows: (item: string) => boolean,
    ): readonly unknown[];
  };
}

/**
 * For kinds with one event in a message: none where it is for others. `about`: the ids that its subject may name; so
 * whoever may publish about one thing only cannot publish about another.
 */
export function single(
  data: unknown,
  { subject }: { readonly subject: string },
  isFor: (event: Readonly<Record<string, unknown>>) => boolean,
  about: (event: Readonly<Record<string, unknown>>) => readonly unknown[],
): readonly unknown[] {
  if (typeof data !== 'object' || data === null) return [];
  const event = data as Readonly<Record<string, unknown>>;
  return isFor(event) && about(event).includes(lastId(subject)) ? [event] : [];
}

const FIRST = { abortEarly: true };
const MAX_REASON = 300;

/**
 * The event, checked; `from` is the message that it was received in. Throws {@link EventError} with the first thing
 * that is wrong, and the subject that the event was received on or would be published to.
 */
export function checkEvent<E extends AnyEvent>(
  kind: EventKind<E, never>,
  event: unknown,
  from?: { readonly subject: string },
): E {
  kind.quickCheck ??= quickCheck(kind.schema) ?? never;
  if (kind.quickCheck(event)) return event as E;
  const result = v.safeParse(kind.schema, event, FIRST);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue) ?? '';
  if (from && kind.tolerates?.includes(path)) return checkEvent(kind, without(event, path.split('.')), from);
  throw new EventError(from?.subject ?? subjectOf(kind, event), path, issue.message.slice(0, MAX_REASON));
}

/** A copy without a field, such as `['data', 'name']`. */
function without(value: unknown, [key = '', ...rest]: readonly string[]): unknown {
  const { [key]: field, ...others } = value as Readonly<Record<string, unknown>>;
  return rest.length === 0 ? others : { ...others, [key]: without(field, rest) };
}

const never = () => false;

/** The subject of a value that may be anything, as far as it can be told. */
function subjectOf<E extends AnyEvent>(kind: EventKind<E, never>, event: unknown): string {
  try {
    return kind.publishTo(event as E, [])[0] ?? '';
  } catch {
    return resourceSubject(kind.name);
  }
}

/** For kinds with one id in their subjects: an event that names another id is misplaced. */
export function names(path: string, named: string, scope: string): true | Misplaced {
  return named === scope || { path, reason: `is ${JSON.stringify(named)} on a subject of ${JSON.stringify(scope)}` };
}
