/**
 * Durable jobs on a real server: none is lost and none is done twice, whatever dies: handler, worker, connection, server.
 * Past 300 lines: one queue, and a test for each part that can die.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Bus } from '../../src/bus/bus.js';
import { connect } from '../../src/bus/nats/connect.js';
import { systemClock } from '../../src/clock.js';
import { InvalidIdError, JetStreamError, OptionError, PayloadTooLargeError } from '../../src/errors.js';
import { type BuildEvent, onBuildEvents } from '../../src/events/build.js';
import type { JobError } from '../../src/service/errors.js';
import { cancelJob, enqueue, type JobContext, worker } from '../../src/service/index.js';
import { type LocalServer, natsServer, restarted } from '../support/nats.js';
import { buildPrograms, type Program, type Programs } from '../support/program.js';
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

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

const fresh = () => `slate.test${subjects++}.jobs`;

interface Job {
  readonly projectId?: string;
}

async function watch(projectId: string) {
  const events: BuildEvent[] = [];
  stops.push(onBuildEvents(projectId, (event) => events.push(event), { bus: other }));
  await other.flush();
  const types = () => events.map(({ type }) => type);
  const ended = (deadlineMs = 15_000) =>
    until(() => events.find(({ type }) => type === 'completed' || type === 'failed'), { what: 'an end', deadlineMs });
  return { events, types, ended };
}

function errorsOf(of: Bus) {
  const errors: Error[] = [];
  stops.push(of.on('error', (error) => errors.push(error)));
  return errors;
}

/** What the dead letters hold of a subject. */
async function deadLetter(subject: string) {
  const request = { last_by_subj: `slate.dead.${subject}` };
  const answer = (await bus.request('$JS.API.STREAM.MSG.GET.SLATE_DEAD', request, 2000)).json() as {
    message?: { data: string; hdrs: string };
  };
  const text = (base64 = '') => Buffer.from(base64, 'base64').toString();
  return answer.message && { data: text(answer.message.data), headers: text(answer.message.hdrs) };
}

/** How many jobs the server keeps. */
async function kept(stream: string): Promise<number> {
  const { state } = (await bus.request(`$JS.API.STREAM.INFO.${stream}`, undefined, 2000)).json() as {
    state: { messages: number };
  };
  return state.messages;
}

