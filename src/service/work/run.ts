/**
 * One run of a handler on one job: its signal, its progress, its end. It knows neither the job's source nor what
 * follows.
 */
import type { Clock } from '../../clock.js';
import { OptionError } from '../../errors.js';
import { JobError, type JobFailure } from '../errors.js';
import type { BuildEvents } from './build-events.js';
import type { Envelope } from './envelope.js';
import { failure, messageOf } from './failure.js';
import type { JobContext, JobHandler } from './types.js';

/** At most ten progress events a second: enough for a progress bar. */
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
  #ended = false;

  constructor(options: RunOptions<Job>) {
    this.#options = options;
  }

  /** The reason of its abort, if it was aborted. */
  get aborted(): JobError | undefined {
    return this.#controller.signal.reason as JobError | undefined;
  }

  /** True where the job or its project has this id. */
  matches(id: string): boolean {
    const { envelope } = this.#options;
    return envelope.id === id || envelope.projectId === id;
  }

  /**
   * Aborts the handler's signal; the handler keeps its slot until it returns. Only the first reason counts. Returns
   * false where this one does not count, because the run has ended or was aborted for another reason.
   */
  abort(reason: JobFailure, detail: string): boolean {
    const { subject, id } = this.#options.envelope;
    if (this.#ended) return false;
    if (!this.aborted) this.#controller.abort(new JobError(subject, id, reason, detail));
    return this.aborted?.reason === reason;
  }

  /**
   * Calls the handler. Never rejects: resolves with the error. A job whose handler returns in spite of an abort is
   * done.
   */
  async execute(): Promise<{ readonly result?: unknown; readonly error?: JobError }> {
    const { envelope, attempt, worker, handler, events } = this.#options;
    try {
      const job = this.#read();
      if (this.aborted) throw this.aborted;
      events.publish('started', envelope, { attempt, worker });
      return { result: await handler(job, this.#context()) };
    } catch (cause) {
      return { error: this.aborted ?? failure(envelope, cause) };
    } finally {
      this.#ended = true;
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
      throw new JobError(subject, id, 'unreadable', messageOf(cause), { cause });
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
    if (this.#ended) return;
    const clamped = Math.min(100, Math.max(0, percent));
    this.#latest = { percent: clamped, ...(message !== undefined && { message }) };
    if (this.#cancelTimer) return;
    const publish = () => {
      this.#cancelTimer = undefined;
      if (!this.#latest) return;
      this.#options.events.publish('progress', envelope, this.#latest);
      this.#latest = undefined;
      this.#cancelTimer = clock.after(PROGRESS_INTERVAL_MS, publish);
    };
    publish();
  }
}
