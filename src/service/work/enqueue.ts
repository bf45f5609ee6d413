/** `enqueue`: puts a durable job where the server keeps it until a worker has done it. */
import type { Bus } from '../../bus/bus.js';
import { encodePayload } from '../../bus/payload.js';
import { checkSubject } from '../../bus/subject.js';
import { delay } from '../../clock.js';
import {
  InvalidIdError,
  NoRespondersError,
  NotConnectedError,
  PayloadTooLargeError,
  RequestTimeoutError,
  UnconfirmedError,
} from '../../errors.js';
import { uniqueId } from '../../id.js';
import { MESSAGE_ID_HEADER, type Stored, store } from '../../jetstream/messages.js';
import { defaultBus } from '../../messaging/default.js';
import { encodeToken } from '../../protocol/token.js';
import { DEAD_LETTER_BYTES } from './dead-letters.js';
import { ensureWorkQueue } from './work-queue.js';

/** One attempt waits this long for the confirmation. */
const ATTEMPT_MS = 2000;
const RETRY_MS = 250;

export interface EnqueueOptions {
  /**
   * The job's id. The server keeps one job of an id, however often it is sent within two minutes.
   * @defaultValue a new one, so that each call is a job of its own
   */
  readonly id?: string | undefined;
  /** The bus to send it on. @defaultValue the default connection's */
  readonly bus?: Bus | undefined;
  /** How long to try, in milliseconds; above 0. @defaultValue 10 000 */
  readonly timeoutMs?: number | undefined;
  /**
   * On how many servers of a cluster the jobs are kept, where this call creates their stream; 1 to 5.
   * @defaultValue 1
   */
  readonly replicas?: number | undefined;
}

/** Where the server keeps the job, and the job's id. */
export interface EnqueuedJob extends Stored {
  readonly id: string;
}

/**
 * Stores a durable job and resolves when the server has it on disk. While the connection is lost it tries again, under
 * the same id. After a {@link RequestTimeoutError} the job may or may not be stored; calling again with the same `id`
 * is safe. Rejects also with {@link JetStreamError}, {@link PayloadTooLargeError}, {@link PayloadError}, {@link
 * InvalidSubjectError}, {@link PermissionError}, {@link ConnectionClosedError}, {@link InvalidIdError} and {@link
 * OptionError}.
 *
 * ```ts
 * await enqueue('slate.build.jobs', { projectId: 'p1', target: 'web' }, { id: 'build-17' });
 * ```
 */
export async function enqueue(subject: string, job: unknown, options: EnqueueOptions = {}): Promise<EnqueuedJob> {
  const { id = uniqueId(), bus = defaultBus(), timeoutMs = 10_000, replicas } = options;
  const { clock } = bus;
  checkSubject(subject);
  checkId(id);
  const data = encodePayload(subject, job);
  const headers = { [MESSAGE_ID_HEADER]: id };
  const end = clock.now() + timeoutMs;
  for (;;) {
    const limit = bus.maxPayload - DEAD_LETTER_BYTES;
    if (data.length > limit) throw new PayloadTooLargeError(subject, data.length, limit);
    const rest = end - clock.now();
    if (rest <= 0) throw new RequestTimeoutError(subject, timeoutMs);
    try {
      return { id, ...(await store(bus, subject, data, { headers, timeoutMs: Math.min(ATTEMPT_MS, rest) })) };
    } catch (error) {
      if (!isTransient(error)) throw error;
      if (error instanceof NoRespondersError) await createQueue(bus, subject, replicas);
    }
    if (end - clock.now() <= RETRY_MS) throw new RequestTimeoutError(subject, timeoutMs);
    await delay(clock, RETRY_MS);
  }
}

function checkId(id: string): void {
  if (id === '') throw new InvalidIdError('job', id, 'is empty');
  if (id !== id.trim() || /[\r\n]/.test(id)) {
    throw new InvalidIdError(
      'job',
      id,
      'has white space around it or a line end in it, which a NATS header does not keep',
    );
  }
  encodeToken('job', id);
}

/** No stream keeps the subject yet. */
async function createQueue(bus: Bus, subject: string, replicas: number | undefined): Promise<void> {
  try {
    await ensureWorkQueue(bus, subject, replicas);
  } catch (error) {
    if (!isTransient(error)) throw error;
  }
}

/** True for an error that another attempt may not meet. */
function isTransient(error: unknown): boolean {
  const transient = [NotConnectedError, RequestTimeoutError, UnconfirmedError, NoRespondersError];
  return transient.some((each) => error instanceof each);
}
