/**
 * Where answers arrive. The bus names these subjects itself, over any connection, so that they lie where a user's
 * messages lie: who may use `slate.>` can also ask and answer, with no further permission.
 */

/** The first tokens of the subjects on which answers arrive, unless the user chose others. */
export const INBOX = 'slate.inbox';

/** A name that is one token as it stands. */
const PLAIN_NAME = /^[-\w]{1,64}$/;

/**
 * Where the answers to a user arrive unless the user chose another place: a server can keep these subjects for that
 * user alone, `slate.inbox.ada.>` for `ada`. Users without a name, or whose name would not be one token, share theirs.
 */
export function inboxOf(user: string | undefined): string {
  return user !== undefined && PLAIN_NAME.test(user) ? `${INBOX}.${user}` : INBOX;
}

/** True for a subject on which one client expects answers, and for a pattern of such subjects. */
export function isInbox(subject: string): boolean {
  return subject.startsWith(`${INBOX}.`);
}
