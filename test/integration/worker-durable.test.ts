/**
 * Durable jobs on a real server: none is lost and none is done twice when its handler, worker, connection or server
 * dies. Past 300 lines: one server, and a test for each part that can die.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Bus } from '../../src/bus/bus.js';
import { connect } from '../../src/bus/nats/connect.js';
import { InvalidIdError, JetStreamError, OptionError, PayloadTooLargeError } from '../../src/errors.js';
import { type BuildEvent, onBuildEvents } from '../../src/events/build.js';
import type { JobError } from '../../src/service/errors.js';
import { cancelJob, enqueue, type JobContext, worker } from '../../src/service/index.js';
import { streamName } from '../../src/service/work/work-queue.js';
import { type LocalServer, natsServer, restarted } from '../support/nats.js';
import { passTime } from '../support/pass-time.js';
import { buildPrograms, type Program, type Programs } from '../support/program.js';
import { VirtualClock } from '../support/virtual-clock.js';
import { until, within } from '../support/wait.js';

const SUBJECT = 'slate.build.jobs';
const PROGRAM = 'test/support/worker-program';

let store: string;
let server: LocalServer;
let bus: Bus;
let other: Bus;
let programs: Programs;
let subjects = 0;

beforeAll(async () => {
  store = await mkdtemp(join(tmpdir(), 'slate-jobs-'));
  server = await natsServer({ storeDir: store });
  bus = await connect({ servers: server.wsUrl });
  other = await connect({ servers: server.wsUrl });
  programs = await buildPrograms([PROGRAM]);
});

afterAll(async () => {
  await programs[Symbol.asyncDispose]();
  await bus.close();
  await other.close();
  await server.stop();
  await rm(store, { recursive: true, force: true });
});

const unsubscribes: (() => void)[] = [];
afterEach(() => {
  for (const unsubscribe of unsubscribes.splice(0)) unsubscribe();
});

const fresh = () => `slate.test${subjects++}.jobs`;

interface Job {
  readonly projectId?: string;
}

/** The build events of a project, as another client receives them. */
async function watch(projectId: string) {
  const events: BuildEvent[] = [];
  unsubscribes.push(onBuildEvents(projectId, (event) => events.push(event), { bus: other }));
  await other.flush();
  const types = () => events.map(({ type }) => type);
  const ended = (deadlineMs = 15_000) =>
    until(() => events.find(({ type }) => type === 'completed' || type === 'failed'), {
      what: 'the end of the job',
      deadlineMs,
    });
  return { events, types, ended };
}

function errorsOf(of: Bus) {
  const errors: Error[] = [];
  unsubscribes.push(of.on('error', (error) => errors.push(error)));
  return errors;
}

/** The last dead letter of a subject, if there is one. */
async function deadLetter(subject: string) {
  const request = { last_by_subj: `slate.dead.${subject}` };
  const answer = (await bus.request('$JS.API.STREAM.MSG.GET.SLATE_DEAD', request, 2000)).json() as {
    message?: { data: string; hdrs: string };
  };
  const text = (base64 = '') => Buffer.from(base64, 'base64').toString();
  return answer.message && { data: text(answer.message.data), headers: text(answer.message.hdrs) };
}

/** How many jobs the stream keeps. */
async function kept(stream: string): Promise<number> {
  const { state } = (await bus.request(`$JS.API.STREAM.INFO.${stream}`, undefined, 2000)).json() as {
    state: { messages: number };
  };
  return state.messages;
}

