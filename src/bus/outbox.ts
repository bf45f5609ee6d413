/**
 * The way out, where a publish is never lost unsaid. A NATS client drops what was written to a socket that died before
 * anyone noticed, and calls it sent; so a publish counts as sent here when the server has answered a ping written after
 * it (one ping for all that is under way). It keeps the order of what it holds, and no clock: it waits for the bus alone.
 */
import { ConnectionClosedError, OutboxFullError, PermissionError, UnconfirmedError } from '../errors.js';
import type { Bus, BusStatus, Payload, PublishOptions } from './bus.js';
import { encodePayload } from './payload.js';
import { checkSubject } from './subject.js';

/**
 * What becomes of a publish while the connection is lost: `reject` it; `drop` it, counted; or hold it in the `queue` and send
 * it when there is a connection again. Only `queue` sends again what may not have arrived, so only there may one arrive twice.
 */
export type WhenOffline = 'reject' | 'drop' | 'queue';

export interface OutboxLimits {
  /** How many messages are held at the most; 1000. */
  readonly messages: number;
  /** How many bytes of payload are held at the most; 1 MiB. A single message may have more. */
  readonly bytes: number;
}

export const OUTBOX_LIMITS: OutboxLimits = { messages: 1000, bytes: 1_048_576 };

const DONE = /* @__PURE__ */ Promise.resolve();

interface Post {
  readonly subject: string;
  readonly options: PublishOptions | undefined;
  readonly queue: boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  data: Uint8Array | undefined;
  /** It can be sent (again), and is counted: it waits, or it was written in `queue` and is not confirmed. */
  held: boolean;
}

export class Outbox {
  /** Messages given up because their publisher preferred that to waiting. */
  dropped = 0;
  /** What is held, and its bytes. */
  messages = 0;
  bytes = 0;
  readonly #bus: Bus;
  readonly #limits: OutboxLimits;
  readonly #stop: () => void;
  /** For a connection to come. */
  #waiting: Post[] = [];
  /** Written; the ping under way will confirm them. */
  #asked: Post[] = [];
  /** Written after that ping; the next one will. */
  #written: Post[] = [];
  /** A ping is to follow at the end of this turn. */
  #asking = false;

  constructor(bus: Bus, limits: OutboxLimits = OUTBOX_LIMITS) {
    this.#bus = bus;
    this.#limits = limits;
    const undo = [
      bus.on('status', (status) => this.#look(status)),
      bus.on('error', (error) => {
        if (error instanceof PermissionError && error.operation === 'publish') this.#forbidden(error);
      }),
    ];
    this.#stop = () => {
      for (const stop of undo) stop();
    };
  }

