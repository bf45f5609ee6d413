/** The options of a worker, checked, with their defaults. */
import { hostname } from 'node:os';
import type { Bus } from '../../bus/bus.js';
import { checkQueue, checkSubject } from '../../bus/subject.js';
import type { Clock } from '../../clock.js';
import { OptionError } from '../../errors.js';
import { defaultBus } from '../../messaging/default.js';
import { cancelSubject } from './cancel.js';
import { DurableSource } from './durable.js';
import { PlainSource } from './plain.js';
import type { Source } from './source.js';
import type { JobHandler, WorkerOptions } from './types.js';

export interface Settings<Job> {
  readonly subject: string;
  readonly handler: JobHandler<Job>;
  readonly parse: ((job: unknown) => Job) | undefined;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly queue: string;
  readonly concurrency: number;
  readonly backlog: number;
  readonly graceMs: number;
  readonly name: string;
  readonly cancel: string;
  readonly shutdown: boolean;
  readonly signal: AbortSignal | undefined;
  readonly durable: boolean;
  readonly openSource: () => Source;
}

/**
 * Throws {@link OptionError} and {@link InvalidSubjectError}; also for an option that is meant for the other kind of
 * worker.
 */
export function checkSettings<Job>(
  subject: string,
  handler: JobHandler<Job>,
  options: WorkerOptions<Job>,
): Settings<Job> {
  checkSubject(subject);
  if (typeof handler !== 'function') throw new OptionError('handler', 'must be a function');
  const { bus = defaultBus(), queue = 'workers', durable = false, shutdown = true, parse, signal } = options;
  const { clock = bus.clock, cancel = cancelSubject(subject), name = `${hostname()}:${process.pid}` } = options;
  checkQueue(queue);
  const concurrency = wholeNumber('concurrency', options.concurrency ?? 1, 1);
  const backlog = durable ? 0 : wholeNumber('backlog', options.backlog ?? 100, 0);
  const graceMs = wholeNumber('graceMs', options.graceMs ?? 10_000, 0);
  const openSource = durable
    ? durableSource(subject, queue, bus, clock, options)
    : plainSource(subject, queue, bus, options);
  const shared = { subject, handler, parse, bus, clock, queue, name, cancel, shutdown, signal, durable, openSource };
  return { ...shared, concurrency, backlog, graceMs };
}

function plainSource<Job>(subject: string, queue: string, bus: Bus, options: WorkerOptions<Job>): () => Source {
  for (const option of ['ackWaitMs', 'attempts', 'retryDelayMs', 'replicas'] as const) {
    if (options[option] !== undefined) throw new OptionError(option, 'is for durable jobs: set durable: true');
  }
  return () => new PlainSource(bus, subject, queue);
}

function durableSource<Job>(
  subject: string,
  queue: string,
  bus: Bus,
  clock: Clock,
  options: WorkerOptions<Job>,
): () => Source {
  if (options.backlog !== undefined) {
    throw new OptionError('backlog', 'is for plain jobs: durable jobs wait at the server');
  }
  if (!/^[-\w]+$/.test(queue)) {
    throw new OptionError('queue', 'may hold only letters, digits, "-" and "_" where jobs are durable');
  }
  const { ackWaitMs, attempts = 5, retryDelayMs = 1000, replicas = 1 } = options;
  const durable = {
    ackWaitMs: ackWaitMs === undefined ? undefined : wholeNumber('ackWaitMs', ackWaitMs, 100),
    attempts: wholeNumber('attempts', attempts, 1),
    retryDelayMs: wholeNumber('retryDelayMs', retryDelayMs, 0),
    replicas: wholeNumber('replicas', replicas, 1),
  };
  return () => new DurableSource({ bus, clock, subject, queue, ...durable });
}

function wholeNumber(option: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw new OptionError(option, `must be a whole number, ${least} or more`);
}