describe('durable jobs', () => {
  it('wait at the server for a worker, are delivered one at a time, and are removed when done', async () => {
    const subject = fresh();
    const first = await enqueue(subject, { n: 1 }, { bus });
    for (const n of [2, 3]) await enqueue(subject, { n }, { bus });
    expect(await kept(first.stream)).toBe(3);
    const seen: unknown[] = [];
    let running = 0;
    const handler = async (job: unknown, { attempt }: JobContext) => {
      expect(++running).toBe(1);
      for (let trip = 0; trip < 3; trip++) await other.flush(); // a second job would arrive meanwhile
      running--;
      seen.push([job, attempt]);
    };
    await using crew = await worker(subject, handler, { bus: other, durable: true });
    await until(() => crew.stats.completed === 3, { what: 'three jobs' });
    expect(seen).toEqual([1, 2, 3].map((n) => [{ n }, 1]));
    expect(await kept(first.stream)).toBe(0);
    await enqueue(subject, { n: 4 }, { bus }); // to a worker that waits for it
    await until(() => crew.stats.completed === 4, { what: 'the fourth' });
  });

  it('are stored once for one id, however often they are sent', async () => {
    const subject = fresh();
    const sent = await Promise.all([1, 2, 3].map(() => enqueue(subject, {}, { bus, id: 'build-17' })));
    expect(sent.map(({ duplicate }) => duplicate).sort()).toEqual([false, true, true]);
    expect(new Set(sent.map(({ seq }) => seq)).size).toBe(1);
    const ids: string[] = [];
    await using crew = await worker(subject, (_, { id }) => void ids.push(id), { bus, durable: true });
    await until(() => crew.stats.completed === 1, { what: 'the job' });
    await enqueue(subject, {}, { bus, id: 'build-18' });
    await until(() => crew.stats.completed === 2, { what: 'the next' });
    expect(ids).toEqual(['build-17', 'build-18']);
  });

  it('are shared by the workers of a queue, and each is done by one worker', async () => {
    const subject = fresh();
    const done: string[] = [];
    const busy = new Set<string>();
    const handler =
      (name: string) =>
      async (_: unknown, { id }: JobContext) => {
        busy.add(name);
        await until(() => busy.size === 2, { what: 'a job for each' }); // each has free slots, and more jobs come
        done.push(id);
      };
    await using first = await worker(subject, handler('first'), { bus, durable: true, concurrency: 3 });
    await using second = await worker(subject, handler('second'), { bus: other, durable: true, concurrency: 3 });
    await Promise.all(Array.from({ length: 60 }, (_, n) => enqueue(subject, {}, { bus, id: `job-${n}` })));
    await until(() => done.length >= 60, { what: 'all jobs' });
    expect(new Set(done).size).toBe(60);
    await until(() => first.stats.completed + second.stats.completed === 60, { what: 'their confirmation' });
    expect(Math.min(first.stats.completed, second.stats.completed)).toBeGreaterThan(0);
  });

  it('are tried again after a failure, and after the last attempt become dead letters with the reason', async () => {
    const subject = fresh();
    const seen = await watch('doomed');
    const errors = errorsOf(bus);
    const attempts: number[] = [];
    const handler = (_: unknown, { attempt }: JobContext) => {
      attempts.push(attempt);
      throw new Error(`no space\nleft (${attempt})`);
    };
    const options = { bus, durable: true, attempts: 3, retryDelayMs: 20 };
    await using crew = await worker<Job>(subject, handler, options);
    await enqueue(subject, { projectId: 'doomed' }, { bus, id: 'job-ä' });
    const end = await seen.ended();
    expect(attempts).toEqual([1, 2, 3]);
    expect(end).toMatchObject({ type: 'failed', buildId: 'job-ä', data: { error: 'no space\nleft (3)', attempts: 3 } });
    expect(seen.types()).toEqual(['started', 'started', 'started', 'failed']);
    expect(crew.stats).toEqual({ completed: 0, failed: 1, retried: 2 });
    expect(errors.map((error) => (error as JobError).reason)).toEqual(['failed', 'failed', 'failed']);
    const dead = await deadLetter(subject);
    expect(dead?.data).toBe('{"projectId":"doomed"}');
    expect(dead?.headers).toContain('Slate-Reason: no space left (3)\r\n');
    expect(dead?.headers).toContain('Slate-Attempts: 3\r\n');
    expect(dead?.headers).toContain('Slate-Job: job-ä\r\n');
  });

  it('that cannot be read become dead letters at once', async () => {
    const subject = fresh();
    await using crew = await worker(subject, () => undefined, { bus, durable: true });
    await enqueue(subject, new TextEncoder().encode('not JSON'), { bus });
    await until(() => crew.stats.failed === 1, { what: 'the failure' });
    expect(await deadLetter(subject)).toMatchObject({ data: 'not JSON', headers: expect.stringContaining('not JSON') });
  });

  it('fail with a reason, whatever is thrown', async () => {
    const thrown = [
      'a word',
      Symbol('sign'),
      undefined,
      Object.create(null),
      Object.assign(new Error(), { message: {} }),
    ];
    const reasons = [
      'a word',
      'Symbol(sign)',
      'undefined',
      'the handler threw a value that cannot be written as text',
      '[object Object]',
    ];
    const fail = (n: number) => {
      throw thrown[n];
    };
    for (const [n, reason] of reasons.entries()) {
      for (const ways of [{ handler: () => fail(n) }, { handler: () => undefined, parse: () => fail(n) }]) {
        const subject = fresh();
        const { handler, ...parse } = ways;
        await using crew = await worker<unknown>(subject, handler, { bus, durable: true, attempts: 1, ...parse });
        await enqueue(subject, {}, { bus });
        await until(() => crew.stats.failed === 1, { what: `the failure: ${reason}` });
        expect((await deadLetter(subject))?.headers).toContain(`Slate-Reason: ${reason}\r\n`);
      }
    }
  });

  it('become dead letters even when they leave no room for the reason', async () => {
    const subject = fresh();
    const errors = errorsOf(bus);
    await using crew = await worker(subject, () => undefined, { bus, durable: true, ackWaitMs: 1000 });
    other.publish(subject, new Uint8Array(other.maxPayload)); // `enqueue` would have refused it
    await until(() => crew.stats.failed === 1, { what: 'the failure' });
    expect((await deadLetter(subject))?.data).toHaveLength(other.maxPayload);
    expect(errors).toMatchObject([{ name: 'JobError', reason: 'unreadable' }]);
  });

  it('that take longer than the ack wait stay with their worker', async () => {
    const subject = fresh();
    const attempts: number[] = [];
    let heartbeats = 0;
    const heartbeat = other.subscribe(`$JS.ACK.${streamName(subject)}.>`, () => heartbeats++);
    unsubscribes.push(() => heartbeat.unsubscribe());
    const handler = async (_: unknown, { attempt }: JobContext) => {
      attempts.push(attempt);
      await until(() => heartbeats >= 6, { what: 'six heartbeats' }); // four are sent in an ack wait
    };
    const options = { durable: true, ackWaitMs: 500 };
    await using first = await worker(subject, handler, { bus, ...options });
    await using second = await worker(subject, handler, { bus: other, ...options });
    await enqueue(subject, {}, { bus });
    await until(() => first.stats.completed + second.stats.completed === 1, { what: 'the job' });
    expect(attempts).toEqual([1]);
  });

  it('are cancelled while they wait and while they run', async () => {
    const subject = fresh();
    const seen = await watch('cancelled');
    let signal: AbortSignal | undefined;
    const handler = (_: unknown, context: JobContext) =>
      new Promise((_, reject) => {
        signal = context.signal;
        context.signal.addEventListener('abort', () => reject(context.signal.reason));
      });
    await using crew = await worker<Job>(subject, handler, { bus, durable: true });
    const running = await enqueue(subject, { projectId: 'cancelled' }, { bus });
    await until(() => crew.running === 1, { what: 'the first' });
    const waiting = await enqueue(subject, { projectId: 'cancelled' }, { bus });
    expect(await cancelJob(subject, waiting, { bus: other, timeoutMs: 200 })).toBe(true);
    expect(await kept(running.stream)).toBe(1);
    expect(await cancelJob(subject, running.id, { bus: other })).toBe(true);
    expect(signal?.aborted).toBe(true);
    expect(await seen.ended()).toMatchObject({ type: 'failed', data: { reason: 'cancelled' } });
    await until(async () => (await kept(running.stream)) === 0, { what: 'an empty stream' });
    expect(await deadLetter(subject)).toBeUndefined(); // it was asked for
    expect(await cancelJob(subject, waiting, { bus: other, timeoutMs: 200 })).toBe(false);
  });

  it('are not reported as cancelled when their attempt is over', async () => {
    const subject = fresh();
    const ends: ((error: Error) => void)[] = [];
    const handler = () => new Promise((_, reject) => ends.push(reject));
    await using crew = await worker(subject, handler, { bus, durable: true, retryDelayMs: 20, graceMs: 0 });
    const { id } = await enqueue(subject, {}, { bus });
    (await until(() => ends[0]))(new Error('no'));
    for (let turn = 0; turn < 10; turn++) await undefined; // the handler has ended, the server has not answered
    expect([crew.running, crew.cancel(id)]).toEqual([1, 0]); // it is being given back for another attempt
    const end = await until(() => ends[1], { what: 'the next attempt' });
    expect(crew.cancel(id)).toBe(1);
    expect(crew.cancel(id)).toBe(1); // cancelling twice is cancelling
    end(new Error('cancelled'));
  });

  it('that run when their worker has to stop are given back, and another worker gets them at once', async () => {
    const subject = fresh();
    const seen = await watch('moved');
    const errors = errorsOf(bus);
    const handler = (_: unknown, { attempt, signal }: JobContext) =>
      new Promise((resolve, reject) => {
        if (attempt > 1) resolve('moved');
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const first = await worker<Job>(subject, handler, { bus, durable: true });
    await enqueue(subject, { projectId: 'moved' }, { bus });
    await until(() => first.running === 1, { what: 'the job' });
    await using second = await worker<Job>(subject, handler, { bus: other, durable: true });
    await first.drain(0);
    expect(await seen.ended()).toMatchObject({ type: 'completed', data: { result: 'moved' } });
    expect(second.stats.completed).toBe(1);
    expect(seen.types()).toEqual(['started', 'started', 'completed']);
    expect(errors).toEqual([]);
  });
});

describe('worker processes', () => {
  const started: Program[] = [];
  afterEach(async () => {
    for (const { process } of started) process.kill('SIGKILL');
    await Promise.all(started.splice(0).map(({ ended }) => ended));
  });

  /** Worker processes that are ready for jobs. */
  function start(count: number, more: object = {}): Promise<Program[]> {
    const options = JSON.stringify({ durable: true, ackWaitMs: 1000, ...more });
    const ready = async () => {
      const program = programs.run(PROGRAM, [server.wsUrl, options]);
      started.push(program);
      await until(() => program.lines().includes('ready'), { what: 'a worker process', deadlineMs: 15_000 });
      return program;
    };
    return Promise.all(Array.from({ length: count }, ready));
  }

  /** The process that has begun the job, and the others. */
  async function begun(workers: readonly Program[], job: string) {
    const has = (program: Program) => program.lines().includes(`begun ${job}`);
    const holder = await until(() => workers.find(has), { what: `begun ${job}`, deadlineMs: 10_000 });
    return { holder, others: workers.filter((program) => program !== holder) };
  }
  async function kill(program: Program): Promise<void> {
    program.process.kill('SIGKILL');
    expect(await program.ended).toBe('SIGKILL');
  }
  const done = (program: Program | undefined) => program?.lines().filter((line) => line.startsWith('done'));

  it('a worker is killed in the middle of a job: another does the job, once', async () => {
    const seen = await watch('killed');
    const workers = await start(2);
    await enqueue(SUBJECT, { projectId: 'killed', steps: 10, stepMs: 50 }, { bus, id: 'k' });
    await until(() => seen.types().includes('progress'), { what: 'progress', deadlineMs: 10_000 });
    const { holder: victim, others } = await begun(workers, 'k 1');
    await kill(victim);
    expect(await seen.ended()).toMatchObject({ type: 'completed', buildId: 'k' });
    expect(done(victim)).toEqual([]);
    expect(done(others[0])).toEqual(['done k']);
    expect(others[0]?.lines()).toContain('begun k 2');
    expect(seen.types().filter((type) => type === 'started')).toHaveLength(2);
    expect(await kept('slate-build-jobs')).toBe(0); // nobody will do it again
    expect(seen.types().filter((type) => type === 'completed')).toHaveLength(1);
  });

  it('a job that kills each of its workers becomes a dead letter after its last attempt', async () => {
    const seen = await watch('poison');
    let workers = await start(3, { attempts: 2 });
    await enqueue(SUBJECT, { projectId: 'poison', steps: 1000, stepMs: 20 }, { bus, id: 'poison' });
    for (const attempt of [1, 2]) {
      const { holder, others } = await begun(workers, `poison ${attempt}`);
      await kill(holder);
      workers = others;
    }
    const data = { error: expect.stringMatching(/delivered 2 times/) };
    expect(await seen.ended()).toMatchObject({ type: 'failed', data });
    expect(workers.map((program) => program.lines())).toEqual([
      ['ready', expect.stringMatching(/^error The job "poison".* delivered 2 times/)],
    ]);
    expect((await deadLetter(SUBJECT))?.headers).toContain('Slate-Job: poison');
  });

  it('a worker that was frozen for too long does not report a job that another worker has done', async () => {
    const seen = await watch('frozen');
    const workers = await start(2);
    await enqueue(SUBJECT, { projectId: 'frozen', steps: 10, stepMs: 50 }, { bus, id: 'f' });
    await until(() => seen.types().includes('progress'), { what: 'progress', deadlineMs: 10_000 });
    const { holder: frozen, others } = await begun(workers, 'f 1');
    frozen.process.kill('SIGSTOP');
    expect(await seen.ended()).toMatchObject({ type: 'completed' });
    frozen.process.kill('SIGCONT');
    const lost = () => frozen.lines().some((line) => line.includes('(lost)'));
    await until(lost, { what: 'the frozen worker to report its loss', deadlineMs: 10_000 });
    expect(done(frozen)).toEqual([]);
    expect(done(others[0])).toEqual(['done f']);
    expect(seen.types().filter((type) => type === 'completed')).toHaveLength(1);
  });
});

it('a job runs while its server is killed and comes back: it is done once, and its events arrive', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'slate-jobs-'));
  const first = await natsServer({ storeDir: dir });
  const mine = await connect({ servers: first.wsUrl });
  const events: BuildEvent[] = [];
  const unsubscribe = onBuildEvents('p', (event) => events.push(event), { bus: mine });
  const attempts: number[] = [];
  let finish: () => void = () => undefined;
  const handler = (_: unknown, { attempt }: JobContext) => {
    attempts.push(attempt);
    return new Promise<void>((resolve) => {
      finish = resolve;
    });
  };
  const crew = await worker('slate.restart.jobs', handler, { bus: mine, durable: true, ackWaitMs: 10_000 });
  await enqueue('slate.restart.jobs', { projectId: 'p' }, { bus: mine });
  await until(() => attempts.length === 1, { what: 'the job' });
  await first.kill();
  await until(() => mine.status.type === 'reconnecting', { what: 'the loss' });
  finish(); // no server confirms it
  const late = enqueue('slate.restart.jobs', { projectId: 'p' }, { bus: mine, timeoutMs: 20_000 });
  const second = await restarted(first, { storeDir: dir });
  await within(late, 'a job sent meanwhile', 20_000);
  await until(() => attempts.length === 2, { what: 'the second job', deadlineMs: 20_000 });
  finish();
  await until(() => crew.stats.completed === 2, { what: 'both', deadlineMs: 20_000 });
  expect(attempts).toEqual([1, 1]);
  await until(() => events.filter(({ type }) => type === 'completed').length === 2, { what: 'the events' });
  unsubscribe();
  await crew.drain();
  await mine.close();
  await second.stop();
  await rm(dir, { recursive: true, force: true });
});

