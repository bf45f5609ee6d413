/**
 * Plain workers on a real server: who gets a job, how many run at a time, which events they publish, how they end.
 * Past 300 lines: one set of handlers, and a test for each way a job can end.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bus } from '../../src/bus/bus.js';
import { connect, openBus } from '../../src/bus/nats/connect.js';
import { OptionError, PermissionError, type SlateError } from '../../src/errors.js';
import { type BuildEvent, onBuildEvents } from '../../src/events/build.js';
import { JobError } from '../../src/service/errors.js';
import { cancelJob, type JobContext, type Worker, worker } from '../../src/service/index.js';
import { type LocalServer, natsServer } from '../support/nats.js';
import { freePort } from '../support/ports.js';
import { buildPrograms, type Programs } from '../support/program.js';
import { VirtualClock } from '../support/virtual-clock.js';
import { until, within } from '../support/wait.js';

let server: LocalServer;
let bus: Bus;
let other: Bus;
let subjects = 0;

beforeAll(async () => {
  server = await natsServer();
  bus = await connect({ servers: server.wsUrl });
  other = await connect({ servers: server.wsUrl });
});

afterAll(async () => {
  await bus.close();
  await other.close();
  await server.stop();
});

const fresh = () => `slate.test${subjects++}.jobs`;

interface Job {
  readonly id: string;
  readonly projectId?: string;
}

/** A handler whose jobs end when the test ends them. */
function controlled() {
  const begun: string[] = [];
  const contexts = new Map<string, JobContext>();
  const ends = new Map<string, { resolve: (result?: unknown) => void; reject: (error: Error) => void }>();
  const handler = (job: Job, context: JobContext) =>
    new Promise((resolve, reject) => {
      begun.push(job.id);
      contexts.set(job.id, context);
      ends.set(job.id, { resolve, reject });
      context.signal.addEventListener('abort', () => reject(context.signal.reason));
    });
  const end = async (id: string) =>
    within(
      until(() => ends.get(id)),
      `job ${id}`,
    );
  return { handler, begun, contexts, end };
}

function errorsOf(of: Bus) {
  const errors: SlateError[] = [];
  const unsubscribe = of.on('error', (error) => errors.push(error));
  return { errors, unsubscribe };
}

/** The build events of a project, as another client receives them. */
async function watch(projectId: string) {
  const events: BuildEvent[] = [];
  const unsubscribe = onBuildEvents(projectId, (event) => events.push(event), { bus: other });
  await other.flush();
  const types = () => events.map(({ type }) => type);
  return { events, types, unsubscribe };
}

const jobs = async (worker: Worker, count: number) =>
  until(() => worker.stats.completed + worker.stats.failed === count, { what: `${count} jobs` });

