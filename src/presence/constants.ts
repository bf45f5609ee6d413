/** The timings of presence in milliseconds, each with the number of its rule in docs/PROTOCOL.md. */
import { MAX_LEASE_MS } from '../protocol/presence-codec.js';

/** Between two heartbeats (P3), unless `joinRoom` is told otherwise. */
export const HEARTBEAT_MS = 5_000;
/** At least this long for each member, so that each receives 20 heartbeats a second, or a few more (P3). */
const HEARTBEAT_PER_MEMBER_MS = 50;
/** How late a heartbeat may come before its lease runs out (P3). */
const MARGIN_MS = 6_000;
/** The lease that a hidden tab declares, before the browser slows its timers to one a minute (P3). */
export const AWAY_LEASE_MS = MAX_LEASE_MS;
/** The lease of a stock Yjs client (P3): `outdatedTimeout` of y-protocols. */
export const STOCK_LEASE_MS = 30_000;
/** The lease of a JSON program (P2), which sends a heartbeat every 5 s. */
export const JSON_LEASE_MS = HEARTBEAT_MS + MARGIN_MS;
/** Between two full states while a stock Yjs client is here, which forgets silent clients after 30 s (P3). */
export const STOCK_REFRESH_MS = 20_000;
/** How long a joiner waits for an answer (P5). */
export const SYNC_TIMEOUT_MS = 500;
/** How late an answer may still come, after the joiner went on without it (P5): on a busy machine they are late. */
export const SYNC_LATE_MS = 15_000;
/** How many unanswered questions a joiner sends before it goes on without the roster (P5). */
export const SYNC_ATTEMPTS = 3;
/** At least this long between two questions to one client (M4). */
export const ASK_INTERVAL_MS = 1_000;
/** How late the answer to such a question may come. */
export const ASK_LATE_MS = 15_000;
/** How much longer each further member of a crowd makes the moment over which it spreads its questions (M4). */
export const ASK_SPREAD_MS = 10;
/** How many single clients one session asks in a second (M4). */
export const ASKS = 20;
/** How many questions for its state a session answers in a second; the others get one announcement to all (M4). */
export const ANSWERS = 10;
/** How many rosters a session sends in a second (P5). */
export const ROSTERS = 50;
/** How many clients a session reports as unreachable in a second (P9). */
export const REPORTS = 20;
/** At least this long between two announcements that other clients cause (M4, P3, P8, P9). */
export const REACTION_MS = 1_000;
/** P8: a session that hears another one under its own id so often within the window takes a new id, ... */
export const CLASHES = 3;
export const CLASH_WINDOW_MS = 30_000;
/** ... and no further one for this long. */
export const CLASH_REST_MS = 60_000;
/** How long a client is asked about a goodbye, after somebody said one in its name (P6). */
export const GUARD_MS = 60_000;
/** How long a newcomer may hold its neighbours by hearsay alone, so that others watch them too (P9, P13). */
export const NEWCOMER_MS = HEARTBEAT_MS + MARGIN_MS;
/** Between two probes of a neighbour (P9). */
export const PROBE_INTERVAL_MS = 1_000;
/** How long after a failed probe the confirming one is sent (P9). */
export const CONFIRM_AFTER_MS = 250;
/** How long an unreachable client stays in the room, shown as stale (P9). */
export const UNREACHABLE_GRACE_MS = 6_000;
/** How long the echo of an own message may take before the line is suspected to be dead (P7). */
export const ECHO_MS = 2_500;
/** How long a report about a client waits for its contradiction, at least; receivers wait up to as long again (P9). */
export const DOUBT_MS = 150;
/** Over how long members spread their probes after a report of the server (V8). */
export const SERVER_DOUBT_MS = 100;
/** How long the answer to a question about a report may take, where the server cannot tell (P10). */
export const DOUBT_ANSWER_MS = 500;
/** How many reports a session looks into within a second (P9). */
export const DOUBTS = 20;
/** How many clients of hearsay are asked for their states in one sweep (P13). */
export const HEARSAY_ASKS = 4;
/** How many bytes of answers a whole room sends in a second; each member its share (P5, M4). */
export const ANSWER_BYTES = 2 * 1024 * 1024;
/** How much of that may be used in advance. Milliseconds. */
export const ANSWER_BURST_MS = 10_000;
/** How long a newcomer waits to know the others before it announces itself (P15). Milliseconds. */
export const PLACE_WAIT_MS = 250;
/** How long after a change a session looks whether it has to move (P15). Milliseconds. */
export const PLACE_SETTLE_MS = 250;
/** P15: how often a session moves within the time at most. */
export const PLACE_MOVES = 4;
export const PLACE_REST_MS = 60_000;
/** How often expired leases are looked for. */
export const SWEEP_MS = 500;
/** A sweep that is late by more than this means that the page slept, not that others left (P7). */
export const SLEPT_MS = 1_000;
/**
 * How long a goodbye is remembered, so that an older state that arrives after it does not bring its sender back (P6).
 */
export const TOMBSTONE_MS = 60_000;

/** The interval of heartbeats among this many members, for a member that wants at least `wanted` milliseconds. */
export function heartbeatMs(members: number, wanted: number): number {
  return Math.max(wanted, members * HEARTBEAT_PER_MEMBER_MS);
}

/** The lease that such a member declares. */
export function leaseMs(members: number, wanted: number): number {
  return heartbeatMs(members, wanted) + MARGIN_MS;
}
