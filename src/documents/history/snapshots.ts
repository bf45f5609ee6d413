/** Y10 to Y13: writes and reads snapshots, which are whole documents in chunks. */
import type * as Y from 'yjs';
import { ProtocolError } from '../../errors.js';
import { randomId } from '../../id.js';
import { lastMessage } from '../../jetstream/direct.js';
import { store } from '../../jetstream/messages.js';
import { purgeAll } from '../../jetstream/streams.js';
import { MAX_STATE, type Snapshot } from '../../protocol/document-head.js';
import {
  decodeSnapshot,
  encodeChunks,
  encodeSnapshot,
  type HashedChunk,
  hashed,
  joinChunks,
  snapshotHash,
} from '../../protocol/document-history.js';
import { DocumentTooLargeError } from '../errors.js';
import { type Place, pieceSize, STREAM } from './place.js';
import { slicesOf } from './slices.js';
import { Turns } from './turns.js';

/** How many chunks are on their way at a time. */
const AT_ONCE = 8;

/** What a head says of a snapshot's bytes. */
export type Written = Pick<Snapshot, 'id' | 'n' | 'bytes' | 'sha256'>;

/**
 * Writes a document, which must not change meanwhile, under a new id; what it holds back is left out. Rejects with
 * {@link DocumentTooLargeError} for one over 32 MiB, and as `store` does; chunks that were written then are purged
 * later, as those of a writer that died.
 */
export async function writeSnapshot(place: Place, doc: Y.Doc): Promise<Written> {
  const { bus, cipher, random, subjects, document } = place;
  const slices: Uint8Array[] = [];
  const turns = new Turns(place.clock);
  for (const slice of slicesOf(doc)) {
    slices.push(slice);
    await turns.pause();
  }
  const state = encodeSnapshot(slices);
  if (state.length > MAX_STATE) throw new DocumentTooLargeError(document, state.length, MAX_STATE);
  const bytes = cipher ? await cipher.snapshot.seal(state) : state;
  const id = randomId(random);
  const chunks = encodeChunks(bytes, pieceSize(place), cipher !== undefined);
  const stored = await inParallel(chunks, async (chunk, n) => {
    const { stream } = await store(bus, subjects.chunk(id, n), chunk, { headers: { 'Nats-Msg-Id': randomId(random) } });
    if (stream !== STREAM) throw new ProtocolError('identity', `the stream ${stream} keeps a chunk`);
    return hashed(chunk);
  });
  return { id, n: chunks.length, bytes: bytes.length, sha256: snapshotHash(stored) };
}

/**
 * The state that a snapshot holds, as V2 updates to be applied in their order; `undefined` where a chunk of it is gone.
 * Rejects with {@link ProtocolError} where it is not what the head says, with what a cipher throws, and as
 * `lastMessage` does.
 */
export async function readSnapshot(
  { bus, clock, subjects, cipher }: Place,
  snapshot: Snapshot,
  progress?: (received: number, total: number) => void,
): Promise<Uint8Array[] | undefined> {
  let received = 0;
  const turns = new Turns(clock);
  const numbers = Array.from({ length: snapshot.n }, (_, n) => n);
  const chunks = await inParallel(numbers, async (n) => {
    const chunk = await lastMessage(bus, STREAM, subjects.chunk(snapshot.id, n));
    received += Math.max(0, (chunk?.data.length ?? 0) - 1);
    if (received > snapshot.bytes) throw new ProtocolError('size', `the chunks have over ${snapshot.bytes} bytes`);
    progress?.(received, snapshot.bytes);
    await turns.pause();
    return chunk && hashed(chunk.data);
  });
  if (chunks.includes(undefined)) return undefined;
  const { snapshot: bytes, sealed } = joinChunks(chunks as HashedChunk[], snapshot);
  if (sealed !== (cipher !== undefined)) throw new ProtocolError('shape', sealed ? 'it is sealed' : 'it is not sealed');
  return decodeSnapshot(cipher ? await cipher.snapshot.open(bytes) : bytes);
}

/** Removes the chunks of a snapshot; how many. */
export function purgeSnapshot({ bus, subjects }: Place, id: string): Promise<number> {
  return purgeAll(bus, STREAM, subjects.chunks(id));
}

async function inParallel<T, R>(items: readonly T[], work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  let failed = false;
  const worker = async () => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        results[index] = await work(items[index] as T, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
