/**
 * One worker of a queue: takes jobs from its source, runs a bounded number at a time, publishes how they go as
 * BuildEvents, and stops in order. It does not know where jobs come from; that is the source's part (`plain.ts`,
 * `durable.ts`).
 */
import type { SlateError } from '../../errors.js';
import { JobError } from '../errors.js';
import { BuildEvents } from './build-events.js';
import { onCancel } from './cancel.js';
import { Run } from './run.js';
import type { Settings } from './settings.js';
import { onShutdown } from './shutdown.js';
import type { Delivery, Source } from './source.js';
import type { Worker } from './types.js';

/** How long a handler may take to return after its abort, when its worker ends. */
const ABORT_WAIT_MS = 1000;
const LOST =
  'the server has confirmed no heartbeat of its worker for too long, and may have given it to another worker';
const STOPPED = 'its worker was stopped';

export class QueueWorker<Job> implements Worker {
  readonly stats = { completed: 0, failed: 0, retried: 0 };
  readonly closed: Promise<SlateError | undefined>;
  readonly #settings: Settings<Job>;
  readonly #source: Source;
  readonly #events: BuildEvents;
  readonly #runs = new Map<Run<Job>, Promise<void>>();
  readonly #waiting: Delivery[] = [];
  /** Jobs that end without having been begun. */
  readonly #endings = new Set<Promise<void>>();
  readonly #unsubscribes: (() => void)[] = [];
  /** Resolves when the worker no longer waits for handlers that ignore their abort. */
  readonly #abandoned: Promise<void>;
  #abandon: () => void = () => undefined;
  #aborted = false;
  #draining: Promise<void> | undefined;

  constructor(settings: Settings<Job>) {
    this.#settings = settings;
    this.#events = new BuildEvents(settings.bus, settings.clock);
    this.#source = settings.openSource();
    this.#abandoned = new Promise((resolve) => {
      this.#abandon = resolve;
    });
    this.closed = this.#source.closed.then(async (error) => {
      await this.drain();
      return error;
    });
  }

  get subject(): string {
    return this.#settings.subject;
  }

  get queue(): string {
    return this.#settings.queue;
  }

  get running(): number {
    return this.#runs.size;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  async start(): Promise<void> {
    const { bus, concurrency, cancel, shutdown, signal } = this.#settings;
    const cancels = onCancel(bus, cancel, (id, reason) => this.cancel(id, reason));
    this.#unsubscribes.push(() => cancels.unsubscribe());
    if (shutdown) this.#unsubscribes.push(onShutdown(() => this.drain()));
    const onAbort = () => void this.drain(0);
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#unsubscribes.push(() => signal?.removeEventListener('abort', onAbort));
    try {
      const started = this.#source.start((delivery) => this.#receive(delivery));
      for (let slot = 0; slot < concurrency; slot++) this.#source.request();
      await started;
      signal?.throwIfAborted();
    } catch (error) {
      await this.drain(0);
      throw error;
    }
  }

  cancel(id: string, reason = 'it was cancelled'): number {
    let count = 0;
    for (const run of this.#runs.keys()) {
      if (run.matches(id) && run.abort('cancelled', reason)) count++;
    }
    for (const delivery of [...this.#waiting]) {
      const { envelope } = delivery;
      if (envelope.id !== id && envelope.projectId !== id) continue;
      this.#waiting.splice(this.#waiting.indexOf(delivery), 1);
      this.#end(delivery, new JobError(envelope.subject, envelope.id, 'cancelled', reason));
      count++;
    }
    return count;
  }

  drain(graceMs = this.#settings.graceMs): Promise<void> {
    if (graceMs <= 0) this.#abortAll();
    this.#draining ??= this.#drain(graceMs);
    return this.#draining;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.drain();
  }

  async #drain(graceMs: number): Promise<void> {
    const cancelTimer = this.#settings.clock.after(graceMs, () => this.#abortAll());
    await Promise.race([this.#finishAll(), this.#abandoned]);
    this.#unsubscribe();
    cancelTimer();
  }

  async #finishAll(): Promise<void> {
    await this.#source.stop();
    while (this.#runs.size + this.#endings.size > 0) await Promise.all([...this.#runs.values(), ...this.#endings]);
    this.#unsubscribe();
    await this.#events.settled(); // never, while the server is away
  }

  #unsubscribe(): void {
    for (const unsubscribe of this.#unsubscribes.splice(0)) unsubscribe();
  }

  /** Waits a little for the handlers to return, and then no longer. */
  #abortAll(): void {
    if (!this.#aborted) this.#settings.clock.after(ABORT_WAIT_MS, this.#abandon);
    this.#aborted = true;
    for (const run of this.#runs.keys()) run.abort('stopped', STOPPED);
    for (const delivery of this.#waiting.splice(0)) this.#endAs('stopped', STOPPED, delivery);
  }

  #receive(delivery: Delivery): void {
    const { concurrency, backlog, durable } = this.#settings;
    if (delivery.dead) this.#end(delivery, delivery.dead);
    else if (this.#draining && durable && !delivery.last) {
      this.#endAs('stopped', 'its worker takes no more jobs', delivery); // another worker will do it
    } else if (this.#aborted) this.#endAs('stopped', STOPPED, delivery);
    else if (this.running < concurrency) this.#begin(delivery);
    else if (this.waiting < backlog) this.#waiting.push(delivery);
    else this.#endAs('refused', `${concurrency} jobs run and ${backlog} wait in this worker already`, delivery);
  }

  #begin(delivery: Delivery): void {
    const { clock, name, handler, parse } = this.#settings;
    const { envelope, attempt } = delivery;
    const run = new Run({ envelope, attempt, worker: name, handler, parse, events: this.#events, clock });
    const stopWatching = delivery.begin(() => run.abort('lost', LOST));
    const done = run
      .execute()
      .finally(stopWatching)
      .then((end) => this.#finish(delivery, end))
      .finally(() => {
        this.#runs.delete(run);
        const next = this.#waiting.shift();
        if (next) this.#begin(next);
        else this.#source.request();
      });
    this.#runs.set(run, done);
  }

  #endAs(reason: 'stopped' | 'refused', detail: string, delivery: Delivery): void {
    const { subject, id } = delivery.envelope;
    this.#end(delivery, new JobError(subject, id, reason, detail));
  }

  /** Ends a job that was not begun. */
  #end(delivery: Delivery, error: JobError): void {
    const ending = this.#finish(delivery, { error }).finally(() => {
      this.#endings.delete(ending);
      if (delivery.dead) this.#source.request(); // its slot is still free
    });
    this.#endings.add(ending);
  }

  /** Settles a delivery with its source and then, where the job has ended, publishes and reports how. */
  async #finish(delivery: Delivery, { result, error }: { result?: unknown; error?: JobError }): Promise<void> {
    const { bus } = this.#settings;
    const { envelope, attempt } = delivery;
    const outcome = await delivery.settle(error);
    if (outcome === 'retry') this.stats.retried++;
    else if (outcome === 'final' && error) {
      this.stats.failed++;
      this.#events.publish('failed', envelope, { error: error.detail, reason: error.reason, attempts: attempt });
    } else if (outcome === 'final') {
      this.stats.completed++;
      this.#events.publish('completed', envelope, { percent: 100, ...(result !== undefined && { result }) });
    }
    if (outcome === 'lost' && !error) bus.report(new JobError(envelope.subject, envelope.id, 'lost', LOST));
    const wanted = error?.reason === 'cancelled' || (error?.reason === 'stopped' && outcome === 'retry');
    if (error && !wanted) bus.report(error);
  }
}
