/** The times and bounds of the live lane (docs/PROTOCOL.md, Y3 to Y7 and Y18). Milliseconds and bytes. */

const MIB = 1024 * 1024;

/** Y3: an edit within this time of the last message waits, and is merged with others. */
export const MERGE_MS = 50;
/** Y3: how many edits are merged at a time; merging takes quadratic time. */
export const MERGED_EDITS = 200;

/** Y4: how long an asker waits for a sign of an answer, and how often it asks. */
export const ANSWER_MS = 500;
export const QUESTIONS = 3;
/** Y5: how long an answer in parts may take, however regularly they come. */
export const LONGEST_ANSWER_MS = 60_000;
/** Y4: what one session answers: so many questions a second, and so many bytes a second once a burst is used up. */
export const ANSWERS = 10;
export const ANSWER_BYTES = 8 * MIB;
export const ANSWER_BURST_BYTES = 64 * MIB;

/** Y5: how many parts leave before the server has to confirm that it has them. */
export const PARTS_AT_ONCE = 16;
/** Y5: unfinished messages of one subject; in open rooms, where all share one subject, of everyone together. */
export const UNFINISHED = 8;
export const UNFINISHED_OF_ALL = 32;
/** Y5: unfinished messages are dropped after this time, and asked for after the other. */
export const UNFINISHED_MS = 30_000;
export const STALLED_MS = 2_000;

/** Y6: for how long a document is quiet before its digest is said; what is added to that by chance. */
export const QUIET_MS = 2_000;
export const QUIET_SPREAD_MS = 2_000;
/** Y6: how often a room says a digest. */
export const DIGEST_MS = 10_000;
/** Y6: reckoning a digest takes at most one part in so many of a session's time. */
export const DIGEST_COST = 200;
/** Y6: who hears another digest than its own doubts for up to so long, since others heard it too. */
export const DOUBT_MS = 500;
/** Y6: who has heard its own digest from somebody else so lately leaves it to those with another one to ask. */
export const SHARED_MS = 2_000;
/** Y6: with nobody there, the first digest follows within this time: others may have found nobody there, too. */
export const SOON_MS = 300;

/** Y7: for how long predecessors of an edit may be missing. */
export const PENDING_MS = 300;
/** Y7: after so many answers that did not help, edits without predecessors are dropped: nobody has these. */
export const FRUITLESS = 3;
/** Between two questions of one session: the first of these times, doubled while questions do not help. */
export const ASK_MS = 1_000;
export const ASK_MAX_MS = 60_000;
/** How long after the last change that somebody else's code made to the document it asks. */
export const ELSEWHERE_MS = 1_000;
/** How often a hint makes a session look at the head. */
export const LOOK_MS = 5_000;

/** Y18: an edit, and a whole document; above the soft limit a document is reported. */
export const MAX_UPDATE_BYTES = 4 * MIB;
export const MAX_STATE_BYTES = 32 * MIB;
export const SOFT_STATE_BYTES = 8 * MIB;
/** Y18: what waits in a session: messages before the document is open, edits without their predecessors, parts. */
export const MAX_WAITING_BYTES = 16 * MIB;
/** Y18: messages a second of one sender; in open rooms, where all share one subject, of everyone together. */
export const OF_ONE = 200;
export const OF_ALL = 2_000;
/** Y18: what one message with an update may hold. */
export const MAX_CLOCK = 2 ** 40;
export const MAX_ROOT_NAME = 256;
export const MAX_DEPTH = 64;
