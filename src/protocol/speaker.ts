/**
 * Who speaks: the user that the subject of a message names as its sender (S5, M9). A server can enforce a subject, but
 * not a payload, so only the subject can be trusted about the sender.
 */
import { decodeToken } from './token.js';

/**
 * The id of the user that a message's subject names; `undefined` when it names none, so that the sender is unknown. It
 * is '' when the token names no possible user; no user has that id.
 */
export type Speaker = string | undefined;

/**
 * The speaker of a message on `subject`. `base` is the room's own subject: the user's token follows it (S5), or stands
 * where `base` has a `*` (V1, M9). A subject that does not begin like `base`, such as an inbox, names nobody.
 */
export function speakerOf(subject: string, base: string): Speaker {
  if (subject === base) return undefined;
  const star = base.indexOf('*');
  const prefix = star < 0 ? `${base}.` : base.slice(0, star);
  if (!subject.startsWith(prefix)) return undefined;
  const rest = subject.slice(prefix.length);
  const end = star < 0 || star === base.length - 1 ? rest.length : rest.indexOf('.');
  return decodeToken(rest.slice(0, end)) ?? '';
}
