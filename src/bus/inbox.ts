/**
 * Where answers arrive. The bus names these subjects itself, over any connection, so that they lie where a user's
 * messages lie: who may use `slate.>` can also ask and answer, with no further permission.
 */

/** The first tokens of the subjects on which answers arrive, unless the user chose others. */
export const INBOX = 'slate.inbox';

/** True for a subject on which one client expects answers, and for a pattern of such subjects. */
export function isInbox(subject: string): boolean {
  return subject.startsWith(`${INBOX}.`);
}
