/**
 * Y6: finds out whether everyone has the same document, deletions included. A room says few digests: who hears its own
 * from somebody else has nothing to add, and who hears another one waits a moment, since others heard it too.
 */
import type { Clock, Random } from '../../clock.js';
import type { Digest } from './digest.js';
import { DIGEST_MS, DOUBT_MS, QUIET_MS, QUIET_SPREAD_MS, SHARED_MS, SOON_MS } from './limits.js';

export interface AgreementOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly digest: Digest;
  /** False for who may not write (Y19), and who does not know yet what others have. */
  maySay(): boolean;
  /** Publishes this session's digest. */
  say(): void;
  /** Others have another document: asks. */
  ask(): void;
}

/** Between two digests while documents stay different, at most. */
const MAX_DIGEST_MS = 300_000;

export class Agreement {
  readonly #options: AgreementOptions;
  #active = false;
  #changedAt = Number.NEGATIVE_INFINITY;
  /** When this session's digest was said, by it or by others, with the document as it is. */
  #saidAt = Number.NEGATIVE_INFINITY;
  #cancelTurn: (() => void) | undefined;
  #cancelDoubt: (() => void) | undefined;
  /** The digest of others that was heard last, and is not this session's. */
  #theirs = '';
  /** When somebody else has said the digest of the document as it is. */
  #sharedAt = Number.NEGATIVE_INFINITY;
  /** How often in a row others had another digest, with the document unchanged; and when it may doubt again. */
  #rounds = 0;
  #doubtsAt = Number.NEGATIVE_INFINITY;
  /** Others had another digest, and then the document changed: whether that was all has to be said soon. */
  #isUrgent = false;

  constructor(options: AgreementOptions) {
    this.#options = options;
  }

  open(): void {
    this.#active = true;
    this.#changedAt = this.#options.clock.now() - QUIET_MS; // what changed before is not under way
    this.#turnIn(QUIET_MS);
  }

  pause(): void {
    this.#active = false;
    this.#cancelTurn?.();
    this.#cancelDoubt?.();
    this.#cancelTurn = undefined;
    this.#cancelDoubt = undefined;
    this.#rounds = 0;
    // Who is here after the pause may not have heard what was said before it.
    this.#saidAt = Number.NEGATIVE_INFINITY;
    this.#sharedAt = Number.NEGATIVE_INFINITY;
  }

  /** The document has changed, through anybody. */
  changed(): void {
    this.#rounds = 0;
    this.#doubtsAt = Number.NEGATIVE_INFINITY;
    this.#sharedAt = Number.NEGATIVE_INFINITY;
    if (!this.#active) return;
    this.#changedAt = this.#options.clock.now();
    this.#turnIn(QUIET_MS);
    if (!this.#cancelDoubt) return;
    this.#cancelDoubt();
    this.#cancelDoubt = undefined;
    this.#isUrgent = true; // it may have become what others have, or not
  }

  /** Says the digest soon, without waiting for quiet: others may have other content, and not know of this session. */
  soon(): void {
    this.#cancelTurn?.();
    this.#cancelTurn = this.#options.clock.after(this.#options.random() * SOON_MS, () => {
      this.#cancelTurn = undefined;
      this.#say();
    });
  }

  /** Somebody said a digest, of a document with the same lineage. */
  heard(theirs: string): void {
    const { clock, random, digest } = this.#options;
    // What is under way explains a difference. When it has arrived everyone is quiet, and says a digest.
    if (!this.#active || clock.now() - this.#changedAt < QUIET_MS / 2) return;
    const wait = digest.waitMs;
    if (wait === 0 && digest.value === theirs) {
      this.#sharedAt = clock.now();
      this.#isUrgent = false;
      this.#rounds = 0;
      this.#saidAt = clock.now();
      return;
    }
    // Whoever has another digest has just heard this one too, and asks.
    if (clock.now() - this.#sharedAt < SHARED_MS) return;
    this.#theirs = theirs;
    this.#doubtIn(Math.max(wait, this.#doubtsAt - clock.now()) + random() * DOUBT_MS);
  }

  #doubtIn(ms: number): void {
    this.#cancelDoubt ??= this.#options.clock.after(ms, () => {
      this.#cancelDoubt = undefined;
      if (this.#options.digest.value !== this.#theirs) this.#doubt();
    });
  }

  /** The document has not changed since, and others have another one. */
  #doubt(): void {
    const { clock, ask } = this.#options;
    this.#say();
    ask();
    const pause = Math.min(MAX_DIGEST_MS, DIGEST_MS * 2 ** this.#rounds++);
    this.#doubtsAt = clock.now() + pause;
    this.#turnIn(pause);
  }

  /** Looks in `ms` and some more, unless it looks anyway. */
  #turnIn(ms: number): void {
    const { clock, random } = this.#options;
    this.#cancelTurn ??= clock.after(ms + random() * QUIET_SPREAD_MS, () => {
      this.#cancelTurn = undefined;
      this.#turn();
    });
  }

  /** Says the digest if the document is quiet, and nobody has said it. */
  #turn(): void {
    const now = this.#options.clock.now();
    const quiet = this.#changedAt + QUIET_MS - now;
    if (quiet <= 0 && this.#saidAt >= this.#changedAt && this.#rounds === 0) return; // everyone knows
    const rest = this.#isUrgent ? 0 : this.#saidAt + DIGEST_MS - now;
    const due = Math.max(quiet, rest, this.#options.digest.waitMs);
    if (due > 0) this.#turnIn(due);
    else this.#say();
  }

  #say(): void {
    const { clock, maySay, say } = this.#options;
    if (!this.#active || !maySay()) return;
    if (clock.now() - this.#saidAt < DIGEST_MS && this.#saidAt >= this.#changedAt) return;
    this.#saidAt = clock.now();
    this.#isUrgent = false;
    say();
  }
}
