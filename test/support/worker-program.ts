/**
 * A worker as a process: `worker-program <servers> <options as JSON>`. A job `{ id, projectId, steps, stepMs }` takes
 * that many steps; a job that is done prints a line `done <id>`.
 */
import { connect } from '../../src/bus/nats/connect.js';
import { delay, systemClock } from '../../src/clock.js';
import { worker } from '../../src/service/work/worker.js';

interface Job {
  readonly steps: number;
  readonly stepMs: number;
}

const [servers = '', options = '{}'] = process.argv.slice(2);
const bus = await connect({ servers });
bus.on('error', (error) => console.log(`error ${error.message}`));
const print = (line: string) => process.stdout.write(`${line}\n`);

await worker<Job>(
  'slate.build.jobs',
  async (job, { id, attempt, signal, progress }) => {
    print(`begun ${id} ${attempt}`);
    for (let step = 1; step <= job.steps; step++) {
      await delay(systemClock, job.stepMs);
      signal.throwIfAborted();
      progress((100 * step) / job.steps, `step ${step}`);
    }
    print(`done ${id}`);
  },
  { bus, queue: 'build-workers', ...JSON.parse(options) },
);
print('ready');
