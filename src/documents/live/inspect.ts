/**
 * Y18: looks through an update before it is applied. Yjs takes whatever decodes: V2 bytes without an error and without
 * an effect, clocks that nobody reaches, values nested so deep that whoever walks through them fails.
 */
import type { Decoder } from 'lib0/decoding';
import {
  ContentAny,
  ContentEmbed,
  ContentFormat,
  ContentJSON,
  type Doc,
  decodeUpdateV2,
  type GC,
  getState,
  ID,
  Item,
  type Skip,
  UpdateDecoderV1,
} from 'yjs';
import { ProtocolError } from '../../errors.js';
import { MAX_CLOCK, MAX_DEPTH, MAX_ROOT_NAME } from './limits.js';

export interface Inspected {
  readonly structs: readonly (Item | GC | Skip)[];
  readonly deletes: Map<number, { readonly clock: number; readonly len: number }[]>;
  /** It changes something, or could: there are structs or deletions in it. */
  readonly isEmpty: boolean;
}

/** What the update that is being decoded is read from: there is one at a time. */
let input: Decoder | undefined;

/** One class for all updates, so that the engine compiles it once. */
class Whole extends UpdateDecoderV1 {
  constructor(decoder: Decoder) {
    super(decoder);
    input = decoder;
  }
}

/** Decodes an update in Yjs's V1 encoding, whole, and checks what it holds. Throws {@link ProtocolError}. */
export function inspect(update: Uint8Array): Inspected {
  let decoded: ReturnType<typeof decodeUpdateV2>;
  let end: number | undefined;
  try {
    decoded = decodeUpdateV2(update, Whole);
  } catch (cause) {
    throw new ProtocolError('bytes', 'an update cannot be decoded', { cause });
  } finally {
    end = input?.pos;
    input = undefined;
  }
  if (end !== update.length) throw new ProtocolError('bytes', 'there are bytes after the end of an update');
  const { structs, ds } = decoded;
  for (const struct of structs) {
    checkClock(struct.id.clock + struct.length);
    if (struct instanceof Item) checkItem(struct);
  }
  for (const ranges of ds.clients.values()) for (const { clock, len } of ranges) checkClock(clock + len);
  return { structs, deletes: ds.clients, isEmpty: structs.length === 0 && ds.clients.size === 0 };
}

/** Y18: structs under this document's own client id which it has not made: another session has the same one. */
export function claimsOwnId({ structs }: Inspected, doc: Doc): boolean {
  const own = getState(doc.store, doc.clientID);
  return structs.some(({ id, length }) => id.client === doc.clientID && id.clock + length > own);
}

function checkClock(clock: number): void {
  if (!(clock <= MAX_CLOCK)) throw new ProtocolError('clock', `an edit with the clock ${clock}, over ${MAX_CLOCK}`);
}

function checkItem({ origin, rightOrigin, parent, content }: Item): void {
  for (const id of [origin, rightOrigin, parent]) if (id instanceof ID) checkClock(id.clock);
  const root: unknown = parent; // of an item that is not in a document, the name of a root type
  if (typeof root === 'string' && root.length > MAX_ROOT_NAME) {
    throw new ProtocolError('size', `the name of a root type has ${root.length} characters, over ${MAX_ROOT_NAME}`);
  }
  if (content instanceof ContentAny || content instanceof ContentJSON) checkDepth(content.arr, MAX_DEPTH + 1);
  else if (content instanceof ContentEmbed) checkDepth(content.embed, MAX_DEPTH);
  else if (content instanceof ContentFormat) checkDepth(content.value, MAX_DEPTH);
}

function checkDepth(value: unknown, left: number): void {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  if (left === 0) throw new ProtocolError('limit', `a value has more than ${MAX_DEPTH} levels`);
  for (const member of Object.values(value)) checkDepth(member, left - 1);
}
