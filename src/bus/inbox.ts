/**
 * Where answers arrive. The bus names these subjects itself, over any connection, so that they lie where a user's
 * messages lie: who may use `slate.>` can also ask and answer, with no further permission.
 */
import type { Bus, Payload, PublishOptions } from './bus.js';

/** The first tokens of the subjects on which answers arrive, unless the user chose others. */
export const INBOX = 'slate.inbox';

const ROOT = INBOX.slice(0, INBOX.indexOf('.') + 1);

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

/**
 * False without a reply subject, and where an answer would be something else: a job, an event, a command to the server.
 * A question may name any reply subject, and whoever answers may publish where the asker may not.
 */
export function takesAnswers(reply: string | undefined): reply is string {
  return reply !== undefined && (isInbox(reply) || !(reply.startsWith(ROOT) || reply.startsWith('$')));
}

/**
 * Publishes an answer on the reply subject of a question, and returns true; false where none is expected, or not there
 * ({@link takesAnswers}). Throws what `publish` throws.
 */
export function answer(
  bus: Pick<Bus, 'publish'>,
  reply: string | undefined,
  payload?: Payload,
  options?: PublishOptions,
): boolean {
  if (!takesAnswers(reply)) return false;
  bus.publish(reply, payload, options);
  return true;
}
