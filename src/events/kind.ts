/**
 * What a kind of event is: its schema, where it is published, and what a listener has to hear to miss none. Each of the
 * seven is a value of this type in a file of its own; `publish.ts` and `feed.ts` do the same for all.
 */
import * as v from 'valibot';
import { EventError } from '../errors.js';
import { type QuickCheck, quickCheck } from './quick-check.js';

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
  /** The parts of the schema by type; filled in by `checkEvent`. */
  parts?: Map<unknown, Part>;
  /** Types that are worth nothing later: not held while the connection is lost. */
  readonly fleeting?: readonly string[];
  /** Every subject an event goes to, that of the bus document first. `notify`: users to be told besides. */
  subjects(event: E, notify: readonly string[]): readonly string[];
  /** What a listener subscribes to. Throws {@link InvalidIdError}. */
  heard(scope: Scope): readonly string[];
  /** Whether an event that came so is for a listener of `scope`; `knows` its items. */
  accepts(
    event: E,
    scope: Scope,
    from: { readonly subject: string },
    knows: (item: string) => boolean,
  ): boolean | Misplaced;
  /** Things of which a listener hears on subjects of their own, once it knows them. */
  readonly items?: {
    of(event: E): string;
    heard(item: string): readonly string[];
    /** True: only from events that are not ours; ours reach the listener without. */
    readonly foreignOnly: boolean;
  };
}

/** Throws {@link EventError} with the first thing that is wrong, and the subject it came on or would go to. */
export function checkEvent<E extends AnyEvent>(
  kind: EventKind<E, never>,
  event: unknown,
  from?: { readonly subject: string },
): E {
  kind.parts ??= partsOf(kind.schema);
  const part = kind.parts.get((event as AnyEvent | undefined | null)?.type);
  if (part?.accepts?.(event)) return event as E;
  const result = v.safeParse(part?.schema ?? kind.schema, event, FIRST);
  if (result.success) return result.output as E;
  const [issue] = result.issues;
  throw new EventError(from?.subject ?? subjectOf(kind, event), v.getDotPath(issue) ?? '', issue.message.slice(0, 300));
}

const FIRST = { abortEarly: true };

/** What holds for events of one type. */
interface Part {
  readonly schema: v.GenericSchema;
  readonly accepts: QuickCheck | undefined;
}

/** Of a variant each part under its types: valibot would try them in turn. */
export function partsOf(schema: v.GenericSchema): Map<unknown, Part> {
  const schemas = 'options' in schema ? (schema.options as Typed[]) : [schema as Typed];
  return new Map(
    schemas.flatMap((one) => {
      const part: Part = { schema: one, accepts: quickCheck(one) };
      return types(one).map((type): [unknown, Part] => [type, part]);
    }),
  );
}

type Typed = v.LooseObjectSchema<
  { type: v.LiteralSchema<string, undefined> | v.PicklistSchema<string[], undefined> },
  undefined
>;

const types = ({ entries: { type } }: Typed): string[] => ('options' in type ? type.options : [type.literal]);

/** As far as it can be told of an event that may be anything. */
function subjectOf<E extends AnyEvent>(kind: EventKind<E, never>, event: unknown): string {
  try {
    return kind.subjects(event as E, [])[0] ?? '';
  } catch {
    return `slate.${kind.name}`;
  }
}

/** For kinds with one id in their subjects: an event that names another has been misplaced. */
export function names(path: string, named: string, scope: string): true | Misplaced {
  return named === scope || { path, reason: `is ${JSON.stringify(named)} on a subject of ${JSON.stringify(scope)}` };
}
