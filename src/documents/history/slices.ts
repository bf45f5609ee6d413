/**
 * Y11: cuts a large update into smaller ones, of which a snapshot is made, so that a page that opens it can draw between
 * them. Each depends on those before it alone: Yjs would otherwise hold back what came too early, and try it again with
 * every slice.
 */
import * as Y from 'yjs';
import { byClient, type Decoded, encodeDecoded, type Struct } from './decode.js';

/** How many structs a slice has: to read them takes some 10 ms, where Yjs has just been loaded. */
const STRUCTS = 500;

/** The update as V2 updates, in the order in which they are to be applied; the deletions come last. */
export function* slicesOf({ structs, ds }: Decoded, size = STRUCTS): Generator<Uint8Array> {
  let slice: Struct[] = [];
  for (const struct of inOrder(structs)) {
    slice.push(struct);
    if (slice.length === size) {
      yield encodeDecoded(slice);
      slice = [];
    }
  }
  yield encodeDecoded(slice, ds);
}

/** The structs, each behind those that it depends on, as far as they are in the update. */
function* inOrder(structs: readonly Struct[]): Generator<Struct> {
  const queues = new Map([...byClient(structs)].map(([client, own]) => [client, { structs: own, next: 0 }]));
  /** The client whose struct `id` has not come yet; `undefined` where it has, or never will. */
  const waitsFor = (id: Y.ID | null): number | undefined => {
    const queue = id ? queues.get(id.client) : undefined;
    const next = queue?.structs[queue.next];
    return id && next && next.id.clock <= id.clock ? id.client : undefined;
  };
  for (const first of queues.keys()) {
    const stack = [first];
    for (let client = stack.at(-1); client !== undefined; client = stack.at(-1)) {
      const queue = queues.get(client);
      const struct = queue?.structs[queue.next];
      // A client on the stack again is a circle, which only hostile bytes make: Yjs holds them back.
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

function dependencies(struct: Struct): (Y.ID | null)[] {
  if (!(struct instanceof Y.Item)) return [];
  const { origin, rightOrigin, parent } = struct;
  return [origin, rightOrigin, parent instanceof Y.ID ? parent : null];
}
