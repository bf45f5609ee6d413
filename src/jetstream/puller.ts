/**
 * Pulls as many messages from a consumer as were requested, and never more: a message that waits in this process is one
 * that no other reader can have. A pull request expires, or is lost with its connection; it is made again until its
 * message came.
 */
import type { Bus, BusMessage } from '../bus/bus.js';
import type { Clock } from '../clock.js';
import type { ConsumerName } from './consumers.js';
import { Pull, type PullBus, type PullEnd } from './pull.js';

/** How long to wait, after the server refused a request, before making sure of the consumer again. */
const REPAIR_AFTER_MS = 1000;

export interface PullerOptions {
  readonly bus: PullBus & Pick<Bus, 'on' | 'status'>;
  readonly clock: Clock;
  /** Finds or creates stream and consumer; called first, and whenever the server refuses a request or loses it. */
  readonly ensure: () => Promise<ConsumerName>;
  readonly receive: (message: BusMessage) => void;
  /** Called when pulling fails; it goes on trying. */
  readonly failed: (error: unknown) => void;
}

export class Puller {
  readonly #options: PullerOptions;
  readonly #unsubscribe: () => void;
  readonly #pulls = new Set<Pull>();
  /** Messages that were requested and have not come. */
  #wanted = 0;
  #consumer: ConsumerName | undefined;
  #cancelRepair: (() => void) | undefined;
  #stopped = false;

  constructor(options: PullerOptions) {
    this.#options = options;
    this.#unsubscribe = options.bus.on('status', ({ type }) => {
      this.#cancelAll(); // the server forgets requests with the connection that they came on
      if (type === 'connected') this.#fill();
    });
  }

  /** Makes sure of the consumer, and begins to pull. Rejects as `ensure` does. Does nothing after `stop`. */
  async start(): Promise<void> {
    if (this.#stopped) return;
    this.#consumer = await this.#options.ensure();
    this.#fill();
  }

  /** Asks for one message more. */
  request(): void {
    this.#wanted++;
    this.#fill();
  }

  /** Stops asking; resolves when the messages that are on their way have been received. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unsubscribe();
    this.#cancelRepair?.();
    await Promise.all([...this.#pulls].map((pull) => pull.drain()));
  }

  #cancelAll(): void {
    for (const pull of this.#pulls) pull.cancel();
    this.#pulls.clear();
  }

  /** Makes a pull request for each message that has none. */
  #fill(): void {
    const { bus, clock, failed } = this.#options;
    if (!this.#consumer || this.#stopped || this.#cancelRepair || bus.status.type !== 'connected') return;
    while (this.#pulls.size < this.#wanted) {
      try {
        this.#pulls.add(new Pull(bus, clock, this.#consumer, (pull, end) => this.#ended(pull, end)));
      } catch (error) {
        failed(error); // the connection was just lost; the next one brings us back here
        return;
      }
    }
  }

  #ended(pull: Pull, end: PullEnd): void {
    this.#pulls.delete(pull);
    if (end.type === 'message') {
      this.#wanted--;
      this.#options.receive(end.message);
    } else if (end.type === 'refused') this.#repairLater();
    else this.#fill();
  }

  #repairLater(): void {
    if (this.#stopped) return;
    this.#cancelRepair ??= this.#options.clock.after(REPAIR_AFTER_MS, () => void this.#repair());
  }

  async #repair(): Promise<void> {
    try {
      this.#consumer = await this.#options.ensure();
      this.#cancelRepair = undefined;
      this.#fill();
    } catch (error) {
      this.#cancelRepair = undefined;
      if (this.#stopped) return;
      this.#options.failed(error);
      this.#repairLater();
    }
  }
}