describe('durable jobs', () => {
  it('wait at the server for a worker, come one at a time, and are gone when done', async () => {
    const subject = fresh();
    const first = await enqueue(subject, { n: 1 }, { bus });
    for (const n of [2, 3]) await enqueue(subject, { n }, { bus });
    expect(await kept(first.stream)).toBe(3);
    const seen: unknown[] = [];
    let running = 0;
    const handler = async (job: unknown, { attempt }: JobContext) => {
      expect(++running).toBe(1);
      await new Promise<void>((resolve) => void systemClock.after(20, resolve));
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

  it('are taken once for one id, however often they are sent', async () => {
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

  it('are shared by the workers of a queue, each done by one', async () => {
    const subject = fresh();
    const done: string[] = [];
    const busy = new Set<string>();
    const handler =
      (name: string) =>
      async (_: unknown, { id }: JobContext) => {
        busy.add(name);
        await until(() => busy.size === 2, { what: 'a job for each' }); // one has three places, and more are to do
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

  it('are tried again after a failure, and after N tries go to the dead letters with the reason', async () => {
    const subject = fresh();
    const seen = await watch('doomed');
    const errors = errorsOf(bus);
    const tries: number[] = [];
    const handler = (_: unknown, { attempt }: JobContext) => {
      tries.push(attempt);
      throw new Error(`no space\nleft (${attempt})`);
    };
    const options = { bus, durable: true, attempts: 3, retryDelayMs: 20 };
    await using crew = await worker<Job>(subject, handler, options);
    await enqueue(subject, { projectId: 'doomed' }, { bus, id: 'job-ä' });
    const end = await seen.ended();
    expect(tries).toEqual([1, 2, 3]);
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

  it('that cannot be read go to the dead letters at once', async () => {
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
    const words = ['a word', 'Symbol(sign)', 'undefined', 'something was thrown that has no words', '[object Object]'];
    const fail = (n: number) => {
      throw thrown[n];
    };
    for (const [n, reason] of words.entries()) {
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

  it('go to the dead letters though they leave no room for the reason', async () => {
    const subject = fresh();
    const errors = errorsOf(bus);
    await using crew = await worker(subject, () => undefined, { bus, durable: true, ackWaitMs: 1000 });
    other.publish(subject, new Uint8Array(other.maxPayload)); // not by enqueue, which would have refused it
    await until(() => crew.stats.failed === 1, { what: 'the failure' });
    expect((await deadLetter(subject))?.data).toHaveLength(other.maxPayload);
    expect(errors).toMatchObject([{ name: 'JobError', reason: 'unreadable' }]);
  });

  it('that take longer than the ack wait stay with their worker', async () => {
    const subject = fresh();
    const attempts: number[] = [];
    const handler = async (_: unknown, { attempt }: JobContext) => {
      attempts.push(attempt);
      await new Promise<void>((resolve) => void systemClock.after(1500, resolve));
    };
    const options = { durable: true, ackWaitMs: 500 };
    await using first = await worker(subject, handler, { bus, ...options });
    await using second = await worker(subject, handler, { bus: other, ...options });
    await enqueue(subject, {}, { bus });
    await until(() => first.stats.completed + second.stats.completed === 1, { what: 'the job' });
    expect(attempts).toEqual([1]);
  });

  it('are called off while they wait and while they run', async () => {
    const subject = fresh();
    const seen = await watch('called off');
    let signal: AbortSignal | undefined;
    const handler = (_: unknown, context: JobContext) =>
      new Promise((_, reject) => {
        signal = context.signal;
        context.signal.addEventListener('abort', () => reject(context.signal.reason));
      });
    await using crew = await worker<Job>(subject, handler, { bus, durable: true });
    const running = await enqueue(subject, { projectId: 'called off' }, { bus });
    await until(() => crew.running === 1, { what: 'the first' });
    const waiting = await enqueue(subject, { projectId: 'called off' }, { bus });
    expect(await cancelJob(subject, waiting, { bus: other, timeoutMs: 200 })).toBe(true);
    expect(await kept(running.stream)).toBe(1);
    expect(await cancelJob(subject, running.id, { bus: other })).toBe(true);
    expect(signal?.aborted).toBe(true);
    expect(await seen.ended()).toMatchObject({ type: 'failed', data: { reason: 'cancelled' } });
    await until(async () => (await kept(running.stream)) === 0, { what: 'an empty stream' });
    expect(await deadLetter(subject)).toBeUndefined(); // somebody wanted it
    expect(await cancelJob(subject, waiting, { bus: other, timeoutMs: 200 })).toBe(false);
  });

  it('are not said to be called off once their try is over', async () => {
    const subject = fresh();
    const tries: ((error: Error) => void)[] = [];
    const handler = () => new Promise((_, reject) => tries.push(reject));
    await using crew = await worker(subject, handler, { bus, durable: true, retryDelayMs: 20, graceMs: 0 });
    const { id } = await enqueue(subject, {}, { bus });
    (await until(() => tries[0]))(new Error('no'));
    for (let turn = 0; turn < 10; turn++) await undefined; // the handler has ended, and nothing has come from the server
    expect([crew.running, crew.cancel(id)]).toEqual([1, 0]); // it is being given back, for another try
    await until(() => tries[1], { what: 'the next try' });
    expect(crew.cancel(id)).toBe(1);
    expect(crew.cancel(id)).toBe(1); // twice, but not undone
  });

  it('that run when their worker has to stop are given back, and go on elsewhere at once', async () => {
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

describe('what dies', () => {
  const options = (more = {}) => JSON.stringify({ durable: true, ackWaitMs: 1000, ...more });
  async function process(more?: object): Promise<Program> {
    const program = programs.run(PROGRAM, [server.wsUrl, options(more)]);
    await until(() => program.lines().includes('ready'), { what: 'ready', deadlineMs: 15_000 });
    return program;
  }
  const begun = (program: Program) => program.lines().some((line) => line.startsWith('begun'));
  const done = (program: Program) => program.lines().filter((line) => line.startsWith('done'));

  it('kill -9 of a worker in the middle of a job: the job completes elsewhere, once', async () => {
    const seen = await watch('killed');
    const workers = [await process(), await process()];
    await enqueue(SUBJECT, { projectId: 'killed', steps: 10, stepMs: 50 }, { bus, id: 'k' });
    await until(() => seen.types().includes('progress'), { what: 'progress', deadlineMs: 10_000 });
    const victim = workers.find(begun) as Program;
    const heir = workers.find((program) => program !== victim) as Program;
    victim.process.kill('SIGKILL');
    const killedAt = performance.now();
    expect(await victim.ended).toBe('SIGKILL');
    expect(await seen.ended()).toMatchObject({ type: 'completed', buildId: 'k' });
    console.log(
      `A job whose worker was killed was done elsewhere after ${Math.round(performance.now() - killedAt)} ms`,
    );
    expect(done(victim)).toEqual([]);
    expect(done(heir)).toEqual(['done k']);
    expect(heir.lines()).toContain('begun k 2');
    expect(seen.types().filter((type) => type === 'started')).toHaveLength(2);
    expect(await kept('slate-build-jobs')).toBe(0); // nobody will do it again
    expect(seen.types().filter((type) => type === 'completed')).toHaveLength(1);
    heir.process.kill('SIGKILL');
    await heir.ended;
  });

  it('a job that kills every worker is dead after N tries, too', async () => {
    const seen = await watch('poison');
    await enqueue(SUBJECT, { projectId: 'poison', steps: 1000, stepMs: 20 }, { bus, id: 'poison' });
    for (const attempt of [1, 2]) {
      const victim = await process({ attempts: 2 });
      await until(() => victim.lines().includes(`begun poison ${attempt}`), { what: 'begun', deadlineMs: 10_000 });
      victim.process.kill('SIGKILL');
      await victim.ended;
    }
    const last = await process({ attempts: 2 });
    expect(await seen.ended()).toMatchObject({
      type: 'failed',
      data: { error: expect.stringMatching(/handed out 2 times/) },
    });
    expect(begun(last)).toBe(false);
    expect((await deadLetter(SUBJECT))?.headers).toContain('Slate-Job: poison');
    last.process.kill('SIGKILL');
    await last.ended;
  });

  it('a worker that was frozen too long does not finish what another was given', async () => {
    const seen = await watch('frozen');
    const frozen = await process();
    await enqueue(SUBJECT, { projectId: 'frozen', steps: 10, stepMs: 50 }, { bus, id: 'f' });
    await until(() => seen.types().includes('progress'), { what: 'progress', deadlineMs: 10_000 });
    frozen.process.kill('SIGSTOP');
    const heir = await process();
    expect(await seen.ended()).toMatchObject({ type: 'completed' });
    frozen.process.kill('SIGCONT');
    await until(() => frozen.lines().some((line) => line.includes('(lost)')), {
      what: 'its insight',
      deadlineMs: 10_000,
    });
    expect(done(frozen)).toEqual([]);
    expect(done(heir)).toEqual(['done f']);
    expect(seen.types().filter((type) => type === 'completed')).toHaveLength(1);
    for (const program of [frozen, heir]) {
      program.process.kill('SIGKILL');
      await program.ended;
    }
  });

  it('a server that is killed and comes back while a job runs: done once, and told', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'slate-jobs-'));
    const first = await natsServer({ storeDir: dir });
    const mine = await connect({ servers: first.wsUrl });
    const events: BuildEvent[] = [];
    const stop = onBuildEvents('p', (event) => events.push(event), { bus: mine });
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
    finish(); // with nobody there to confirm it
    const late = enqueue('slate.restart.jobs', { projectId: 'p' }, { bus: mine, timeoutMs: 20_000 });
    const second = await restarted(first, { storeDir: dir });
    await within(late, 'a job sent meanwhile', 20_000);
    await until(() => attempts.length === 2, { what: 'the second job', deadlineMs: 20_000 });
    finish();
    await until(() => crew.stats.completed === 2, { what: 'both', deadlineMs: 20_000 });
    expect(attempts).toEqual([1, 1]);
    await until(() => events.filter(({ type }) => type === 'completed').length === 2, { what: 'the events' });
    stop();
    await crew.drain();
    await mine.close();
    await second.stop();
    await rm(dir, { recursive: true, force: true });
  });
});

describe('what cannot be', () => {
  const handler = () => undefined;

  it('says that JetStream is not enabled', async () => {
    await using plain = await natsServer();
    const mine = await connect({ servers: plain.wsUrl });
    await expect(worker(fresh(), handler, { bus: mine, durable: true })).rejects.toThrow(JetStreamError);
    await expect(enqueue(fresh(), {}, { bus: mine })).rejects.toThrow(/JetStream is not enabled/);
    await mine.close();
  });

  it('refuses a stream that is no work queue, and two opinions of one queue', async () => {
    const subject = fresh();
    const config = { name: 'LOG', subjects: [subject], storage: 'memory' };
    await bus.request('$JS.API.STREAM.CREATE.LOG', config, 2000);
    await expect(worker(subject, handler, { bus, durable: true })).rejects.toThrow(/no work queue/);
    const shared = fresh();
    await using crew = await worker(shared, handler, { bus, durable: true, ackWaitMs: 1000 });
    await expect(worker(shared, handler, { bus, durable: true, ackWaitMs: 2000 })).rejects.toThrow(/1000 already/);
    await expect(worker(shared, handler, { bus, durable: true, queue: 'others' })).rejects.toThrow(JetStreamError);
    await using second = await worker(shared, handler, { bus, durable: true });
    expect([crew.queue, second.queue]).toEqual(['workers', 'workers']);
  });

  it('refuses a job that would not fit with what a dead letter adds, and an id that cannot be one', async () => {
    const big = 'x'.repeat(bus.maxPayload - 1000);
    await expect(enqueue(fresh(), big, { bus })).rejects.toThrow(PayloadTooLargeError);
    for (const id of ['', ' build', 'build\n17']) {
      await expect(enqueue(fresh(), {}, { bus, id })).rejects.toThrow(InvalidIdError);
    }
    await expect(enqueue('slate.*', {}, { bus })).rejects.toThrow(/wildcard/);
    await expect(worker(fresh(), handler, { bus, durable: true, backlog: 3 })).rejects.toThrow(OptionError);
  });

  it('goes on when its stream is deleted and made again', async () => {
    const subject = fresh();
    await using crew = await worker(subject, handler, { bus, durable: true });
    const { stream } = await enqueue(subject, {}, { bus });
    await until(() => crew.stats.completed === 1, { what: 'a job' });
    await bus.request(`$JS.API.STREAM.DELETE.${stream}`, undefined, 2000);
    await enqueue(subject, {}, { bus });
    await until(() => crew.stats.completed === 2, { what: 'a job of the new stream', deadlineMs: 10_000 });
  });

  it('goes on when its stream is deleted while it is busy, and made again by others', async () => {
    const subject = fresh();
    const ends: (() => void)[] = [];
    const wait = () => new Promise<void>((resolve) => ends.push(resolve));
    await using crew = await worker(subject, wait, { bus, durable: true, ackWaitMs: 1000, graceMs: 0 });
    const { stream } = await enqueue(subject, {}, { bus });
    await until(() => ends.length === 1, { what: 'a job' });
    await bus.request(`$JS.API.STREAM.DELETE.${stream}`, undefined, 2000); // no request is under way that it could end
    await enqueue(subject, {}, { bus }); // makes the stream, and no queue
    ends[0]?.();
    await until(() => ends.length === 2, { what: 'a job of the new stream', deadlineMs: 15_000 });
    ends[1]?.();
    await until(() => crew.stats.completed === 1, { what: 'its end' });
  }, 30_000);

  it('keeps the dead of a stream that was deleted apart from those of the one made after it', async () => {
    const subject = fresh();
    const fail = () => {
      throw new Error('no');
    };
    await using crew = await worker(subject, fail, { bus, durable: true, attempts: 1 });
    const { stream, seq } = await enqueue(subject, { n: 1 }, { bus });
    await until(() => crew.stats.failed === 1, { what: 'a dead job' });
    await bus.request(`$JS.API.STREAM.DELETE.${stream}`, undefined, 2000);
    expect(await enqueue(subject, { n: 2 }, { bus })).toMatchObject({ stream, seq });
    await until(() => crew.stats.failed === 2, { what: 'a dead job of the new stream', deadlineMs: 10_000 });
    expect(await deadLetter(subject)).toMatchObject({ data: '{"n":2}' });
  });
});
