/** The timings of presence, all in milliseconds, with the rule each comes from (docs/PROTOCOL.md). */

/** P3: the beat of a small room. */
export const HEARTBEAT_MS = 5_000;
/** P3: above 20 people a beat every N / 4 seconds, so that nobody takes in more than about 4 a second. */
export const HEARTBEAT_PER_MEMBER_MS = 250;
/** P3: what a hidden tab declares, before the browser slows its timers to one a minute. */
export const AWAY_LEASE_MS = 180_000;
/** P3: a stock Yjs client's (`outdatedTimeout` of y-protocols). */
export const STOCK_LEASE_MS = 30_000;
/** P2: a JSON client beats every 5 s, as the bus document shows. */
export const JSON_LEASE_MS = 2 * HEARTBEAT_MS + 1_000;
/** P3: how often a full state goes out while a stock client is here; it forgets what is silent for 30 s. */
export const STOCK_REFRESH_MS = 20_000;
/** P5. */
export const SYNC_TIMEOUT_MS = 500;
export const SYNC_ATTEMPTS = 3;
/** M4: how often one client's state is asked for. */
export const ASK_INTERVAL_MS = 1_000;
/** P9. */
export const PROBE_INTERVAL_MS = 1_000;
export const CONFIRM_AFTER_MS = 250;
export const UNREACHABLE_GRACE_MS = 6_000;
/** How often leases are looked at. */
export const SWEEP_MS = 500;
/** P7: a look that comes later than this means that this page slept, not that others left. */
export const SLEPT_MS = 1_000;
/** How long a goodbye is remembered, so that an older state arriving behind it does not bring its sender back. */
export const TOMBSTONE_MS = 60_000;

export function heartbeatMs(members: number): number {
  return Math.max(HEARTBEAT_MS, members * HEARTBEAT_PER_MEMBER_MS);
}

export function leaseMs(members: number): number {
  return 2 * heartbeatMs(members) + 1_000;
}
