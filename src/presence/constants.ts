/** The timings of presence, all in milliseconds, with the rule each comes from (docs/PROTOCOL.md). */

import { MAX_LEASE_MS } from '../protocol/presence-codec.js';

/** P3: the beat of a small room. */
export const HEARTBEAT_MS = 5_000;
/** P3: in a crowd a beat every N / 2 seconds, so that nobody takes in more than about 2 a second. */
const CROWD = 20;
const HEARTBEAT_PER_MEMBER_MS = 500;
/** P3: how late a beat may be. */
const MARGIN_MS = 6_000;
/** P3: what a hidden tab declares, before the browser slows its timers to one a minute. */
export const AWAY_LEASE_MS = MAX_LEASE_MS;
/** P3: a stock Yjs client's (`outdatedTimeout` of y-protocols). */
export const STOCK_LEASE_MS = 30_000;
/** P2: a JSON client beats every 5 s, as the bus document shows. */
export const JSON_LEASE_MS = HEARTBEAT_MS + MARGIN_MS;
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
  return members <= CROWD ? HEARTBEAT_MS : Math.min(members * HEARTBEAT_PER_MEMBER_MS, MAX_LEASE_MS - MARGIN_MS);
}

export function leaseMs(members: number): number {
  return heartbeatMs(members) + MARGIN_MS;
}