  /** Resolves when the server has it; with `drop`, at once. Rejects as `Bus.publish` throws, and as said above. */
  publish(subject: string, payload: Payload, whenOffline: WhenOffline, options?: PublishOptions): Promise<void> {
    return whenOffline === 'drop'
      ? this.#try(subject, payload, options)
      : new Promise((resolve, reject) =>
          this.#take(
            {
              subject,
              options,
              queue: whenOffline === 'queue',
              resolve,
              reject,
              data: undefined,
              held: false,
            },
            payload,
          ),
        );
  }

  /** Resolves when nothing that was written is unconfirmed, or the connection is lost. */
  async settle(): Promise<void> {
    while (this.#asked.length + this.#written.length > 0) {
      try {
        await this.#bus.flush();
      } catch {
        return; // lost: the publishers have been told, or their messages are held
      }
    }
  }

  /** Nothing is held any more: what is rejects. Idempotent. */
  end(cause?: unknown): void {
    this.#stop();
    for (const post of this.#unconfirmed()) this.#refuse(post, new UnconfirmedError(post.subject));
    const error = new ConnectionClosedError(cause === undefined ? undefined : { cause });
    for (const post of this.#waiting.splice(0)) this.#refuse(post, error);
  }

  /** Sends it, or does not. */
  #try(subject: string, payload: Payload, options: PublishOptions | undefined): Promise<void> {
    const { type } = this.#bus.status;
    if (type !== 'connected' && type !== 'closed') {
      this.dropped++;
      return DONE;
    }
    try {
      this.#sendWaiting(); // who heard of the connection before we did must not overtake
      this.#bus.publish(subject, payload, options);
      return DONE;
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  /** What it throws is the rejection. */
  #take(post: Post, payload: Payload): void {
    const { subject, queue } = post;
    const { type } = this.#bus.status;
    if (type === 'connected') {
      this.#sendWaiting();
      if (queue) post.data = encodePayload(subject, payload);
      this.#send(post, post.data ?? payload);
    } else if (type === 'connecting' || (queue && type === 'reconnecting')) {
      checkSubject(subject);
      post.data = encodePayload(subject, payload);
      if (!this.#hold(post)) throw new OutboxFullError(subject, this.messages, this.bytes);
      if (typeof payload === 'object') post.data = post.data.slice(); // its owner may write to it meanwhile
      this.#waiting.push(post);
    } else this.#bus.publish(subject, payload, post.options); // which throws the fitting error
  }

  #look(status: BusStatus): void {
    if (status.type === 'connected') this.#sendWaiting();
    else if (status.type === 'closed') this.end(status.error);
    else this.#lost();
  }

  #sendWaiting(): void {
    if (this.#waiting.length === 0) return;
    for (const post of this.#waiting.splice(0)) this.#send(post, post.data);
  }

  #send(post: Post, payload: Payload): void {
    if (!this.#asking) {
      // Asked for before the client asks to write, so that what is published in one turn goes out in one piece, ping and all.
      this.#asking = true;
      queueMicrotask(() => {
        this.#asking = false;
        this.#confirm();
      });
    }
    try {
      this.#bus.publish(post.subject, payload, post.options);
    } catch (error) {
      this.#refuse(post, error);
      return;
    }
    if (!post.queue) this.#free(post);
    else if (!post.held) this.#hold(post); // no room: sent once, and its publisher told where that is in doubt
    this.#written.push(post);
  }

  #confirm(): void {
    if (this.#asked.length > 0 || this.#written.length === 0) return;
    const asked = this.#written;
    this.#asked = asked;
    this.#written = [];
    const answered = () => {
      if (this.#asked !== asked) return; // the connection was lost meanwhile
      this.#asked = [];
      for (const post of asked) {
        this.#free(post);
        post.resolve();
      }
      this.#confirm();
    };
    const failed = () => {
      if (this.#asked === asked) this.#lost(); // a ping fails only with its connection: the status is about to say so
    };
    this.#bus.flush().then(answered, failed);
  }

  /** What was written may not have arrived: it will be sent again, before all else, or its publisher is told. */
  #lost(): void {
    const again: Post[] = [];
    for (const post of this.#unconfirmed()) {
      if (post.held) again.push(post);
      else post.reject(new UnconfirmedError(post.subject));
    }
    this.#waiting.unshift(...again);
  }

  /** Told before the confirmation of what came after it: whatever is under way on that subject is refused. */
  #forbidden(error: PermissionError): void {
    const refused = ({ subject }: Post) => subject === error.subject;
    for (const post of [...this.#asked, ...this.#written].filter(refused)) this.#refuse(post, error);
  }

  #unconfirmed(): Post[] {
    const posts = [...this.#asked, ...this.#written];
    this.#asked = [];
    this.#written = [];
    return posts;
  }

  /** False where there is no room. */
  #hold(post: Post): boolean {
    const size = post.data?.length ?? 0;
    const { messages, bytes } = this.#limits;
    post.held = this.messages < messages && (this.messages === 0 || this.bytes + size <= bytes);
    if (post.held) {
      this.messages++;
      this.bytes += size;
    } else {
      post.data = undefined;
    }
    return post.held;
  }

  #free(post: Post): void {
    if (post.held) {
      this.messages--;
      this.bytes -= post.data?.length ?? 0;
    }
    post.held = false;
    post.data = undefined;
  }

  #refuse(post: Post, error: unknown): void {
    this.#free(post);
    post.reject(error);
  }
}
