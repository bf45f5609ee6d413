/** What a worker takes and gives: the handler's side and the caller's side. Types and their defaults only. */
import type { Bus } from '../../bus/bus.js';
import type { Clock } from '../../clock.js';
import type { SlateError } from '../../errors.js';

export interface JobContext {
  /** The job's name: what it was enqueued with, else its own field `id`, else one made here. */
  readonly id: string;
  /** 1 for the first try. More only for durable jobs. */
  readonly attempt: number;
  /** Aborted when the job is cancelled, or has to stop; its `reason` is a `JobError` that says which. */
  readonly signal: AbortSignal;
  /**
   * Says how far it is, 0 to 100, as a BuildEvent where the job has a `projectId`: at most ten a second, and the last
   * one always. Throws {@link OptionError} for what is no number.
   */
  progress(percent: number, message?: string): void;
}

/** Does a job. What it returns goes into the `completed` event as `data.result`; what it throws is a failure. */
export type JobHandler<Job> = (job: Job, context: JobContext) => unknown;

export interface WorkerOptions<Job = unknown> {
  /** The group that shares the jobs: each goes to one member. For durable jobs letters, digits, `-` and `_`; `workers`. */
  readonly queue?: string | undefined;
  /** How many jobs this worker does at a time; 1. */
  readonly concurrency?: number | undefined;
  /** The bus to work on; the default connection's. It stays open when the worker ends. */
  readonly bus?: Bus | undefined;
  /** Checks a job before it is begun: returns it, or throws. What it throws fails the job without another try. */
  readonly parse?: ((job: unknown) => Job) | undefined;
  /** The subject under which `cancelJob` is heard: `<subject without its last token>.cancel`. */
  readonly cancel?: string | undefined;
  /** How long `drain` and a shutdown wait for what runs, in milliseconds, before they abort it; 10 000. */
  readonly graceMs?: number | undefined;
  /** Drain on SIGTERM and SIGINT, and end the process afterwards unless something else listens for the signal; true. */
  readonly shutdown?: boolean | undefined;
  /** Aborting it stops the worker and what it runs, at once; one that has not begun rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** The name of this worker in the events; host and process id. */
  readonly name?: string | undefined;
  readonly clock?: Clock | undefined;

  /** Jobs are kept by the server (JetStream) until one worker has done them. `enqueue` puts them there. */
  readonly durable?: boolean | undefined;
  /**
   * Plain jobs only: how many may wait in this process for a free place; 100. The server has no copy of them, so one more
   * is refused with a `failed` event and an error, never dropped unsaid.
   */
  readonly backlog?: number | undefined;
  /** Durable jobs only: how long after the last sign of life of its worker another gets the job, in milliseconds; 30 000. */
  readonly ackWaitMs?: number | undefined;
  /** Durable jobs only: how often a job is begun at the most, before it goes to `slate.dead.<subject>`; 5. */
  readonly attempts?: number | undefined;
  /** Durable jobs only: the wait before the second try, in milliseconds; doubles each time, up to 60 000; 1000. */
  readonly retryDelayMs?: number | undefined;
  /** Durable jobs only: on how many servers of a cluster jobs and dead letters are kept, where this worker makes their streams; 1. */
  readonly replicas?: number | undefined;
}

export interface WorkerStats {
  readonly completed: number;
  /** For good: refused, cancelled and dead ones included. */
  readonly failed: number;
  /** Tries after which the job went back to the server. */
  readonly retried: number;
}

export interface Worker extends AsyncDisposable {
  readonly subject: string;
  readonly queue: string;
  /** Jobs being done now, and (plain jobs) waiting in this process. */
  readonly running: number;
  readonly waiting: number;
  readonly stats: WorkerStats;
  /** Resolves when it takes no more jobs and runs none: with an error where the server ended it. Never rejects. */
  readonly closed: Promise<SlateError | undefined>;
  /** Cancels what this worker holds under this job id or project id; how many there were. */
  cancel(id: string, reason?: string): number;
  /**
   * Takes no more jobs, finishes what it has begun (and plain ones that wait: nobody else has them), and resolves. After
   * `graceMs` the rest is aborted: durable jobs go back to the server, plain ones fail.
   */
  drain(graceMs?: number): Promise<void>;
}
