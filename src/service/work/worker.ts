/** `worker`: the way in for programs that do jobs. */
import { QueueWorker } from './queue-worker.js';
import { checkSettings } from './settings.js';
import type { JobHandler, Worker, WorkerOptions } from './types.js';

/**
 * Works on the jobs of a subject, together with all other workers of the same queue. Resolves when it takes jobs.
 * Rejects with {@link OptionError}, {@link InvalidSubjectError}, {@link PermissionError}, {@link ConnectionClosedError}
 * and the bus's own error where the bus is closed, with the reason of `signal`, and for durable jobs with {@link
 * JetStreamError}. A job that fails costs one `error` event of the bus, a {@link JobError}, and a `failed` BuildEvent
 * where the job has a `projectId`.
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
  const settings = checkSettings(subject, handler, options);
  settings.signal?.throwIfAborted();
  const started = new QueueWorker(settings);
  await started.start();
  return started;
}
