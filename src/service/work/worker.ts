/**
 * Queue groups at work: takes jobs from a subject, does a bounded number at a time, tells how they go as BuildEvents, stops
 * in order. Where jobs come from is a source's affair (`work/plain.ts`, `work/durable.ts`).
 */
import { hostname } from 'node:os';
import type { Bus } from '../../bus/bus.js';
import { checkQueue, checkSubject } from '../../bus/subject.js';
import type { Clock } from '../../clock.js';
import { OptionError, type SlateError } from '../../errors.js';
import { defaultBus } from '../../messaging/default.js';
import { JobError } from '../errors.js';
import { BuildEvents } from './build-events.js';
import { cancelSubject, onCancel } from './cancel.js';
import { DurableSource } from './durable.js';
import { PlainSource } from './plain.js';
import { Run } from './run.js';
import { onShutdown } from './shutdown.js';
import type { Delivery, Source } from './source.js';
import type { JobHandler, Worker, WorkerOptions } from './types.js';

/**
 * Works on the jobs of a subject, together with all workers of the same queue. Resolves when it takes jobs. Rejects with
 * {@link OptionError}, {@link InvalidSubjectError}, {@link PermissionError}, and for durable jobs {@link JetStreamError}.
 * A job that fails costs one `error` event of the bus, a `JobError`, and a `failed` BuildEvent where it has a `projectId`.
 *
 * ```ts
 * const builder = await worker('slate.build.jobs', async (job, { progress, signal }) => {
 *   for (const [index, step] of job.steps.entries()) {
 *     await run(step, { signal });
 *     progress((100 * (index + 1)) / job.steps.length, step.name);
 *   }
 * }, { queue: 'build-workers', concurrency: 2 });
 * ```
 */
export async function worker<Job = unknown>(
  subject: string,
  handler: JobHandler<Job>,
  options: WorkerOptions<Job> = {},
): Promise<Worker> {
  checkSubject(subject);
  if (typeof handler !== 'function') throw new OptionError('handler', 'must be a function');
  const settings = checkSettings(subject, options);
  options.signal?.throwIfAborted();
  const crew = new Crew(subject, handler, options, settings);
  await crew.start();
  return crew;
}

/** How long a handler may take to see that it was told to stop, when its worker ends. */
const ABORT_WAIT_MS = 1000;
const UNHEARD = 'the server has not heard of its worker for too long, and may have given it to another';
const STOPPED = 'its worker was stopped';

interface Settings {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly queue: string;
  readonly concurrency: number;
  readonly backlog: number;
  readonly graceMs: number;
  readonly name: string;
  readonly source: (bus: Bus) => Source;
}

class Crew<Job> implements Worker {
  readonly subject: string;
  readonly queue: string;
  readonly stats = { completed: 0, failed: 0, retried: 0 };
  readonly closed: Promise<SlateError | undefined>;
  readonly #handler: JobHandler<Job>;
  readonly #options: WorkerOptions<Job>;
  readonly #settings: Settings;
  readonly #source: Source;
  readonly #events: BuildEvents;
  readonly #runs = new Map<Run<Job>, Promise<void>>();
  readonly #waiting: Delivery[] = [];
  readonly #undo: (() => void)[] = [];
  /** Ends of jobs that were never begun. */
  readonly #endings = new Set<Promise<void>>();
  readonly #abandoned: Promise<void>;
  #abandon: () => void = () => undefined;
  #aborted = false;
  #draining: Promise<void> | undefined;

