/**
 * Asks the server for as many jobs as there are places, and never for more: a job that waits in a process is one that no
 * other worker can have. A request for a job runs out, or is lost with its connection; it is made again as long as its
 * place is free. It does nothing with jobs but hand them on.
 */
import type { Bus, BusMessage, BusSubscription } from '../bus/bus.js';
import type { Clock } from '../clock.js';
import { type JetStream, readDelivery } from './jetstream.js';

const EXPIRES_MS = 5000;
/**
 * A server that says nothing of a request for longer than it lasts has lost it, with its leader say, or never had what was
 * asked: of a consumer that is gone it does not speak at all.
 */
const LATE_MS = 1000;
/** A request that ends long before its time was refused: consumer or stream are gone, or the server is going. */
const EARLY_MS = 1000;
const MEND_AFTER_MS = 1000;

export interface PullerOptions {
  readonly jetstream: JetStream;
  readonly clock: Clock;
  /** Finds or makes the stream and the queue; called first, and whenever the server refuses a request or ignores it. */
  readonly ensure: () => Promise<Queue>;
  readonly receive: (message: BusMessage) => void;
  /** Something is wrong; it goes on trying. */
  readonly trouble: (error: unknown) => void;
}

export interface Queue {
  readonly stream: string;
  readonly queue: string;
}

export class Puller {
  readonly #options: PullerOptions;
  readonly #bus: Bus;
  readonly #unlisten: () => void;
  readonly #pulls = new Set<Pull>();
  /** Places without a job. */
  #wanted = 0;
  #from: Queue | undefined;
  #cancelMending: (() => void) | undefined;
  #stopped = false;

  constructor(options: PullerOptions) {
    this.#options = options;
    this.#bus = options.jetstream.bus;
    this.#unlisten = this.#bus.on('status', ({ type }) => {
      this.#drop(); // the server forgets requests with the connection they came on
      if (type === 'connected') this.#fill();
    });
  }

  /** Makes sure once of what it pulls from. Rejects as `ensure` does. Does nothing where it was stopped before. */
  async start(): Promise<void> {
    if (this.#stopped) return;
    this.#from = await this.#options.ensure();
    this.#fill();
  }

  want(): void {
    this.#wanted++;
    this.#fill();
  }

  /** Asks no more; resolves when what is on its way has come. The server forgets requests whose inbox nobody listens on. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unlisten();
    this.#cancelMending?.();
    await Promise.all([...this.#pulls].map((pull) => pull.drain()));
  }

  #drop(): void {
    for (const pull of this.#pulls) pull.end();
    this.#pulls.clear();
  }

  /** A request for each free place. */
  #fill(): void {
    const { jetstream, clock, trouble } = this.#options;
    if (!this.#from || this.#stopped || this.#cancelMending || this.#bus.status.type !== 'connected') return;
    while (this.#pulls.size < this.#wanted) {
      try {
        this.#pulls.add(new Pull(jetstream, clock, this.#from, (...end) => this.#ended(...end)));
      } catch (error) {
        trouble(error); // the connection is going: asked anew on the next one
        return;
      }
    }
  }

  #ended(pull: Pull, message: BusMessage | undefined, refused: boolean): void {
    this.#pulls.delete(pull);
    if (message) {
      this.#wanted--;
      this.#options.receive(message);
    } else if (refused) this.#mendLater();
    else this.#fill();
  }

  #mendLater(): void {
    if (this.#stopped) return;
    this.#cancelMending ??= this.#options.clock.after(MEND_AFTER_MS, () => void this.#mend());
  }

  async #mend(): Promise<void> {
    try {
      this.#from = await this.#options.ensure();
      this.#cancelMending = undefined;
      this.#fill();
    } catch (error) {
      this.#cancelMending = undefined;
      if (this.#stopped) return;
      this.#options.trouble(error);
      this.#mendLater();
    }
  }
}

type Ended = (pull: Pull, message: BusMessage | undefined, refused: boolean) => void;

/** One request for one job, on an inbox of its own. */
class Pull {
  readonly #inbox: BusSubscription;
  readonly #cancelTimer: () => void;

  constructor(jetstream: JetStream, clock: Clock, { stream, queue }: Queue, ended: Ended) {
    const { bus } = jetstream;
    const start = clock.now();
    const finish = (message: BusMessage | undefined, refused: boolean) => {
      this.end();
      ended(this, message, refused);
    };
    this.#cancelTimer = clock.after(EXPIRES_MS + LATE_MS, () => finish(undefined, true));
    this.#inbox = bus.subscribe(bus.inbox(), (message) => {
      finish(readDelivery(message) ? message : undefined, clock.now() - start < EXPIRES_MS - EARLY_MS);
    });
    try {
      jetstream.pull(stream, queue, this.#inbox.subject, EXPIRES_MS);
    } catch (error) {
      this.end();
      throw error;
    }
  }

  end(): void {
    this.#cancelTimer();
    this.#inbox.unsubscribe();
  }

  async drain(): Promise<void> {
    await this.#inbox.drain();
    this.end();
  }
}
