/**
 * Cancelling jobs from elsewhere: the subject, what a worker does with a request on it, and `cancelJob`, which sends
 * one.
 */
import type { Bus, BusMessage, BusSubscription } from '../../bus/bus.js';
import { isServersAlone } from '../../bus/server-words.js';
import { checkSubject } from '../../bus/subject.js';
import { whenConnected } from '../../bus/when-connected.js';
import { NoRespondersError, RequestTimeoutError } from '../../errors.js';
import { deleteMessage } from '../../jetstream/messages.js';
import { defaultBus } from '../../messaging/default.js';
import { decodeToken, encodeToken } from '../../protocol/token.js';
import type { EnqueuedJob } from './enqueue.js';

export interface CancelOptions {
  /** The text in the reason of the handler's signal and in the `failed` event. @defaultValue 'it was cancelled' */
  readonly reason?: string | undefined;
  /** The bus to send it on. @defaultValue the default connection's */
  readonly bus?: Bus | undefined;
  /**
   * The `cancel` option of the workers, where they have one.
   * @defaultValue `<subject without its last token>.cancel`
   */
  readonly cancel?: string | undefined;
  /** How long to wait for the worker that has the job, in milliseconds; above 0. @defaultValue 1000 */
  readonly timeoutMs?: number | undefined;
}

/** `slate.build.jobs` → `slate.build.cancel`. */
export function cancelSubject(subject: string): string {
  return subject.replace(/[^.]+$/, 'cancel');
}

/**
 * Cancels the job of this id, or all jobs of this project, that workers of `subject` are running or hold. Given what
 * `enqueue` resolved with, it also removes a durable job that still waits at the server. Resolves with true where it
 * found such a job. Rejects with {@link NotConnectedError}, {@link ConnectionClosedError}, {@link PermissionError},
 * {@link InvalidSubjectError}, {@link InvalidIdError}, {@link PayloadError}, {@link OptionError}, and for what
 * `enqueue` resolved with {@link JetStreamError} and {@link RequestTimeoutError}.
 */
export async function cancelJob(
  subject: string,
  job: string | EnqueuedJob,
  options: CancelOptions = {},
): Promise<boolean> {
  checkSubject(subject);
  const { reason, bus = defaultBus(), cancel = cancelSubject(subject), timeoutMs = 1000 } = options;
  const id = typeof job === 'string' ? job : job.id;
  if (bus.status.type === 'connecting') await whenConnected(bus, { timeoutMs });
  const removed = typeof job !== 'string' && (await deleteMessage(bus, job));
  try {
    await bus.request(`${cancel}.${encodeToken('job', id)}`, { reason }, timeoutMs);
    return true;
  } catch (error) {
    if (error instanceof NoRespondersError || error instanceof RequestTimeoutError) return removed;
    throw error;
  }
}

/**
 * Subscribes a worker to requests to cancel. `cancelled` returns how many jobs it cancelled. Only a worker that had one
 * answers.
 */
export function onCancel(
  bus: Bus,
  subject: string,
  cancelled: (id: string, reason: string | undefined) => number,
): BusSubscription {
  const pattern = `${subject}.*`;
  return bus.subscribe(pattern, (message) => {
    if (isServersAlone(message, pattern)) return; // nobody's wish (V12)
    const id = decodeToken(message.subject.slice(subject.length + 1));
    if (id === undefined) return;
    const count = cancelled(id, readReason(message));
    if (count > 0) message.respond({ cancelled: count });
  });
}

function readReason(message: BusMessage): string | undefined {
  try {
    const { reason } = message.json() as { reason?: unknown };
    return typeof reason === 'string' ? reason : undefined;
  } catch {
    return undefined; // the payload may be empty or anything else: only the subject counts
  }
}
