/** One job being done: its signal, its progress, its end. It knows neither where the job came from nor what becomes of it. */
import type { Clock } from '../../clock.js';
import { OptionError } from '../../errors.js';
import { JobError, type JobFailure } from '../errors.js';
import type { BuildEvents } from './build-events.js';
import { type Envelope, failure, wordsOf } from './jobs.js';
import type { JobContext, JobHandler } from './types.js';

/** Ten progress events a second are plenty for a bar. */
const PROGRESS_INTERVAL_MS = 100;

export interface RunOptions<Job> {
  readonly envelope: Envelope;
  readonly attempt: number;
  readonly worker: string;
  readonly handler: JobHandler<Job>;
  readonly parse: ((job: unknown) => Job) | undefined;
  readonly events: BuildEvents;
  readonly clock: Clock;
}

export class Run<Job> {
  readonly #options: RunOptions<Job>;
  readonly #controller = new AbortController();
  #latest: { percent: number; message?: string } | undefined;
  #cancelTimer: (() => void) | undefined;
  #over = false;

  constructor(options: RunOptions<Job>) {
    this.#options = options;
  }

  /** Why it was told to stop, if it was. */
  get aborted(): JobError | undefined {
    return this.#controller.signal.reason as JobError | undefined;
  }

  is(id: string): boolean {
    const { envelope } = this.#options;
    return envelope.id === id || envelope.projectId === id;
  }

  /**
   * Only the first reason counts. The handler is told by its signal, and has its place until it returns. False where this
   * reason does not count: it came to its end before, or has to stop for another.
   */
  abort(reason: JobFailure, detail: string): boolean {
    const { subject, id } = this.#options.envelope;
    if (this.#over) return false;
    if (!this.aborted) this.#controller.abort(new JobError(subject, id, reason, detail));
    return this.aborted?.reason === reason;
  }

  /**
   * Does it. Never rejects: the error is the answer. A handler that finishes in spite of being told to stop has finished.
   */
  async execute(): Promise<{ readonly result?: unknown; readonly error?: JobError }> {
    const { envelope, attempt, worker, handler, events } = this.#options;
    try {
      const job = this.#read();
      if (this.aborted) throw this.aborted;
      events.tell('started', envelope, { attempt, worker });
      return { result: await handler(job, this.#context()) };
    } catch (cause) {
      return { error: this.aborted ?? failure(envelope, cause) };
    } finally {
      this.#over = true;
      this.#cancelTimer?.();
    }
  }

  #read(): Job {
    const { envelope, parse } = this.#options;
    try {
      if (envelope.unreadable !== undefined) throw envelope.unreadable;
      return parse ? parse(envelope.value) : (envelope.value as Job);
    } catch (cause) {
      const { subject, id } = envelope;
      throw new JobError(subject, id, 'unreadable', wordsOf(cause), { cause });
    }
  }

  #context(): JobContext {
    const { envelope, attempt } = this.#options;
    return {
      id: envelope.id,
      attempt,
      signal: this.#controller.signal,
      progress: (percent, message) => this.#progress(percent, message),
    };
  }

  #progress(percent: number, message: string | undefined): void {
    if (typeof percent !== 'number' || Number.isNaN(percent)) throw new OptionError('percent', 'must be a number');
    const { envelope, clock } = this.#options;
    if (this.#over) return;
    const clamped = Math.min(100, Math.max(0, percent));
    this.#latest = { percent: clamped, ...(message !== undefined && { message }) };
    if (this.#cancelTimer) return;
    const tell = () => {
      this.#cancelTimer = undefined;
      if (!this.#latest) return;
      this.#options.events.tell('progress', envelope, this.#latest);
      this.#latest = undefined;
      this.#cancelTimer = clock.after(PROGRESS_INTERVAL_MS, tell);
    };
    tell();
  }
}