describe('a durable queue', () => {
  const handler = () => undefined;

  it('says that JetStream is not enabled', async () => {
    await using plain = await natsServer();
    const mine = await connect({ servers: plain.wsUrl });
    await expect(worker(fresh(), handler, { bus: mine, durable: true })).rejects.toThrow(JetStreamError);
    await expect(enqueue(fresh(), {}, { bus: mine })).rejects.toThrow(/JetStream is not enabled/);
    await mine.close();
  });

  it('refuses a stream that is not a work queue, and other settings than the queue has', async () => {
    const subject = fresh();
    const config = { name: 'LOG', subjects: [subject], storage: 'memory' };
    await bus.request('$JS.API.STREAM.CREATE.LOG', config, 2000);
    await expect(worker(subject, handler, { bus, durable: true })).rejects.toThrow(/not a work queue/);
    const shared = fresh();
    await using crew = await worker(shared, handler, { bus, durable: true, ackWaitMs: 1000 });
    await expect(worker(shared, handler, { bus, durable: true, ackWaitMs: 2000 })).rejects.toThrow(/1000 already/);
    await expect(worker(shared, handler, { bus, durable: true, queue: 'others' })).rejects.toThrow(JetStreamError);
    await using second = await worker(shared, handler, { bus, durable: true });
    expect([crew.queue, second.queue]).toEqual(['workers', 'workers']);
  });

  it('refuses a job that leaves no room for what a dead letter adds, and ids that cannot be sent', async () => {
    const big = 'x'.repeat(bus.maxPayload - 1000);
    await expect(enqueue(fresh(), big, { bus })).rejects.toThrow(PayloadTooLargeError);
    for (const id of ['', ' build', 'build\n17']) {
      await expect(enqueue(fresh(), {}, { bus, id })).rejects.toThrow(InvalidIdError);
    }
    await expect(enqueue('slate.*', {}, { bus })).rejects.toThrow(/wildcard/);
    await expect(worker(fresh(), handler, { bus, durable: true, backlog: 3 })).rejects.toThrow(OptionError);
  });

  it('works on when its stream is deleted and created again', async () => {
    const subject = fresh();
    const clock = new VirtualClock();
    await using crew = await worker(subject, handler, { bus, clock, durable: true });
    const { stream } = await enqueue(subject, {}, { bus });
    await until(() => crew.stats.completed === 1, { what: 'a job' });
    await bus.request(`$JS.API.STREAM.DELETE.${stream}`, undefined, 2000);
    await enqueue(subject, {}, { bus });
    await passTime(clock, () => crew.stats.completed === 2, { what: 'a job of the new stream' });
  });

  it('works on when its stream is deleted during a job, and created again by others', async () => {
    const subject = fresh();
    const clock = new VirtualClock();
    const ends: (() => void)[] = [];
    const wait = () => new Promise<void>((resolve) => ends.push(resolve));
    await using crew = await worker(subject, wait, { bus, clock, durable: true, ackWaitMs: 1000, graceMs: 0 });
    const { stream } = await enqueue(subject, {}, { bus });
    await until(() => ends.length === 1, { what: 'a job' });
    await bus.request(`$JS.API.STREAM.DELETE.${stream}`, undefined, 2000); // no pull request is open that it could end
    await enqueue(subject, {}, { bus }); // creates the stream, and no consumer
    ends[0]?.();
    await passTime(clock, () => ends.length === 2, { what: 'a job of the new stream' });
    ends[1]?.();
    await until(() => crew.stats.completed === 1, { what: 'its end' });
  });

  it('keeps the dead letters of a stream that was deleted apart from those of the one created after it', async () => {
    const subject = fresh();
    const clock = new VirtualClock();
    const fail = () => {
      throw new Error('no');
    };
    await using crew = await worker(subject, fail, { bus, clock, durable: true, attempts: 1 });
    const { stream, seq } = await enqueue(subject, { n: 1 }, { bus });
    await until(() => crew.stats.failed === 1, { what: 'a dead letter' });
    await bus.request(`$JS.API.STREAM.DELETE.${stream}`, undefined, 2000);
    expect(await enqueue(subject, { n: 2 }, { bus })).toMatchObject({ stream, seq });
    await passTime(clock, () => crew.stats.failed === 2, { what: 'a dead letter of the new stream' });
    expect(await deadLetter(subject)).toMatchObject({ data: '{"n":2}' });
  });
});
