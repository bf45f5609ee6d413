/**
 * M11: who sent a message, read without the rest of it. State messages, heartbeats, reports, questions and cursor
 * batches all name their sender first, behind one number, or two where the first is 0.
 */

/** The client that a binary message says it is from; -1 for JSON, and where that cannot be read. */
export function senderOf(bytes: Uint8Array): number {
  if (bytes[0] === 0x7b || bytes[0] === 0x5b) return -1;
  let left = bytes[0] === 0 ? 2 : 1;
  let value = 0;
  let scale = 1;
  for (let i = 0; i < bytes.length && scale <= 2 ** 49; i++, scale *= 128) {
    const byte = bytes[i] ?? 0;
    value += (byte & 127) * scale;
    if (byte > 127) continue;
    if (left-- === 0) return Number.isSafeInteger(value) ? value : -1;
    value = 0;
    scale = 1 / 128;
  }
  return -1;
}