  constructor(subject: string, handler: JobHandler<Job>, options: WorkerOptions<Job>, settings: Settings) {
    const { bus, clock, queue } = settings;
    this.subject = subject;
    this.queue = queue;
    this.#handler = handler;
    this.#options = options;
    this.#settings = settings;
    this.#events = new BuildEvents(bus, clock);
    this.#source = settings.source(bus);
    this.#abandoned = new Promise((resolve) => {
      this.#abandon = resolve;
    });
    this.closed = this.#source.closed.then(async (error) => {
      await this.drain();
      return error;
    });
  }

  get running(): number {
    return this.#runs.size;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  async start(): Promise<void> {
    const { bus, concurrency } = this.#settings;
    const { cancel = cancelSubject(this.subject), shutdown = true, signal } = this.#options;
    const ear = onCancel(bus, cancel, (id, reason) => this.cancel(id, reason));
    this.#undo.push(() => ear.unsubscribe());
    if (shutdown) this.#undo.push(onShutdown(() => this.drain()));
    const stop = () => void this.drain(0);
    signal?.addEventListener('abort', stop, { once: true });
    this.#undo.push(() => signal?.removeEventListener('abort', stop));
    try {
      const started = this.#source.start((delivery) => this.#take(delivery));
      for (let place = 0; place < concurrency; place++) this.#source.want();
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
      if (run.is(id) && run.abort('cancelled', reason)) count++;
    }
    for (const delivery of [...this.#waiting]) {
      const { subject, ...envelope } = delivery.envelope;
      if (envelope.id !== id && envelope.projectId !== id) continue;
      this.#waiting.splice(this.#waiting.indexOf(delivery), 1);
      this.#end(delivery, new JobError(subject, envelope.id, 'cancelled', reason));
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
    const { clock } = this.#settings;
    const cancelTimer = clock.after(graceMs, () => this.#abortAll());
    await Promise.race([this.#source.stop(), this.#abandoned]);
    const busy = () => [...this.#runs.values(), ...this.#endings];
    let abandoned = false;
    void this.#abandoned.then(() => {
      abandoned = true;
    });
    while (busy().length > 0 && !abandoned) await Promise.race([Promise.all(busy()), this.#abandoned]);
    for (const undo of this.#undo.splice(0)) undo();
    await Promise.race([this.#events.settled(), this.#abandoned]); // without a server they would be waited for for ever
    cancelTimer();
  }

  /** A handler that does not listen to its signal is waited for a little, and then left to itself. */
  #abortAll(): void {
    if (!this.#aborted) this.#settings.clock.after(ABORT_WAIT_MS, this.#abandon);
    this.#aborted = true;
    for (const run of this.#runs.keys()) run.abort('stopped', STOPPED);
    for (const delivery of this.#waiting.splice(0)) {
      const { subject, id } = delivery.envelope;
      this.#end(delivery, new JobError(subject, id, 'stopped', STOPPED));
    }
  }

  #take(delivery: Delivery): void {
    const { concurrency, backlog } = this.#settings;
    const { subject, id } = delivery.envelope;
    if (delivery.dead) this.#end(delivery, delivery.dead);
    else if (this.#draining && this.#options.durable && !delivery.last) {
      this.#end(delivery, new JobError(subject, id, 'stopped', 'its worker takes no more')); // another one will
    } else if (this.#aborted) this.#end(delivery, new JobError(subject, id, 'stopped', STOPPED));
    else if (this.running < concurrency) this.#begin(delivery);
    else if (this.waiting < backlog) this.#waiting.push(delivery);
    else {
      const detail = `${concurrency} jobs run and ${backlog} wait in this worker already`;
      this.#end(delivery, new JobError(subject, id, 'refused', detail));
    }
  }

  #begin(delivery: Delivery): void {
    const { clock, name } = this.#settings;
    const { envelope, attempt } = delivery;
    const { parse } = this.#options;
    const run = new Run({
      envelope,
      attempt,
      worker: name,
      handler: this.#handler,
      parse,
      events: this.#events,
      clock,
    });
    const release = delivery.hold(() => run.abort('lost', UNHEARD));
    const done = run
      .execute()
      .finally(release)
      .then((end) => this.#finish(delivery, end))
      .finally(() => {
        this.#runs.delete(run);
        const next = this.#waiting.shift();
        if (next) this.#begin(next);
        else this.#source.want();
      });
    this.#runs.set(run, done);
  }

  /** The end of a job that is not begun. */
  #end(delivery: Delivery, error: JobError): void {
    const ending = this.#finish(delivery, { error }).finally(() => {
      this.#endings.delete(ending);
      if (delivery.dead) this.#source.want(); // it had been asked for
    });
    this.#endings.add(ending);
  }

  /** Says what became of a job, first to the source and then, where that was its end, to the world. */
  async #finish(delivery: Delivery, { result, error }: { result?: unknown; error?: JobError }): Promise<void> {
    const { envelope, attempt } = delivery;
    const settled = await delivery.settle(error);
    if (settled === 'again') this.stats.retried++;
    else if (settled === 'final' && error) {
      this.stats.failed++;
      this.#events.tell('failed', envelope, { error: error.detail, reason: error.reason, attempts: attempt });
    } else if (settled === 'final') {
      this.stats.completed++;
      this.#events.tell('completed', envelope, { percent: 100, ...(result !== undefined && { result }) });
    }
    const { bus } = this.#settings;
    if (settled === 'lost' && !error) bus.report(new JobError(envelope.subject, envelope.id, 'lost', UNHEARD));
    if (error && error.reason !== 'cancelled' && !(error.reason === 'stopped' && settled === 'again'))
      bus.report(error);
  }
}

/** Throws {@link OptionError}; plain and durable workers share no options by accident. */
function checkSettings<Job>(subject: string, options: WorkerOptions<Job>): Settings {
  const { bus = defaultBus(), queue = 'workers', durable = false } = options;
  const { clock = bus.clock } = options;
  const name = options.name ?? `${hostname()}:${process.pid}`;
  checkQueue(queue);
  const concurrency = count('concurrency', options.concurrency ?? 1, 1);
  const backlog = durable ? 0 : count('backlog', options.backlog ?? 100, 0);
  const graceMs = count('graceMs', options.graceMs ?? 10_000, 0);
  const shared = { bus, clock, queue, concurrency, backlog, graceMs, name };
  if (!durable) {
    for (const option of ['ackWaitMs', 'attempts', 'retryDelayMs', 'replicas'] as const) {
      if (options[option] !== undefined) throw new OptionError(option, 'is for durable jobs: set durable: true');
    }
    return { ...shared, source: () => new PlainSource(bus, subject, queue) };
  }
  if (options.backlog !== undefined)
    throw new OptionError('backlog', 'is for plain jobs: durable ones wait at the server');
  if (!/^[-\w]+$/.test(queue)) {
    throw new OptionError('queue', 'may hold letters, digits, "-" and "_" alone where jobs are durable');
  }
  const durably = {
    ackWaitMs: options.ackWaitMs === undefined ? undefined : count('ackWaitMs', options.ackWaitMs, 100),
    attempts: count('attempts', options.attempts ?? 5, 1),
    retryDelayMs: count('retryDelayMs', options.retryDelayMs ?? 1000, 0),
    replicas: count('replicas', options.replicas ?? 1, 1),
  };
  return { ...shared, source: () => new DurableSource({ bus, clock, subject, queue, ...durably }) };
}

function count(option: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw new OptionError(option, `must be a whole number, ${least} or more`);
}
