/** What a worker takes and gives: the handler's side and the caller's side. Types and their defaults only. */
import type { Bus } from '../../bus/bus.js';
import type { Clock } from '../../clock.js';
import type { SlateError } from '../../errors.js';

export interface JobContext {
  /** The job's id: the one it was enqueued with, else its own field `id`, else one made here. */
  readonly id: string;
  /** 1 for the first attempt. Only durable jobs have more. */
  readonly attempt: number;
  /** Aborted when the job is cancelled or its worker has to stop; its `reason` is a `JobError` that says which. */
  readonly signal: AbortSignal;
  /**
   * Publishes how far the job is, 0 to 100 percent, as a BuildEvent where the job has a `projectId`: at most ten events
   * a second, and always the last one. Throws {@link OptionError} for a percentage that is not a number.
   */
  progress(percent: number, message?: string): void;
}

/** Does a job. What it returns goes into the `completed` event as `data.result`; what it throws fails the attempt. */
export type JobHandler<Job> = (job: Job, context: JobContext) => unknown;

export interface WorkerOptions<Job = unknown> {
  /**
   * The queue group that shares the jobs: each job goes to one worker of it. For durable jobs only letters, digits, `-`
   * and `_`.
   * @defaultValue 'workers'
   */
  readonly queue?: string | undefined;
  /** How many jobs this worker runs at a time, 1 or more. @defaultValue 1 */
  readonly concurrency?: number | undefined;
  /** The bus to work on. It stays open when the worker ends. @defaultValue the default connection's */
  readonly bus?: Bus | undefined;
  /** Checks a job before it is begun: returns it, or throws. A job that it throws for fails without another attempt. */
  readonly parse?: ((job: unknown) => Job) | undefined;
  /** The subject on which the worker receives `cancelJob`. @defaultValue `<subject without its last token>.cancel` */
  readonly cancel?: string | undefined;
  /**
   * How long `drain` and a shutdown wait for running jobs before they abort them, in milliseconds.
   * @defaultValue 10 000
   */
  readonly graceMs?: number | undefined;
  /**
   * Drains on SIGTERM and SIGINT, and ends the process afterwards unless the program has a listener for the signal of
   * its own.
   * @defaultValue true
   */
  readonly shutdown?: boolean | undefined;
  /**
   * Aborting it stops the worker and its running jobs at once. A worker that is still starting rejects with the
   * signal's reason.
   */
  readonly signal?: AbortSignal | undefined;
  /** The name of this worker in the events. @defaultValue host name and process id */
  readonly name?: string | undefined;
  /** Measures all times but those of the bus. @defaultValue the clock of the bus */
  readonly clock?: Clock | undefined;

  /**
   * The server keeps the jobs (JetStream) until one worker has done them. `enqueue` stores them.
   * @defaultValue false
   */
  readonly durable?: boolean | undefined;
  /**
   * Plain jobs only: how many may wait in this process for a free slot. The server has no copy of them; so the worker
   * refuses one more with a `failed` event and an error, and never drops it in silence. @defaultValue 100
   */
  readonly backlog?: number | undefined;
  /**
   * Durable jobs only: how long after the last heartbeat of its worker a job goes to another, in milliseconds, 100 or
   * more.
   * @defaultValue 30 000
   */
  readonly ackWaitMs?: number | undefined;
  /**
   * Durable jobs only: how often a job is begun before it goes to `slate.dead.<subject>`, 1 or more.
   * @defaultValue 5
   */
  readonly attempts?: number | undefined;
  /**
   * Durable jobs only: the wait before the second attempt, in milliseconds. It doubles with each attempt, up to 60 000.
   * @defaultValue 1000
   */
  readonly retryDelayMs?: number | undefined;
  /**
   * Durable jobs only: on how many servers of a cluster jobs and dead letters are kept, where this worker creates their
   * streams; 1 to 5. @defaultValue 1
   */
  readonly replicas?: number | undefined;
}

/** Counts since the worker started. */
export interface WorkerStats {
  readonly completed: number;
  /** Jobs that failed for good, the refused, cancelled and dead ones included. */
  readonly failed: number;
  /** Attempts after which the job went back to the server. */
  readonly retried: number;
}

export interface Worker extends AsyncDisposable {
  readonly subject: string;
  readonly queue: string;
  /** How many jobs run now. */
  readonly running: number;
  /** How many plain jobs wait in this process for a free slot. */
  readonly waiting: number;
  readonly stats: WorkerStats;
  /**
   * Resolves when the worker takes no more jobs and runs none: with an error where the server ended it. Never rejects.
   */
  readonly closed: Promise<SlateError | undefined>;
  /** Cancels the jobs of this job id or project id that this worker runs or holds; returns how many there were. */
  cancel(id: string, reason?: string): number;
  /**
   * Takes no more jobs, finishes those that it has begun (and plain ones that wait, because no other worker has them),
   * and resolves. After `graceMs` milliseconds it aborts the rest: durable jobs go back to the server, plain ones fail.
   * @defaultValue the option `graceMs`
   */
  drain(graceMs?: number): Promise<void>;
}
