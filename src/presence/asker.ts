/**
 * Asks single clients for their states (M4), on the subject that only each of them receives. In a crowd that lacks the
 * same state, everyone waits for a moment: after the first questions its owner announces it to all, and the others need
 * not ask.
 */
import type { Clock, Random } from '../clock.js';
import { NoRespondersError, RequestTimeoutError } from '../errors.js';
import { encodeAsk } from '../protocol/presence-codec.js';
import type { Speaker } from '../protocol/speaker.js';
import type { Channel } from './channel.js';
import { ANSWERS, ASK_INTERVAL_MS, ASK_LATE_MS, ASK_SPREAD_MS, ASKS } from './constants.js';
import type { OwnClient } from './own-client.js';
import { answererOf, type Questions } from './questions.js';

export interface StateReceiver {
  /** The answer of `client` arrived; throws {@link ProtocolError} for one that is refused. */
  answer(data: Uint8Array, speaker: Speaker, client: number): void;
  /** The client does not subscribe any more. */
  unreachable(client: number): void;
}

export interface AskerOptions {
  readonly channel: Pick<Channel, 'subjects' | 'fail'>;
  readonly questions: Pick<Questions, 'request'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly own: Pick<OwnClient, 'id'>;
  /** Those who may lack the same state. */
  readonly peers: { readonly size: number };
  readonly receiver: StateReceiver;
}

export class Asker {
  readonly #options: AskerOptions;
  /** The clients that will be asked in a moment, and those that were within the last second; each with its timer. */
  readonly #asked = new Map<number, { readonly sent: boolean; readonly cancel: () => void }>();
  #stopped = false;

  constructor(options: AskerOptions) {
    this.#options = options;
  }

  /** False where the client was asked within a second, and when this session asks so many that it has to wait. */
  ask(client: number): boolean {
    if (this.#asked.has(client) || this.#asked.size >= ASKS) return false; // asked now, or at its next heartbeat
    const { clock, random, peers } = this.#options;
    const crowd = Math.max(0, peers.size - ANSWERS);
    const delay = random() * Math.min(ASK_INTERVAL_MS, crowd * ASK_SPREAD_MS);
    if (delay === 0) this.#send(client);
    else this.#asked.set(client, { sent: false, cancel: clock.after(delay, () => this.#send(client)) });
    return true;
  }

  /** The state of `client` came without being asked for. */
  heard(client: number): void {
    const entry = this.#asked.get(client);
    if (!entry || entry.sent) return;
    entry.cancel();
    this.#asked.delete(client);
  }

  stop(): void {
    this.#stopped = true;
    for (const { cancel } of this.#asked.values()) cancel();
    this.#asked.clear();
  }

  #send(client: number): void {
    const cancel = this.#options.clock.after(ASK_INTERVAL_MS, () => this.#asked.delete(client));
    this.#asked.set(client, { sent: true, cancel });
    void this.#ask(client);
  }

  async #ask(client: number): Promise<void> {
    const { channel, questions, own, receiver } = this.#options;
    const subject = channel.subjects.alive(client);
    try {
      const answer = await questions.request(subject, encodeAsk(own.id), ASK_LATE_MS);
      if (!this.#stopped) receiver.answer(answer.data, answererOf(answer, subject), client);
    } catch (error) {
      if (this.#stopped || error instanceof RequestTimeoutError) return;
      if (error instanceof NoRespondersError) receiver.unreachable(client);
      else channel.fail(error, subject);
    }
  }
}
