/**
 * Follows the heads and the log of all documents: each time it is asked, it reads what the stream has taken in since
 * the last time. It notices a stream that counts from the beginning again, and then reads all of it.
 */
import type { Bus } from '../../bus/bus.js';
import type { Clock, Random } from '../../clock.js';
import { HistoryError } from '../../documents/errors.js';
import { STREAM } from '../../documents/history/operations.js';
import type { SlateError } from '../../errors.js';
import type { StoredMessage } from '../../jetstream/direct.js';
import { readMessages } from '../../jetstream/ordered.js';
import { documentOf, headsOf, logsOf } from '../../protocol/document-subjects.js';
import type { Tails } from './tails.js';

export interface FollowedLogOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly random: Random;
  readonly tails: Tails;
  /** A head that cannot be read, which concerns its document alone. */
  report(error: SlateError): void;
}

export class FollowedLog {
  readonly #options: FollowedLogOptions;
  /** The next sequence number to read, of heads and of entries. */
  #head = 1;
  #entry = 1;

  constructor(options: FollowedLogOptions) {
    this.#options = options;
  }

  /** Heads first: what they cover is left out of the tails at once. Rejects as `readMessages` does. */
  async read(): Promise<void> {
    if ((await this.#readHeads()) && (await this.#readEntries())) return;
    this.#options.tails.forget();
    this.#head = 1;
    this.#entry = 1;
    await this.#readHeads();
    await this.#readEntries();
  }

  /**
   * False where the stream ends before what was read. All heads from the first on: of a document two or three are kept,
   * and the server takes five times as long to find the last of each.
   */
  async #readHeads(): Promise<boolean> {
    const { tails, report } = this.#options;
    const from = this.#head;
    const start = await this.#readAll(headsOf(), from, (message) => {
      this.#head = message.seq + 1;
      try {
        tails.head(message);
      } catch (cause) {
        const document = nameOf(message.subject);
        report(new HistoryError(document, 'corrupt', 'its head cannot be read', message.seq, { cause }));
      }
    });
    return start.from >= from;
  }

  async #readEntries(): Promise<boolean> {
    const from = this.#entry;
    const start = await this.#readAll(logsOf(), from, (message) => {
      this.#entry = message.seq + 1;
      this.#options.tails.entry(message);
    });
    return start.from >= from;
  }

  #readAll(filter: string, from: number, receive: (message: StoredMessage) => void) {
    const { bus, clock, random } = this.#options;
    return readMessages({ bus, clock, random, stream: STREAM, filter, from }, (messages) => messages.forEach(receive));
  }
}

function nameOf(subject: string): string {
  const { name = '' } = documentOf(subject) ?? {};
  return typeof name === 'string' ? name : name.guid;
}
