/**
 * Y9: what edits depend on. Yjs shows an edit only behind those that it stands beside, of whoever they are. So an entry
 * holds with the edits of a session what they depend on and the history may lack: otherwise an acknowledged edit would
 * be lost from sight where the author of the one before it died before that was saved.
 */
import * as Y from 'yjs';
import { type Deletes, encodeStructs, type Struct } from './decode.js';

/**
 * The structs of `doc` that these structs of an edit depend on, directly or through others, from where `kept` ends for
 * each client on; as a V2 update, `undefined` where there are none.
 */
export function dependenciesOf(
  { store }: Y.Doc,
  edit: readonly Struct[],
  kept: (client: number) => number,
): Uint8Array | undefined {
  const own = new Map<number, Struct[]>();
  for (const struct of edit) {
    const { client } = struct.id;
    own.set(client, [...(own.get(client) ?? []), struct]);
  }
  const isInEdit = ({ client, clock }: Y.ID) =>
    own.get(client)?.some(({ id, length }) => id.clock <= clock && clock < id.clock + length) ?? false;
  const needed = new Map<number, Struct[]>();
  const queue: Struct[] = [...edit];
  for (let struct = queue.pop(); struct; struct = queue.pop()) {
    for (const id of dependenciesOfOne(struct)) {
      if (id.clock < kept(id.client) || needed.has(id.client) || isInEdit(id)) continue;
      const missing = structsFrom(store.clients.get(id.client) ?? [], kept(id.client));
      needed.set(id.client, missing);
      queue.push(...missing);
    }
  }
  // Updates are merged in this order of their clients.
  const structs = [...needed].sort(([one], [other]) => other - one).flatMap(([, missing]) => missing);
  if (structs.length === 0) return undefined;
  const deletes: Deletes = new Map();
  for (const { deleted, id, length: len } of structs) {
    if (deleted) deletes.set(id.client, [...(deletes.get(id.client) ?? []), { clock: id.clock, len }]);
  }
  return encodeStructs(structs, deletes);
}

function dependenciesOfOne(struct: Struct): Y.ID[] {
  if (!(struct instanceof Y.Item)) return [];
  const { origin, rightOrigin, parent } = struct;
  // In an update the parent is an id, or the name of a root; in a document it is a type.
  const inside = parent instanceof Y.AbstractType ? parent._item?.id : parent;
  return [origin, rightOrigin, inside].filter(
    (id): id is Y.ID => typeof id === 'object' && id !== null && 'clock' in id,
  );
}

/** The structs of a client that end behind `clock`. */
function structsFrom(structs: readonly Struct[], clock: number): Struct[] {
  let first = structs.length;
  for (let last = structs[first - 1]; last && last.id.clock + last.length > clock; last = structs[first - 1]) first--;
  return structs.slice(first);
}
