/**
 * Y11: writes a document as a sequence of updates, of which a snapshot is made, so that a page that opens it can draw
 * between them. Each depends on those before it alone: Yjs would otherwise hold back what came too early, and try it
 * again with every slice.
 */
import * as Y from 'yjs';
import { type Deletes, encodeStructs, type Struct } from './decode.js';

/** How many structs a slice has: to read them takes some 10 ms, where Yjs has just been loaded. */
const STRUCTS = 500;

/**
 * The document as V2 updates, in the order in which they are to be applied, without what it holds back. Deletions come
 * last, but for those of content that is gone: its structs say so.
 */
export function* slicesOf({ store }: Y.Doc, size = STRUCTS): Generator<Uint8Array> {
  const deletes: Deletes = new Map();
  let slice: Struct[] = [];
  for (const struct of inOrder(store.clients)) {
    slice.push(struct);
    if (struct.deleted && !isGone(struct)) append(deletes, struct);
    if (slice.length === size) {
      yield encodeStructs(slice);
      slice = [];
    }
  }
  if (slice.length > 0) yield encodeStructs(slice);
  if (deletes.size > 0) yield encodeStructs([], deletes);
}

/** True for a struct that is deleted wherever it is integrated. */
export function isGone(struct: Struct): boolean {
  return struct instanceof Y.GC || (struct instanceof Y.Item && struct.content instanceof Y.ContentDeleted);
}

function append(deletes: Deletes, { id: { client, clock }, length: len }: Struct): void {
  const ranges = deletes.get(client);
  if (ranges) ranges.push({ clock, len });
  else deletes.set(client, [{ clock, len }]);
}

/** The structs, each behind those that it depends on. */
function* inOrder(clients: ReadonlyMap<number, readonly Struct[]>): Generator<Struct> {
  const queues = new Map([...clients].map(([client, structs]) => [client, { structs, next: 0 }]));
  /** The client whose struct `id` has not come yet. */
  const waitsFor = (id: Y.ID | null | undefined): number | undefined => {
    const queue = id ? queues.get(id.client) : undefined;
    const next = queue?.structs[queue.next];
    return id && next && next.id.clock <= id.clock ? id.client : undefined;
  };
  for (const first of queues.keys()) {
    const stack = [first];
    for (let client = stack.at(-1); client !== undefined; client = stack.at(-1)) {
      const queue = queues.get(client);
      const struct = queue?.structs[queue.next];
      const before =
        struct &&
        dependencies(struct)
          .map(waitsFor)
          .find((other) => other !== undefined && !stack.includes(other));
      if (before !== undefined) stack.push(before);
      else if (queue && struct) {
        queue.next++;
        yield struct;
        if (stack.length > 1) stack.pop(); // back to who waited, which may wait on
      } else stack.pop();
    }
  }
}

function dependencies(struct: Struct): (Y.ID | null | undefined)[] {
  if (!(struct instanceof Y.Item)) return [];
  const { origin, rightOrigin, parent } = struct;
  return [origin, rightOrigin, parent instanceof Y.AbstractType ? parent._item?.id : undefined];
}
