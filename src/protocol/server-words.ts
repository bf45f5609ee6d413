/**
 * V12: what a server says itself. Any member can have it answer on a subject of somebody else, so in a verified room
 * such a message is nobody's word.
 */

/** How the server's own JSON begins. */
const JSON_OF_SERVER = new TextEncoder().encode('{"type":"io.nats.');

/** True for what a server published by itself: stored messages and statuses, which have headers, and its JSON. */
export function isOfServer(message: { readonly hasHeaders: boolean; readonly data: Uint8Array }): boolean {
  return message.hasHeaders || JSON_OF_SERVER.every((byte, index) => message.data[index] === byte);
}
