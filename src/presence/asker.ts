/** M4: asking one client for its state, on the subject that it alone hears; at most once a second each. */
import type { Bus } from '../bus/bus.js';
import type { Clock } from '../clock.js';
import { NoRespondersError, RequestTimeoutError } from '../errors.js';
import { decodePresence, encodeAsk, type PresenceMessage } from '../protocol/presence-codec.js';
import { ASK_INTERVAL_MS } from './constants.js';

export interface AskerOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly client: () => number;
  readonly subject: (client: number) => string;
  readonly receive: (message: PresenceMessage) => void;
  /** The client does not listen any more. */
  readonly gone: (client: number) => void;
  readonly onError: (error: unknown, subject: string) => void;
}

export class Asker {
  readonly #options: AskerOptions;
  readonly #asked = new Map<number, () => void>();

  constructor(options: AskerOptions) {
    this.#options = options;
  }

  ask(client: number): void {
    if (this.#asked.has(client)) return;
    const { clock } = this.#options;
    this.#asked.set(
      client,
      clock.after(ASK_INTERVAL_MS, () => this.#asked.delete(client)),
    );
    void this.#ask(client);
  }

  stop(): void {
    for (const cancel of this.#asked.values()) cancel();
    this.#asked.clear();
  }

  async #ask(client: number): Promise<void> {
    const { bus, subject, receive, gone, onError } = this.#options;
    const address = subject(client);
    try {
      const answer = await bus.request(address, encodeAsk(this.#options.client()), ASK_INTERVAL_MS);
      if (this.#asked.has(client)) receive(decodePresence(answer.data)); // else stopped meanwhile
    } catch (error) {
      if (error instanceof NoRespondersError) gone(client);
      else if (!(error instanceof RequestTimeoutError)) onError(error, address);
    }
  }
}
