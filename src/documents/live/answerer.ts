/**
 * Y4: answers the questions of others, as one of the queue group of those who lack nothing. An answer costs an encoding
 * of the document, so there is a bound; who gets no answer asks again, and perhaps another member.
 */
import { type Doc, encodeStateVector } from 'yjs';
import type { Bus, BusMessage, BusSubscription } from '../../bus/bus.js';
import { takesAnswers } from '../../bus/inbox.js';
import type { Clock } from '../../clock.js';
import { ProtocolError } from '../../errors.js';
import { encodeStep1, encodeStep2, type Question } from '../../protocol/document-messages.js';
import { hex } from '../../protocol/document-parts.js';
import { type DocumentSubjects, documentUser, WRITERS_QUEUE } from '../../protocol/document-subjects.js';
import type { Authors } from '../authors.js';
import { Bucket } from './bucket.js';
import { ANSWER_BURST_BYTES, ANSWER_BYTES, ANSWERS } from './limits.js';
import type { Post } from './post.js';
import { differenceFrom, isPending } from './state.js';

export interface AnswererOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly subjects: DocumentSubjects;
  readonly authors: Authors;
  readonly doc: Doc;
  readonly post: Post;
  /** Opens what arrived, and hands on the question; reports those that are refused. */
  read(message: BusMessage, take: (question: Question) => void): void;
  /** As `Bus.subscribe`; what comes on another subject is refused. */
  subscribe(subject: string, handler: (message: BusMessage) => void, queue: string): BusSubscription;
  /** This session's digest message. */
  digest(): Uint8Array;
  /** An answer of so many bytes was made. */
  answered(bytes: number): void;
}

export class Answerer {
  readonly #options: AnswererOptions;
  readonly #count: Bucket;
  readonly #bytes: Bucket;
  #subscription: BusSubscription | undefined;
  /** Where an answer is on its way to, which takes time if it is large: who asks again meanwhile will get it. */
  readonly #sending = new Set<string>();
  /** The newest answer: a crowd that opens a document asks for the same. */
  #newest: { readonly to: string; readonly message: Uint8Array } | undefined;

  constructor(options: AnswererOptions) {
    this.#options = options;
    this.#count = new Bucket(options.clock, ANSWERS);
    this.#bytes = new Bucket(options.clock, ANSWER_BYTES, ANSWER_BURST_BYTES);
  }

  /** Joins or leaves the queue group. */
  set isReady(ready: boolean) {
    if (ready === (this.#subscription !== undefined)) return;
    const { bus, subjects, read } = this.#options;
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
    this.#sending.clear();
    if (!ready || bus.status.type === 'closed') return;
    const handle = (message: BusMessage) => read(message, (question) => this.#answer(message, question));
    this.#subscription = this.#options.subscribe(subjects.questionAll, handle, WRITERS_QUEUE);
  }

  /** The document has changed. */
  changed(): void {
    this.#newest = undefined;
  }

  #answer({ reply, subject }: BusMessage, { vector, client }: Question): void {
    const { doc, post, subjects, authors } = this.#options;
    const isStock = client === undefined;
    const asker = authors.isVerified ? (documentUser(subject) ?? '') : '';
    if (!this.#subscription || isPending(doc) || (client === doc.clientID && asker === authors.user)) return;
    if (isStock && (authors.isVerified || !takesAnswers(reply))) return; // V4: answers go to the asker's subject alone
    const to = isStock ? '' : subjects.answer(client, asker);
    if (this.#sending.has(to) || !this.#count.take()) return;
    const message = this.#difference(vector);
    if (!this.#bytes.take(message.length)) return;
    this.#options.answered(message.length);
    if (isStock) {
      if (reply !== undefined) post.send(reply, message, { whole: true });
      return;
    }
    this.#sending.add(to);
    for (const each of [message, encodeStep1(encodeStateVector(doc)), this.#options.digest()]) post.send(to, each);
    post.after(() => void this.#sending.delete(to));
  }

  #difference(vector: Uint8Array): Uint8Array {
    const to = hex(vector);
    if (this.#newest?.to === to) return this.#newest.message;
    try {
      const message = encodeStep2(differenceFrom(this.#options.doc, vector));
      this.#newest = { to, message };
      return message;
    } catch (cause) {
      throw new ProtocolError('shape', 'a state vector cannot be answered', { cause });
    }
  }
}
