/**
 * What leaves on the live lane: sealed (Y21), in parts where it is large (Y5), in order. What cannot leave because
 * there is no connection is dropped: it is in the document, and Y4 sends what others lack.
 */
import type { Bus } from '../../bus/bus.js';
import type { Random } from '../../clock.js';
import { ConnectionClosedError, NotConnectedError, SlateError } from '../../errors.js';
import { PART } from '../../protocol/document-messages.js';
import { encodeParts, PART_BYTES } from '../../protocol/document-parts.js';
import { PARTS_AT_ONCE } from './limits.js';
import { Serial } from './serial.js';

export interface PostOptions {
  readonly bus: Bus;
  readonly random: Random;
  seal(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** A payload is about to leave. */
  sent(subject: string, bytes: Uint8Array): void;
  report(error: SlateError): void;
}

/** Part of the server's `max_payload` that is left to headers and to a cipher. */
const RESERVED_BYTES = 1_024;
const MIN_PART_BYTES = 256;

export class Post {
  readonly #options: PostOptions;
  readonly #serial: Serial;

  constructor(options: PostOptions) {
    this.#options = options;
    this.#serial = new Serial((error) => {
      if (error instanceof NotConnectedError || error instanceof ConnectionClosedError) return;
      options.report(
        error instanceof SlateError ? error : new SlateError('A message could not be sent.', { cause: error }),
      );
    });
  }

  /** Sends a message; `whole`: it does not go in parts, since a stock client asked for it. Never throws. */
  send(subject: string, message: Uint8Array, { reply, whole }: { reply?: string; whole?: boolean } = {}): void {
    const max = Math.max(MIN_PART_BYTES, Math.min(PART_BYTES, this.#options.bus.maxPayload - RESERVED_BYTES));
    if (whole || message.length <= max) {
      this.#serial.run(() => this.#publish(subject, message, reply));
      return;
    }
    const id = Math.floor(this.#options.random() * 2 ** 32);
    for (const [index, part] of encodeParts(PART, message, id, max).entries()) {
      if (index > 0 && index % PARTS_AT_ONCE === 0) this.#serial.run(() => this.#options.bus.flush());
      this.#serial.run(() => this.#publish(subject, part));
    }
  }

  /** Calls `fn` when everything before has left; not at all after {@link clear}. */
  after(fn: () => void): void {
    this.#serial.run(fn);
  }

  /** Leaves out what has not left. */
  clear(): void {
    this.#serial.clear();
  }

  #publish(subject: string, message: Uint8Array, reply?: string): void | Promise<void> {
    const sealed = this.#options.seal(message);
    const publish = (bytes: Uint8Array) => {
      this.#options.sent(subject, bytes);
      this.#options.bus.publish(subject, bytes, reply === undefined ? {} : { reply });
    };
    return sealed instanceof Uint8Array ? publish(sealed) : Promise.resolve(sealed).then(publish);
  }
}
