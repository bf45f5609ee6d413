/**
 * Y18: decodes an update that may be hostile. The V2 format writes runs of equal values as one, and its decoder goes on
 * with the last value for ever: twenty bytes can claim 2^50 structs. So structs are counted while they are decoded.
 * What was decoded can be encoded again.
 */
import { writeVarUint } from 'lib0/encoding';
import * as Y from 'yjs';
import { ProtocolError } from '../../errors.js';

/** An update as Yjs decodes it. */
export type Decoded = ReturnType<typeof Y.decodeUpdateV2>;
export type Struct = Decoded['structs'][number];

/** An update in both forms. Its structs are of use once: the document that takes them in changes them. */
export interface DecodedUpdate {
  readonly update: Uint8Array;
  readonly decoded: Decoded;
}

/**
 * How many structs an update may have, by its bytes: to decode what a stranger stored must not cost more than it cost
 * to store it. The 260,000 keystrokes of a long paper are 12,000 structs in 160,000 bytes.
 */
const structsOf = (bytes: number) => 2 ** 14 + 16 * bytes;

/** How many structs the update that is being decoded may still have: there is one at a time, without a pause. */
let left = 0;

/** One class for all updates, so that the engine compiles it once. */
class CountingDecoder extends Y.UpdateDecoderV2 {
  override readInfo(): number {
    if (left-- === 0) throw new ProtocolError('limit', 'an update has more structs than its bytes can be');
    return super.readInfo();
  }
}

/** Throws {@link ProtocolError} for too many structs, and what Yjs throws where it is no V2 update. */
export function decodeUpdate(update: Uint8Array): Decoded {
  return decodeAtMost(update, structsOf(update.length));
}

/** The same for updates that make one whole; they may have as many structs as a single one of as many bytes. */
export function* decodeUpdates(updates: readonly Uint8Array[]): Generator<DecodedUpdate> {
  let most = structsOf(updates.reduce((sum, { length }) => sum + length, 0));
  for (const update of updates) {
    const decoded = decodeAtMost(update, most);
    most -= decoded.structs.length;
    yield { update, decoded };
  }
}

function decodeAtMost(update: Uint8Array, most: number): Decoded {
  left = most;
  return Y.decodeUpdateV2(update, CountingDecoder);
}

/** What is deleted of each client. */
export type Deletes = Map<number, { readonly clock: number; readonly len: number }[]>;

/**
 * An update of these structs, of which each client's follow one another, and deletions; in the V2 encoding, or that of
 * `encoder`.
 */
export function encodeStructs(
  structs: readonly Struct[],
  deletes: Deletes = new Map(),
  encoder: Y.UpdateEncoderV1 | Y.UpdateEncoderV2 = new Y.UpdateEncoderV2(),
): Uint8Array {
  const { restEncoder } = encoder;
  const clients = byClient(structs);
  writeVarUint(restEncoder, clients.size);
  for (const [client, own] of clients) {
    writeVarUint(restEncoder, own.length);
    encoder.writeClient(client);
    writeVarUint(restEncoder, own[0]?.id.clock ?? 0);
    for (const struct of own) struct.write(encoder, 0);
  }
  writeVarUint(restEncoder, deletes.size);
  for (const [client, ranges] of deletes) {
    encoder.resetDsCurVal();
    writeVarUint(restEncoder, client);
    writeVarUint(restEncoder, ranges.length);
    for (const { clock, len } of ranges) {
      encoder.writeDsClock(clock);
      encoder.writeDsLen(len);
    }
  }
  return encoder.toUint8Array();
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
