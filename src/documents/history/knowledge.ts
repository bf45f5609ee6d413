/**
 * What is known to be in the history of a document: which structs and which deletions, without a second document. From
 * it follows what a document has that the history lacks.
 */
import * as Y from 'yjs';
import type { Decoded } from './decode.js';
import { Ranges } from './ranges.js';
import { isGone } from './slices.js';

/** Structs and deletions of an update: client, clock and length of each run, one after another. */
export interface Spans {
  readonly structs: readonly number[];
  readonly deletes: readonly number[];
}

/** To be called before the structs are integrated: a document goes on to split and merge them. */
export function spansOf({ structs, ds }: Decoded): Spans {
  const spans = { structs: [] as number[], deletes: [] as number[] };
  for (const struct of structs) {
    if (struct instanceof Y.Skip) continue; // a gap in an update: what is not in it
    const { id, length } = struct;
    append(spans.structs, id.client, id.clock, length);
    if (isGone(struct)) append(spans.deletes, id.client, id.clock, length);
  }
  for (const [client, ranges] of ds.clients)
    for (const { clock, len } of ranges) append(spans.deletes, client, clock, len);
  return spans;
}

/** The clients of which there are structs; one may come several times. */
export function clientsOf({ structs }: Spans): number[] {
  return structs.filter((_, at) => at % 3 === 0);
}

function append(flat: number[], client: number, clock: number, length: number): void {
  const at = flat.length - 3;
  const isNext = flat[at] === client && (flat[at + 1] as number) + (flat[at + 2] as number) === clock;
  if (isNext) flat[at + 2] = (flat[at + 2] as number) + length;
  else flat.push(client, clock, length);
}

export class Knowledge {
  #structs = new Ranges();
  #deletes = new Ranges();

  add({ structs, deletes }: Spans): void {
    addAll(this.#structs, structs);
    addAll(this.#deletes, deletes);
  }

  /** How much of a client is in the history, without a hole. */
  prefix(client: number): number {
    return this.#structs.prefix(client);
  }

  forget(): void {
    this.#structs = new Ranges();
    this.#deletes = new Ranges();
  }

  /** True where all of the document is in the history. What it holds back (Y7) does not count. */
  covers(doc: Y.Doc): boolean {
    for (const client of doc.store.clients.keys()) {
      if (this.#structs.prefix(client) < Y.getState(doc.store, client)) return false;
    }
    for (const [client, ranges] of Y.createDeleteSetFromStructStore(doc.store).clients) {
      if (!ranges.every(({ clock, len }) => this.#deletes.covers(client, clock, len))) return false;
    }
    return true;
  }

  /**
   * What the document has and the history lacks, as a V2 update; `undefined` where that is nothing. What the document
   * holds back, because something is missing before it, is left out (Y7); so are structs of clients that are not
   * `wanted`.
   */
  missing(doc: Y.Doc, wanted: (client: number) => boolean = () => true): Uint8Array | undefined {
    if (this.covers(doc)) return undefined;
    const from = this.#structs.prefixes;
    for (const client of doc.store.clients.keys()) if (!wanted(client)) from.set(client, Y.getState(doc.store, client));
    return integrated(doc, Y.encodeStateVector(from));
  }

  /**
   * True where the history itself lacks something that it depends on: a client has structs in it without those before
   * them, or the document holds structs back that are in the history.
   */
  lacks(doc: Y.Doc): boolean {
    if (this.#structs.hasHoles) return true;
    const pending = doc.store.pendingStructs;
    if (!pending) return false;
    return Y.decodeUpdateV2(pending.update).structs.some(
      (struct) => !(struct instanceof Y.Skip) && this.#structs.covers(struct.id.client, struct.id.clock, struct.length),
    );
  }
}

function addAll(ranges: Ranges, spans: readonly number[]): void {
  for (let at = 0; at < spans.length; at += 3) {
    ranges.add(spans[at] as number, spans[at + 1] as number, spans[at + 2] as number);
  }
}

/**
 * The state of a document as a V2 update, without what it holds back: `encodeStateAsUpdateV2` would put that into it.
 */
export function integrated(doc: Y.Doc, stateVector?: Uint8Array): Uint8Array {
  const { store } = doc;
  const { pendingStructs, pendingDs } = store;
  store.pendingStructs = null;
  store.pendingDs = null;
  try {
    return Y.encodeStateAsUpdateV2(doc, stateVector);
  } finally {
    store.pendingStructs = pendingStructs;
    store.pendingDs = pendingDs;
  }
}
