/** Asks one client for its state (M4), on the subject that only this client receives; once a second each at most. */
import type { Bus } from '../bus/bus.js';
import type { Clock } from '../clock.js';
import { NoRespondersError, RequestTimeoutError } from '../errors.js';
import { encodeAsk } from '../protocol/presence-codec.js';
import { type Speaker, speakerOf } from '../protocol/speaker.js';
import type { Channel } from './channel.js';
import { ASK_INTERVAL_MS } from './constants.js';
import type { OwnClient } from './own-client.js';

export interface StateReceiver {
  /** The answer of `client` arrived; throws {@link ProtocolError} for one that is refused. */
  answer(data: Uint8Array, speaker: Speaker, client: number): void;
  /** The client does not subscribe any more. */
  unreachable(client: number): void;
}

export interface AskerOptions {
  readonly channel: Pick<Channel, 'subjects' | 'fail'> & { readonly bus: Pick<Bus, 'request'> };
  readonly clock: Clock;
  readonly own: Pick<OwnClient, 'id'>;
  readonly receiver: StateReceiver;
}

export class Asker {
  readonly #options: AskerOptions;
  /** The clients that were asked within the last second, each with the function that cancels its timer. */
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
    const { channel, own, receiver } = this.#options;
    const subject = channel.subjects.alive(client);
    try {
      const answer = await channel.bus.request(subject, encodeAsk(own.id), ASK_INTERVAL_MS);
      const stopped = !this.#asked.has(client);
      if (!stopped) receiver.answer(answer.data, speakerOf(answer.subject, subject), client);
    } catch (error) {
      if (error instanceof NoRespondersError) receiver.unreachable(client);
      else if (!(error instanceof RequestTimeoutError)) channel.fail(error, subject);
    }
  }
}
