/**
 * What a kind of event is: its schema, where it is published, and what a listener has to hear to miss none. Each of the
 * seven is a value of this type in a file of its own; `publish.ts` and `feed.ts` do the same for all.
 */
import * as v from 'valibot';
import { EventError } from '../errors.js';

export interface AnyEvent {
  readonly type: string;
  readonly timestamp: number;
  readonly id?: string | undefined;
}

/** Why an event has no business on the subject it came on. */
export interface Misplaced {
  readonly path: string;
  readonly reason: string;
}

export interface EventKind<E extends AnyEvent, Scope> {
  /** The resource of its subjects. */
  readonly name: string;
  readonly schema: v.GenericSchema<unknown, E>;
  /** Types that are worth nothing later: not held while the connection is lost. */
  readonly fleeting?: readonly string[];
  /** Every subject an event goes to, that of the bus document first. `notify`: users to be told besides. */
  subjects(event: E, notify: readonly string[]): readonly string[];
  /** What a listener subscribes to. Throws {@link InvalidIdError}. */
  heard(scope: Scope): readonly string[];
  /** Whether an event on this subject is for a listener of `scope`; `knows` its items. */
  accepts(event: E, scope: Scope, subject: string, knows: (item: string) => boolean): boolean | Misplaced;
  /** Things of which a listener hears on subjects of their own, once it knows them. */
  readonly items?: {
    of(event: E): string;
    heard(item: string): readonly string[];
    /** True: only from events that are not ours; ours reach the listener without. */
    readonly foreignOnly: boolean;
  };
}

/** Throws {@link EventError} with the first thing that is wrong. */
export function checkEvent<E extends AnyEvent>(kind: EventKind<E, never>, event: unknown, subject: string): E {
  const result = v.safeParse(kind.schema, event, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new EventError(subject, v.getDotPath(issue) ?? '', issue.message.slice(0, 300));
}

/** For kinds with one id in their subjects: an event that names another has been misplaced. */
export function names(path: string, named: string, scope: string): true | Misplaced {
  return named === scope || { path, reason: `is ${JSON.stringify(named)} on a subject of ${JSON.stringify(scope)}` };
}
