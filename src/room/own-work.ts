/**
 * W1, W2: what this session says that its user is doing. Typing ends by itself, and who is away does nothing that
 * others see.
 */
import type { Clock } from '../clock.js';
import type { OwnClient } from '../presence/own-client.js';
import { cleanWork, TYPING_MS, type Work } from '../protocol/work.js';
import type { WorkChange } from './types.js';

export class OwnWork {
  readonly #own: Pick<OwnClient, 'state' | 'awareness'>;
  readonly #clock: Pick<Clock, 'after'>;
  #work: Work = {};
  #away = false;
  #cancel: (() => void) | undefined;

  constructor({ own, clock }: { own: Pick<OwnClient, 'state' | 'awareness'>; clock: Pick<Clock, 'after'> }) {
    this.#own = own;
    this.#clock = clock;
  }

  /** Changes what is given; what others would not accept counts as undefined. */
  set(change: WorkChange): void {
    if (typeof change !== 'object' || change === null) return;
    if ('typing' in change) {
      this.#cancel?.();
      this.#cancel = change.typing ? this.#clock.after(TYPING_MS, () => this.set({ typing: false })) : undefined;
    }
    this.#work = cleanWork({ ...this.#work, ...change }) ?? {};
    this.#show();
  }

  /** While the user is away, others see nothing of it. */
  set away(away: boolean) {
    if (away === this.#away) return;
    this.#away = away;
    this.#show();
  }

  stop(): void {
    this.#cancel?.();
  }

  #show(): void {
    const work = (!this.#away && cleanWork(this.#work)) || null;
    const { state, awareness } = this.#own;
    // A state that the page took away stays away (P11).
    if (state && JSON.stringify(state.work ?? null) !== JSON.stringify(work))
      awareness.setLocalStateField('work', work);
  }
}
