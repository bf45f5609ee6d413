/**
 * Y4: asks what this document lacks, and sends what the member that answered lacks. One question at a time, however
 * many reasons there are.
 */
import type { Bus, BusMessage } from '../../bus/bus.js';
import type { Clock } from '../../clock.js';
import { type DigestMessage, type DocumentMessage, encodeQuestion } from '../../protocol/document-messages.js';
import type { DocumentSubjects } from '../../protocol/document-subjects.js';
import { ANSWER_MS, LONGEST_ANSWER_MS, QUESTIONS } from './limits.js';
import type { Post } from './post.js';

/**
 * `alone`: nobody answers questions for this document. `answered`: what others have is here. `unanswered`: somebody is
 * there, and no answer came, or none that could be used; or there is no connection.
 */
export type Outcome = 'alone' | 'answered' | 'unanswered';

/** What one member answered. */
export interface Answer {
  readonly subject: string;
  /** What this document lacks. */
  readonly update: Uint8Array;
  /** What the member that answered has. */
  readonly vector: Uint8Array;
  readonly digest: DigestMessage;
}

export interface AskerOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly subjects: DocumentSubjects;
  readonly post: Post;
  /** What is asked for: the state vector, and the id under which the answer comes. */
  question(): { readonly vector: Uint8Array; readonly client: number };
  /** Takes the answer in; false if that is not possible. Must not throw. */
  take(answer: Answer): boolean;
}

export class Asker {
  readonly #options: AskerOptions;
  /** By subject: what has come of an answer. */
  readonly #answers = new Map<string, { update?: Uint8Array; vector?: Uint8Array }>();
  #asking: Promise<Outcome> | undefined;
  /** Ends the wait of the question under way; `undefined`: wait again from now on. */
  #settle: ((outcome: Outcome | undefined) => void) | undefined;

  constructor(options: AskerOptions) {
    this.#options = options;
  }

  get isAsking(): boolean {
    return this.#asking !== undefined;
  }

  /** Asks up to three times. Never rejects. Another call meanwhile has the same outcome. */
  ask(): Promise<Outcome> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
      this.#settle = undefined;
      this.#answers.clear();
    });
    return this.#asking;
  }

  /** Ends the question under way, if any: `unanswered`. */
  stop(): void {
    this.#settle?.('unanswered');
  }

  /** Something of a large answer has arrived. */
  progress(): void {
    this.#settle?.(undefined);
  }

  /** A message on a subject of answers to this session; ignored when it has not asked. */
  receive(subject: string, message: DocumentMessage): void {
    if (!this.#settle) return;
    this.progress();
    const answer = this.#answers.get(subject) ?? {};
    this.#answers.set(subject, answer);
    if (message.type === 'step2') answer.update = message.update;
    else if (message.type === 'step1') answer.vector = message.vector;
    else if (message.type === 'digest') {
      const { update, vector } = answer;
      this.#answers.delete(subject);
      if (!update || !vector) return; // the beginning was lost
      this.#settle(this.#options.take({ subject, update, vector, digest: message }) ? 'answered' : 'unanswered');
    }
  }

  async #ask(): Promise<Outcome> {
    for (let asked = 0; asked < QUESTIONS; asked++) {
      const outcome = await this.#once();
      if (outcome) return outcome;
    }
    return 'unanswered';
  }

  /** Asks once; `undefined` when no answer came in time. */
  #once(): Promise<Outcome | undefined> {
    const { bus, clock, subjects, post, question } = this.#options;
    return new Promise((resolve) => {
      let cancel: (() => void) | undefined;
      const reply = bus.status.type === 'closed' ? undefined : bus.inbox();
      const heard = ({ noResponders }: BusMessage) => noResponders && end('alone');
      const subscription = reply === undefined ? undefined : bus.subscribe(reply, heard);
      const end = (outcome: Outcome | undefined) => {
        cancel?.();
        this.#settle = undefined;
        subscription?.unsubscribe();
        resolve(outcome);
      };
      const latest = clock.now() + LONGEST_ANSWER_MS;
      const wait = () => {
        cancel?.();
        cancel = clock.after(Math.min(ANSWER_MS, latest - clock.now()), () => end(undefined));
      };
      this.#settle = (outcome) => (outcome === undefined ? wait() : end(outcome));
      if (reply === undefined || bus.status.type !== 'connected') {
        end('unanswered');
        return;
      }
      const { vector, client } = question();
      post.send(subjects.question, encodeQuestion(vector, client), { reply });
      wait();
    });
  }
}
