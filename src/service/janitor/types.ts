/** What the janitor takes and gives. Types and their defaults only. */
import type { Clock, Random } from '../../clock.js';
import type { SlateError } from '../../errors.js';

/** A client that was reported as unreachable. */
export interface Gone {
  /** The project of its room; `undefined` in the lobby. */
  readonly project: string | undefined;
  /** Its user in a verified room; `undefined` in an open one. */
  readonly user: string | undefined;
  readonly client: number;
  /** From the word of the server that a connection ended to the report, in milliseconds. */
  readonly ms: number;
}

export interface JanitorOptions {
  /** The account of the rooms: connections of other accounts are left out. @defaultValue all accounts */
  readonly account?: string | undefined;
  /** How many probes it sends a second at most, 10 to 100 000. @defaultValue 2000 */
  readonly probesPerSecond?: number | undefined;
  /** Called with each report. */
  readonly onGone?: ((gone: Gone) => void) | undefined;
  /** Called with everything that fails; the janitor goes on. Errors of one kind are one call a second. */
  readonly onError?: ((error: SlateError) => void) | undefined;
  /** Aborting it stops the janitor. */
  readonly signal?: AbortSignal | undefined;
  /** @defaultValue the system's */
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
}

export interface Janitor extends AsyncDisposable {
  readonly stats: JanitorStats;
  /** Resolves when the janitor has ended: with an error where a connection was closed. Never rejects. */
  readonly closed: Promise<SlateError | undefined>;
  /** Ends at once. Calling it again is harmless. The connections stay. */
  stop(): Promise<void>;
}

export interface JanitorStats {
  /** How many clients it knows now. */
  readonly clients: number;
  /** Since it started: connections that ended, probes, reports, and presence messages that could not be read. */
  readonly ended: number;
  readonly probes: number;
  readonly gone: number;
  readonly refused: number;
}
