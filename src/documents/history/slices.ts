/**
 * Y11: cuts a large update into smaller ones, so that a page can draw between them. Each depends on those before it
 * alone: Yjs would otherwise hold back what came too early, and try it again with every slice.
 */
import { writeVarUint } from 'lib0/encoding';
import * as Y from 'yjs';
import type { Decoded } from './decode.js';

type Struct = Decoded['structs'][number];

/** How many structs a slice has: about 10 ms, where Yjs has just been loaded. */
const STRUCTS = 1_000;

/** The update as V2 updates, in the order in which they are to be applied; the deletions come last. */
export function* slicesOf({ structs, ds }: Decoded, size = STRUCTS): Generator<Uint8Array> {
  let slice: Struct[] = [];
  for (const struct of inOrder(structs)) {
    slice.push(struct);
    if (slice.length === size) {
      yield encode(slice);
      slice = [];
    }
  }
  yield encode(slice, ds);
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

function byClient(structs: readonly Struct[]): Map<number, Struct[]> {
  const clients = new Map<number, Struct[]>();
  for (const struct of structs) {
    const own = clients.get(struct.id.client);
    if (own) own.push(struct);
    else clients.set(struct.id.client, [struct]);
  }
  return clients;
}

function dependencies(struct: Struct): (Y.ID | null)[] {
  if (!(struct instanceof Y.Item)) return [];
  const { origin, rightOrigin, parent } = struct;
  return [origin, rightOrigin, parent instanceof Y.ID ? parent : null];
}

function encode(structs: readonly Struct[], ds?: Decoded['ds']): Uint8Array {
  const encoder = new Y.UpdateEncoderV2();
  const { restEncoder } = encoder;
  const clients = byClient(structs);
  writeVarUint(restEncoder, clients.size);
  for (const [client, own] of clients) {
    writeVarUint(restEncoder, own.length);
    encoder.writeClient(client);
    writeVarUint(restEncoder, own[0]?.id.clock ?? 0);
    for (const struct of own) struct.write(encoder, 0);
  }
  writeVarUint(restEncoder, ds?.clients.size ?? 0);
  for (const [client, deleted] of ds?.clients ?? []) {
    encoder.resetDsCurVal();
    writeVarUint(restEncoder, client);
    writeVarUint(restEncoder, deleted.length);
    for (const { clock, len } of deleted) {
      encoder.writeDsClock(clock);
      encoder.writeDsLen(len);
    }
  }
  return encoder.toUint8Array();
}
