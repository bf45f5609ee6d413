/** How a job is called off from elsewhere: the subject, the message, the worker's ear and the caller's verb. */
import type { Bus, BusMessage, BusSubscription } from '../../bus/bus.js';
import { NoRespondersError, RequestTimeoutError } from '../../errors.js';
import { JetStream } from '../../jetstream/jetstream.js';
import { defaultBus } from '../../messaging/default.js';
import { decodeToken, encodeToken } from '../../protocol/token.js';
import type { EnqueuedJob } from './enqueue.js';

export interface CancelOptions {
  /** Words for the handler's signal and the `failed` event; `it was cancelled`. */
  readonly reason?: string | undefined;
  /** The bus to say it on; the default connection's. */
  readonly bus?: Bus | undefined;
  /** The `cancel` option of the workers, where they have one. */
  readonly cancel?: string | undefined;
  /** How long to wait for the worker that has the job, in milliseconds; 1000. */
  readonly timeoutMs?: number | undefined;
}

/** `slate.build.jobs` → `slate.build.cancel`. */
export function cancelSubject(subject: string): string {
  return subject.replace(/[^.]+$/, 'cancel');
}

/**
 * Calls off the job of this id, or all jobs of this project, that workers of `subject` have begun or hold; what `enqueue` gave
 * calls off a durable job that still waits at the server, too. Resolves with true where one was found. Rejects as
 * `request` does where there is no connection.
 */
export async function cancelJob(
  subject: string,
  job: string | EnqueuedJob,
  options: CancelOptions = {},
): Promise<boolean> {
  const { reason, bus = defaultBus(), cancel = cancelSubject(subject), timeoutMs = 1000 } = options;
  const id = typeof job === 'string' ? job : job.id;
  const waiting = typeof job !== 'string' && (await new JetStream(bus, bus.clock).remove(job.stream, job.seq));
  try {
    await bus.request(`${cancel}.${encodeToken('job', id)}`, { reason }, timeoutMs);
    return true;
  } catch (error) {
    if (error instanceof NoRespondersError || error instanceof RequestTimeoutError) return waiting;
    throw error;
  }
}

/** Listens for all jobs of a worker. `cancelled` says how many it held; only who held one answers. */
export function onCancel(
  bus: Bus,
  subject: string,
  cancelled: (id: string, reason: string | undefined) => number,
): BusSubscription {
  return bus.subscribe(`${subject}.*`, (message) => {
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
    return undefined; // an empty message is a good one: only the subject counts
  }
}
