/**
 * Y18: decodes an update that may be hostile. The V2 format writes runs of equal values as one, and its decoder goes on
 * with the last value for ever: twenty bytes can claim 2^50 structs. So structs are counted while they are decoded.
 */
import * as Y from 'yjs';
import { ProtocolError } from '../../errors.js';

/** An update as Yjs decodes it. */
export type Decoded = ReturnType<typeof Y.decodeUpdateV2>;

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
  left = structsOf(update.length);
  return Y.decodeUpdateV2(update, CountingDecoder);
}
