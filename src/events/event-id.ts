/**
 * The id that an event is given on its way out, by which listeners tell a copy. It is written into the JSON's text: a copy of
 * the event with one more field would take longer to make and to write than everything else that is done to publish it.
 */
import { encodeText } from '../bus/payload.js';
import { uniqueId } from '../id.js';

/** Others may give many events one id; only those that begin so are ours, and tell copies by themselves. */
const OURS = '~';

export function isOurs(id: string): boolean {
  return id.startsWith(OURS);
}

/** `json`: an object that is not empty. */
export function withId(json: string): Uint8Array {
  return encodeText(`${json.slice(0, -1)},"id":"${OURS}${uniqueId()}"}`);
}