describe('a plain worker', () => {
  it('shares the jobs with the other workers of its queue: each job goes to one of them', async () => {
    const subject = fresh();
    const done: string[] = [];
    const work = (name: string) => (job: Job) => done.push(`${name} ${job.id}`);
    await using first = await worker<Job>(subject, work('first'), { bus, queue: 'q' });
    await using second = await worker<Job>(subject, work('second'), { bus: other, queue: 'q' });
    for (let id = 0; id < 100; id++) bus.publish(subject, { id: String(id) });
    await until(() => first.stats.completed + second.stats.completed === 100, { what: 'all jobs' });
    expect(new Set(done.map((line) => line.split(' ')[1])).size).toBe(100);
    expect(first.stats.completed).toBeGreaterThan(10);
    expect(second.stats.completed).toBeGreaterThan(10);
  });

  it('runs some jobs at a time, lets some wait, and refuses more with an event and an error', async () => {
    const subject = fresh();
    const { handler, begun, end } = controlled();
    const { errors, unsubscribe } = errorsOf(bus);
    const seen = await watch('crowd');
    const crew = await worker<Job>(subject, handler, { bus, concurrency: 2, backlog: 1 });
    for (const id of ['a', 'b', 'c', 'd']) other.publish(subject, { id, projectId: 'crowd' });
    await until(() => crew.stats.failed === 1, { what: 'a refusal' });
    expect(begun).toEqual(['a', 'b']);
    expect([crew.running, crew.waiting]).toEqual([2, 1]);
    expect(errors).toEqual([expect.objectContaining({ name: 'JobError', reason: 'refused', id: 'd', subject })]);
    (await end('a')).resolve();
    await end('c'); // begun in the slot of the first
    for (const id of ['b', 'c']) (await end(id)).resolve();
    await jobs(crew, 4);
    await until(() => seen.events.length === 7, { what: 'the events' });
    const failed = seen.events.find(({ type }) => type === 'failed');
    expect(failed).toMatchObject({ buildId: 'd', data: { reason: 'refused' } });
    await crew.drain();
    seen.unsubscribe();
    unsubscribe();
  });

  it('publishes how a job goes: started, progress, completed with what the handler returned', async () => {
    const subject = fresh();
    const seen = await watch('p one');
    await using crew = await worker(
      subject,
      (_, { progress }) => {
        progress(10, 'compiling');
        for (let percent = 11; percent < 100; percent++) progress(percent);
        progress(250);
        return { url: 'https://example.com/build' };
      },
      { bus, name: 'w1' },
    );
    other.publish(subject, { id: 'build-1', projectId: 'p one' });
    await jobs(crew, 1);
    await until(() => seen.types().includes('completed'), { what: 'completed' });
    expect(seen.types()).toEqual(['started', 'progress', 'completed']); // the other percentages came within 100 ms
    expect(seen.events).toMatchObject([
      { projectId: 'p one', buildId: 'build-1', data: { attempt: 1, worker: 'w1' } },
      { data: { percent: 10, message: 'compiling' } },
      { data: { percent: 100, result: { url: 'https://example.com/build' } } },
    ]);
    seen.unsubscribe();
  });

  it('publishes progress at most ten times a second, and always the last', async () => {
    const subject = fresh();
    const seen = await watch('busy');
    const { handler, contexts, end } = controlled();
    await using crew = await worker<Job>(subject, handler, { bus });
    other.publish(subject, { id: 'j', projectId: 'busy' });
    const job = await end('j');
    for (let percent = 0; percent <= 80; percent++) contexts.get('j')?.progress(percent / 2);
    const percents = () => seen.events.flatMap((event) => (event.type === 'progress' ? [event.data.percent] : []));
    await until(() => percents().at(-1) === 40, { what: 'the latest' });
    expect(percents()).toEqual([0, 40]);
    expect(() => contexts.get('j')?.progress(Number.NaN)).toThrow(OptionError);
    job.resolve();
    await jobs(crew, 1);
    contexts.get('j')?.progress(99); // too late: it is not published
    await until(() => seen.types().at(-1) === 'completed', { what: 'completed' });
    await other.flush();
    expect(percents()).toEqual([0, 40]);
    seen.unsubscribe();
  });

  it('survives a handler that throws, a job that cannot be read, and a result that cannot be sent', async () => {
    const subject = fresh();
    const seen = await watch('bad');
    const { errors, unsubscribe } = errorsOf(bus);
    const parse = (job: unknown) => {
      if ((job as Job).id === 'unfit') throw new Error('no target');
      return job as Job;
    };
    const handler = ({ id }: Job) => {
      if (id === 'thrower') throw new Error('disk full');
      return 1n; // JSON has no such value
    };
    await using crew = await worker<Job>(subject, handler, { bus, parse });
    for (const id of ['thrower', 'unfit', 'fine']) other.publish(subject, { id, projectId: 'bad' });
    other.publish(subject, new TextEncoder().encode('{"id":'));
    await jobs(crew, 4);
    await until(() => seen.types().includes('completed'), { what: 'completed' });
    expect(errors.map((error) => (error instanceof JobError ? error.reason : error.name))).toEqual([
      'failed',
      'unreadable',
      'PayloadError',
      'unreadable',
    ]);
    expect(errors[0]?.cause).toMatchObject({ message: 'disk full' });
    expect(seen.events).toMatchObject([
      { type: 'started', buildId: 'thrower' },
      { type: 'failed', buildId: 'thrower', data: { error: 'disk full', reason: 'failed', attempts: 1 } },
      { type: 'failed', buildId: 'unfit', data: { error: 'no target', reason: 'unreadable' } },
      { type: 'started', buildId: 'fine' },
      { type: 'completed', buildId: 'fine', data: { percent: 100 } },
    ]);
    seen.unsubscribe();
    unsubscribe();
  });

  it('publishes the end of a job whose error is too large to be sent, with the beginning of the error', async () => {
    const subject = fresh();
    const seen = await watch('verbose');
    const handler = () => {
      throw new Error(`exit code 1\n${'x'.repeat(2_000_000)}`); // the output of a compiler
    };
    await using crew = await worker(subject, handler, { bus });
    other.publish(subject, { id: 'a', projectId: 'verbose' });
    await jobs(crew, 1);
    await until(() => seen.types().includes('failed'), { what: 'failed' });
    expect(seen.events[1]).toMatchObject({ data: { error: expect.stringMatching(/^exit code 1\nx+…$/), attempts: 1 } });
    seen.unsubscribe();
  });

  it('cancels a job by its id or by its project, running or waiting', async () => {
    const subject = fresh();
    const seen = await watch('gone');
    const { errors, unsubscribe } = errorsOf(bus);
    const { handler, begun, contexts, end } = controlled();
    await using crew = await worker<Job>(subject, handler, { bus });
    for (const id of ['one', 'two', 'three']) other.publish(subject, { id, projectId: id === 'two' ? 'gone' : 'kept' });
    await until(() => crew.waiting === 2, { what: 'two in waiting' });
    expect(await cancelJob(subject, 'nobody', { bus: other, timeoutMs: 200 })).toBe(false);
    expect(await cancelJob(subject, 'gone', { bus: other, reason: 'the user left' })).toBe(true);
    expect(await cancelJob(subject, 'one', { bus: other })).toBe(true);
    expect(contexts.get('one')?.signal.reason).toMatchObject({ reason: 'cancelled', id: 'one' });
    (await end('three')).resolve();
    await jobs(crew, 3);
    expect(begun).toEqual(['one', 'three']);
    await until(() => seen.events.length === 1, { what: 'the event' });
    expect(seen.events[0]).toMatchObject({ type: 'failed', data: { reason: 'cancelled', error: 'the user left' } });
    expect(errors).toEqual([]); // it was asked for
    seen.unsubscribe();
    unsubscribe();
  });

  it('drains: finishes jobs that run, that wait and that are on their way, and takes no others', async () => {
    const subject = fresh();
    const done: string[] = [];
    const handler = async ({ id }: Job) => {
      await Promise.resolve();
      done.push(id);
    };
    const leaving = await worker<Job>(subject, handler, { bus, queue: 'q', backlog: 5000 });
    await using staying = await worker<Job>(subject, handler, { bus, queue: 'q', backlog: 5000 });
    const ids = Array.from({ length: 5000 }, (_, id) => String(id)); // more than the server can deliver at once
    for (const id of ids) other.publish(subject, { id });
    await until(() => leaving.stats.completed > 0, { what: 'the first' }); // the jobs arrive, and not all have arrived
    await within(leaving.drain(), 'the drain');
    expect([leaving.running, leaving.waiting]).toEqual([0, 0]);
    await until(() => leaving.stats.completed + staying.stats.completed === 5000, { what: 'every job' });
    expect(done.sort((a, b) => Number(a) - Number(b))).toEqual(ids);
    expect(await leaving.closed).toBeUndefined();
    const before = leaving.stats.completed;
    other.publish(subject, { id: 'later' });
    await until(() => done.length === 5001, { what: 'a later job' });
    expect(leaving.stats.completed).toBe(before);
  });

  it('aborts jobs that do not end in time, and does not wait for a handler that ignores its signal', async () => {
    const subject = fresh();
    const seen = await watch('slow');
    const { errors, unsubscribe } = errorsOf(bus);
    const { handler } = controlled();
    const clock = new VirtualClock();
    const deaf = await worker<Job>(
      subject,
      (job, context) => (job.id === 'deaf' ? new Promise(() => undefined) : handler(job, context)),
      { bus, clock, concurrency: 2 },
    );
    for (const id of ['deaf', 'polite', 'waiting']) other.publish(subject, { id, projectId: 'slow' });
    await until(() => deaf.running + deaf.waiting === 3, { what: 'three jobs' });
    const drained = deaf.drain(50);
    await clock.advance(50); // and then one second for handlers to return
    await within(Promise.all([drained, clock.advance(1000)]), 'the drain');
    expect(errors.map((error) => [(error as JobError).id, (error as JobError).reason])).toEqual([
      ['waiting', 'stopped'],
      ['polite', 'stopped'],
    ]);
    await until(() => seen.types().filter((type) => type === 'failed').length === 2, { what: 'the events' });
    seen.unsubscribe();
    unsubscribe();
  });

  it('ends in time while the server is away, though events of its jobs wait for it', async () => {
    await using own = await natsServer();
    const mine = await connect({ servers: own.wsUrl });
    const { handler, end } = controlled();
    const crew = await worker<Job>('slate.away.jobs', handler, { bus: mine });
    mine.publish('slate.away.jobs', { id: 'a', projectId: 'away' });
    const job = await end('a');
    await own.kill();
    await until(() => mine.status.type === 'reconnecting', { what: 'the loss' });
    job.resolve();
    await jobs(crew, 1);
    await within(crew.drain(50), 'the drain', 4000);
    await mine.close();
  });

  it.each([false, true])('can be aborted before there is a server (durable: %s)', async (durable) => {
    const port = await freePort();
    const mine = openBus({ servers: `ws://127.0.0.1:${port}` });
    const caller = new AbortController();
    const started = worker('slate.jobs', () => undefined, { bus: mine, durable, signal: caller.signal });
    caller.abort(new Error('never mind'));
    await expect(within(started, 'an answer')).rejects.toThrow('never mind');
    await mine.close();
  });

  it('rejects options of the other kind of worker, and a subject that the server forbids', async () => {
    const handler = () => undefined;
    await expect(worker('slate.jobs', handler, { bus, attempts: 2 })).rejects.toThrow(/durable: true/);
    await expect(worker('slate.jobs', handler, { bus, concurrency: 0 })).rejects.toThrow(OptionError);
    await expect(worker('slate.jobs', handler, { bus, durable: true, queue: 'a.b' })).rejects.toThrow(OptionError);
    await expect(worker('slate.*', handler, { bus })).rejects.toThrow(/wildcard/);
    await expect(worker('slate.jobs', handler, { bus, signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
    const config =
      'authorization { users: [{ user: a, password: a, permissions { subscribe = ["other.>", "slate.inbox.>"] } }] }';
    await using strict = await natsServer({ config });
    const poor = await connect({ servers: strict.wsUrl, user: 'a', pass: 'a' });
    await expect(worker('slate.jobs', handler, { bus: poor })).rejects.toThrow(PermissionError);
    await poor.close();
  });
});

describe('a worker process', () => {
  let programs: Programs;
  beforeAll(async () => {
    programs = await buildPrograms(['test/support/worker-program']);
  });
  afterAll(() => programs[Symbol.asyncDispose]());

  it('finishes its job on SIGTERM, takes no more, and ends by that signal', async () => {
    const seen = await watch('term');
    const options = JSON.stringify({ graceMs: 20_000 });
    const program = programs.run('test/support/worker-program', [server.wsUrl, options]);
    await until(() => program.lines().includes('ready'), { what: 'ready', deadlineMs: 10_000 });
    other.publish('slate.build.jobs', { id: 't', projectId: 'term', steps: 6, stepMs: 50 });
    await until(() => seen.types().includes('progress'), { what: 'progress' });
    program.process.kill('SIGTERM');
    expect(await within(program.ended, 'the end', 10_000)).toBe('SIGTERM');
    expect(program.lines()).toEqual(['ready', 'begun t 1', 'done t']);
    await until(() => seen.types().at(-1) === 'completed', { what: 'completed' });
    seen.unsubscribe();
  });
});
