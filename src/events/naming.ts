/**
 * What the naming scheme `slate.{resource}.{action}.{identifier}` says about a subscription and about a message. It
 * gives advice and recognises the bytes of rooms; everyone may use subjects of their own, inside and outside the
 * scheme.
 */
import type { BusMessage } from '../bus/bus.js';
import { isInbox } from '../bus/inbox.js';
import { isServersAlone } from '../bus/server-words.js';
import type { Naming } from '../messaging/client.js';
import { eventShapes, isRoomSubject, ROOT } from '../protocol/subjects.js';

const BRACE = 0x7b;
const BRACKET = 0x5b;
const BELOW_ROOT = `${ROOT}.`;
/** Patterns that receive answers to others beside what they are for. */
const COVERS_INBOXES = /^(?:[>*]|slate\.[>*])/;

export const slateNaming: Naming = {
  /**
   * Rooms send bytes where some events are sent as JSON, which begins with `{` or `[`. Answers to others are skipped
   * too, unless the pattern asks for them; and what a server was made to say on the subjects of Slate (V12).
   */
  skips(message: BusMessage, pattern: string): boolean {
    if (COVERS_INBOXES.test(pattern) && isInbox(message.subject)) return true; // the subject is decoded each time
    if (pattern.startsWith(BELOW_ROOT) && isServersAlone(message, pattern)) return true;
    const first = message.data[0];
    return first !== BRACE && first !== BRACKET && isRoomSubject(message.subject);
  },

  advise(pattern: string): string | undefined {
    const tokens = pattern.split('.');
    const [root, resource = '', action = ''] = tokens;
    if (root !== ROOT || isRoomSubject(pattern)) return undefined;
    const shapes = eventShapes();
    const isKnown = shapes.some((shape) => shape[1] === resource);
    if (!isKnown && resource !== '*') return undefined; // the user's own resource, or `>`
    if (shapes.some((shape) => overlap(tokens, shape))) return undefined;
    if (isKnown && action !== '*' && !shapes.some((shape) => shape[1] === resource && shape[2] === action)) {
      return undefined; // the user's own action
    }
    const wild = tokens.indexOf('*');
    const begin = tokens.slice(0, wild > 0 ? wild : 3).join('.');
    return (
      `A subscription to "${pattern}" receives no SLATE event, because "*" stands for exactly one token of ` +
      `"slate.{resource}.{action}.{identifier}". Subscribe to "${begin}.>" instead.`
    );
  },
};

/** True where some subject matches both. */
function overlap(pattern: readonly string[], shape: readonly string[]): boolean {
  const fits = (token: string, index: number) => token === '*' || shape[index] === '*' || token === shape[index];
  if (pattern.at(-1) === '>') return pattern.length <= shape.length && pattern.slice(0, -1).every(fits);
  return pattern.length === shape.length && pattern.every(fits);
}
