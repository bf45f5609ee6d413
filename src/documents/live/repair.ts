/**
 * Y7: when something is missing here, asks for it (Y4); and asks more and more rarely where that does not help. Edits
 * whose predecessors nobody has are dropped in the end: a stranger may make such, and who lacks something does not
 * answer others.
 */
import type { Doc } from 'yjs';
import type { Clock, Random } from '../../clock.js';
import { ProtocolError } from '../../errors.js';
import type { Asker, Outcome } from './asker.js';
import { ASK_MAX_MS, ASK_MS, FRUITLESS, PENDING_MS } from './limits.js';
import { dropPending, isPending } from './state.js';

export interface RepairOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly doc: Doc;
  readonly asker: Pick<Asker, 'ask'>;
  /** This session is about to ask, or knows whether it has what it lacked: it may have to leave the queue group. */
  changed(): void;
  /** A question of this session's own was answered, or not. True if nothing is missing any more. */
  heard(outcome: Outcome): boolean;
  /** Edits were dropped; `isAlone`: because nobody answered, so that others have to learn what is here. */
  dropped(isAlone: boolean): void;
  report(error: ProtocolError): void;
}

export class Repair {
  readonly #options: RepairOptions;
  #active = false;
  #cancel: (() => void) | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** How many questions in a row did not help. */
  #fruitless = 0;
  #cancelPending: (() => void) | undefined;
  #lacking = false;
  #asking = false;
  /** Something was missing while this session could not ask. */
  #wanted = false;

  constructor(options: RepairOptions) {
    this.#options = options;
  }

  /** Predecessors have been missing for so long, or something else is, that this session cannot answer others. */
  get isLacking(): boolean {
    return this.#lacking || this.#asking;
  }

  open(): void {
    this.#active = true;
    this.look();
    if (this.#wanted) this.want();
  }

  pause(): void {
    this.#active = false;
    this.#cancel?.();
    this.#cancelPending?.();
    this.#cancel = undefined;
    this.#cancelPending = undefined;
    this.#dueAt = Number.POSITIVE_INFINITY;
    this.#fruitless = 0;
    this.#lacking = false;
    this.#wanted = false; // Y4 follows
  }

  /** Something was applied: looks whether predecessors are missing. */
  look(): void {
    if (!this.#active) return;
    if (isPending(this.#options.doc)) {
      this.#cancelPending ??= this.#options.clock.after(PENDING_MS, () => {
        this.#cancelPending = undefined;
        if (!isPending(this.#options.doc)) return;
        this.#lacks(true);
        this.want();
      });
      return;
    }
    this.#cancelPending?.();
    this.#cancelPending = undefined;
    this.#lacks(false);
  }

  /** Something may be missing: asks after `delayMs`, or later, if it has asked lately. */
  want(delayMs = 0): void {
    this.#wanted = !this.#active || this.#asking;
    if (this.#wanted) return;
    const { clock } = this.#options;
    const pause = Math.min(ASK_MAX_MS, ASK_MS * 2 ** this.#fruitless);
    const at = Math.max(clock.now() + delayMs, this.#askedAt + pause);
    if (at >= this.#dueAt) return;
    this.#cancel?.();
    this.#dueAt = at;
    this.#cancel = clock.after(at - clock.now(), () => void this.#ask());
  }

  async #ask(): Promise<void> {
    this.#cancel = undefined;
    this.#dueAt = Number.POSITIVE_INFINITY;
    const { clock, random, doc, asker, changed, heard, report } = this.#options;
    this.#asking = true;
    changed();
    const outcome = await asker.ask();
    this.#asking = false;
    this.#askedAt = clock.now();
    if (!this.#active) return;
    const isWell = heard(outcome);
    const pending = isPending(doc);
    this.#fruitless = isWell && (!pending || outcome === 'alone') ? 0 : this.#fruitless + 1;
    // With nobody to answer, others may be in the same place: each holds edits of the other, and lacks one.
    if (pending && outcome === 'alone') dropPending(doc);
    else if (pending && this.#fruitless >= FRUITLESS) {
      dropPending(doc);
      this.#options.dropped(false);
      report(new ProtocolError('clock', 'edits are left out, whose predecessors nobody has'));
    }
    this.look();
    changed();
    if (outcome === 'alone' && pending) this.#options.dropped(true);
    if (this.#fruitless > 0 || this.#wanted) this.want(random() * ASK_MS);
  }

  #lacks(lacking: boolean): void {
    if (this.#lacking === lacking) return;
    this.#lacking = lacking;
    this.#options.changed();
  }
}
