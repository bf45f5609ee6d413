/** The other end of a durable queue: puts a job where it is kept until a worker has done it. */
import type { Bus } from '../../bus/bus.js';
import { encodePayload } from '../../bus/payload.js';
import { checkSubject } from '../../bus/subject.js';
import {
  ConnectionClosedError,
  InvalidIdError,
  NoRespondersError,
  NotConnectedError,
  PayloadTooLargeError,
  RequestTimeoutError,
} from '../../errors.js';
import { uniqueId } from '../../id.js';
import { DEAD_ROOM, JetStream, type Stored } from '../../jetstream/jetstream.js';
import { defaultBus } from '../../messaging/default.js';
import { encodeToken } from '../../protocol/token.js';
import { ID_HEADER } from './jobs.js';

const TRY_MS = 2000;
const RETRY_MS = 250;

export interface EnqueueOptions {
  /**
   * The job's name: the server takes it once in two minutes, however often it is sent. By default a new one, so that each
   * call is a job of its own.
   */
  readonly id?: string | undefined;
  /** The bus to send it on; the default connection's. */
  readonly bus?: Bus | undefined;
  /** How long to try, in milliseconds; 10 000. */
  readonly timeoutMs?: number | undefined;
  /** On how many servers of a cluster the jobs are kept, where this call makes their stream; 1. */
  readonly replicas?: number | undefined;
}

export interface EnqueuedJob extends Stored {
  readonly id: string;
}

/**
 * Resolves when the server has the job on disk. It tries again, under the same id, while the connection is lost; after a
 * {@link RequestTimeoutError} the job may or may not be there, and calling again with the same `id` is safe. Rejects also with
 * {@link JetStreamError}, {@link PayloadTooLargeError}, {@link PayloadError}, {@link InvalidSubjectError}, {@link PermissionError},
 * {@link ConnectionClosedError}, {@link InvalidIdError} and {@link OptionError}.
 *
 * ```ts
 * await enqueue('slate.build.jobs', { projectId: 'p1', target: 'web' }, { id: 'build-17' });
 * ```
 */
export async function enqueue(subject: string, job: unknown, options: EnqueueOptions = {}): Promise<EnqueuedJob> {
  const { id = uniqueId(), bus = defaultBus(), timeoutMs = 10_000, replicas } = options;
  const { clock } = bus;
  checkSubject(subject);
  if (id === '') throw new InvalidIdError('job', id, 'is empty');
  if (id !== id.trim() || /[\r\n]/.test(id)) {
    throw new InvalidIdError('job', id, 'has white space around it, or a line end in it, which no header keeps');
  }
  encodeToken('job', id);
  const data = encodePayload(subject, job);
  const jetstream = new JetStream(bus, clock);
  const end = clock.now() + timeoutMs;
  for (;;) {
    const room = bus.maxPayload - DEAD_ROOM;
    if (data.length > room) throw new PayloadTooLargeError(subject, data.length, room);
    const rest = end - clock.now();
    try {
      return { id, ...(await jetstream.store(subject, data, { [ID_HEADER]: id }, Math.min(TRY_MS, rest))) };
    } catch (error) {
      if (error instanceof NoRespondersError) await keep(jetstream, subject, replicas);
      else if (!isPassing(error)) throw error;
    }
    if (end - clock.now() <= RETRY_MS) throw new RequestTimeoutError(subject, timeoutMs);
    await new Promise<void>((resolve) => void clock.after(RETRY_MS, resolve));
  }
}

/** Nobody keeps the subject yet. */
async function keep(jetstream: JetStream, subject: string, replicas: number | undefined): Promise<void> {
  try {
    await jetstream.workStream(subject, replicas);
  } catch (error) {
    if (!isPassing(error)) throw error;
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof ConnectionClosedError) return false;
  return (
    error instanceof NotConnectedError || error instanceof RequestTimeoutError || error instanceof NoRespondersError
  );
}
