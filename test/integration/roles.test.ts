/**
 * The roles of the shipped configuration on a real server: what a page, a worker and an operator may do works, and the
 * server refuses everything else that was tried, in every spelling of it.
 * Past 300 lines: one server, and a row for each act of each role.
 */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { connect } from '../../src/bus/nats/connect.js';
import { PermissionError, type SlateError } from '../../src/errors.js';
import {
  type BuildEvent,
  joinRoom,
  onBuildEvents,
  onProjectEvents,
  publishCollaborationEvent,
  publishEditorEvent,
  publishFileEvent,
  publishProjectEvent,
  publishRuntimeEvent,
  respond,
} from '../../src/index.js';
import { cancelJob, enqueue, type JobContext, worker } from '../../src/service/index.js';
import {
  type ConfigServer,
  DOCUMENTS,
  MONITOR,
  startConfigured,
  USER,
  WORKER,
  withPages,
} from '../support/config-server.js';
import { buildPrograms, type Programs } from '../support/program.js';
import { names } from '../support/room-lab.js';
import { until, within } from '../support/wait.js';

const CLI = 'src/service/cli';
const ADA = { ...USER, user: 'ada' };
const BOB = { ...USER, user: 'bob' };

let server: ConfigServer;
let programs: Programs;
beforeAll(async () => {
  server = await startConfigured('single', {}, 'slate', (text) => withPages(text, ['ada', 'bob']));
  programs = await buildPrograms([CLI]);
});
afterAll(async () => {
  await programs[Symbol.asyncDispose]();
  await server.stop();
});

/** A bus of the test, and every error that it reports. */
async function open(credentials: typeof USER) {
  const bus = await connect({ servers: server.wsUrl, ...credentials });
  const errors: SlateError[] = [];
  bus.on('error', (error) => errors.push(error));
  onTestFinished(() => bus.close());
  return { bus, errors };
}

/** `publish <subject>`, or `subscribe <pattern> [<queue group>]`: whether the server refused it. */
async function isRefused({ bus, errors }: Awaited<ReturnType<typeof open>>, act: string): Promise<boolean> {
  const [operation, subject = '', queue] = act.split(' ');
  const before = errors.length;
  if (operation === 'publish') bus.publish(subject, {});
  else bus.subscribe(subject, () => undefined, queue === undefined ? {} : { queue });
  await bus.flush(); // by now the server has told what it refuses
  const told = errors.slice(before);
  for (const error of told) expect(error).toMatchObject({ name: 'PermissionError', operation, subject });
  return told.length > 0;
}

const acts = (operation: string, subjects: string) =>
  subjects
    .trim()
    .split(/\n\s*/)
    .map((each) => `${operation} ${each}`);

const roles: [string, typeof USER, { may: string[]; mayNot: string[] }][] = [
  [
    'a page',
    ADA,
    {
      may: [
        ...acts(
          'publish',
          `slate.project.created.ada
           slate.asset.component.added.a1
           slate.editor.cursor.ada.f1
           slate.collab.presence.p1
           slate.runtime.status.s1
           slate.tests.jobs
           slate.inbox.bob.x.r.0
           slate.collab.doc.p1.f1.%
           slate.collab.doclog.p1.f1.%
           slate.collab.docsync.p1.f1
           slate.collab.docanswer.p1.f1.%.17
           slate.collab.dochead.p1.f1
           $JS.API.DIRECT.GET.SLATE_DOCS.slate.collab.dochead.p1.f1
           $JS.API.DIRECT.GET.SLATE_DOCS.slate.collab.docsnap.p1.f1.a1.0
           $JS.API.CONSUMER.CREATE.SLATE_DOCS.x.slate.collab.doclog.p1.f1.*
           $JS.API.CONSUMER.MSG.NEXT.SLATE_DOCS.x`,
        ),
        ...acts(
          'subscribe',
          `slate.project.>
           slate.collab.doc.p1.f1.*
           slate.collab.docanswer.p1.f1.*.17
           slate.collab.docsync.p1.f1 writers
           slate.file.*.p1
           slate.runtime.log.s1
           slate.build.completed.p1
           slate.editor.cursors.batch
           slate.collab.sync.p1 members
           slate.inbox.ada.>`,
        ),
      ],
      mayNot: [
        ...acts(
          'publish',
          `slate.build.cancel.job
           slate.file.cancel.job
           slate.dead.slate.build.jobs
           slate.build.completed.p1
           slate.build.failed.p1
           slate.runtime.stopped.s1
           $JS.API.STREAM.NAMES
           $JS.API.STREAM.MSG.GET.SLATE_DEAD
           $JS.API.STREAM.MSG.DELETE.SLATE_DEAD
           $JS.API.STREAM.CREATE.mine
           $JS.API.CONSUMER.MSG.NEXT.slate-build-jobs.workers
           $JS.ACK.slate-build-jobs.workers.1.1.1.1.0
           $JS.API.STREAM.INFO.SLATE_DOCS
           $JS.API.STREAM.PURGE.SLATE_DOCS
           $JS.API.STREAM.CREATE.SLATE_DOCS
           $JS.API.DIRECT.GET.SLATE_DOCS
           $JS.API.DIRECT.GET.SLATE_DOCS.slate.dead.x
           $JS.API.CONSUMER.CREATE.SLATE_DOCS.x
           $JS.API.CONSUMER.CREATE.SLATE_DOCS.x.slate.collab.docbad.p1.f1
           $JS.API.CONSUMER.CREATE.SLATE_DEAD.x.slate.collab.doclog.p1.f1.*
           $JS.API.CONSUMER.DURABLE.CREATE.SLATE_DOCS.x
           $JS.API.CONSUMER.MSG.NEXT.SLATE_DEAD.x
           _INBOX.x
           $SRV.PING
           elsewhere`,
        ),
        ...acts(
          'subscribe',
          `>
           slate.>
           slate.*
           slate.*.>
           *.*.*.*
           slate.*.*.*.*.*
           slate.*.bob.>
           slate.inbox.>
           slate.inbox.*
           slate.inbox.*.>
           slate.inbox.bob.>
           slate.inbox.slate_user.>
           slate.inbox.slate_worker.>
           slate.inbox.ada.> workers
           slate.build.>
           slate.build.*
           slate.build.*.*
           slate.build.jobs
           slate.build.jobs workers
           slate.build.* workers
           slate.build.completed.* workers
           slate.file.jobs
           slate.file.> workers
           slate.*.jobs
           slate.tests.jobs
           slate.build.cancel.*
           slate.runtime.status.* q
           slate.runtime.> q
           slate.project.> members
           slate.dead.>
           slate.collab.>
           slate.collab.sync.>
           slate.collab.sync.p1
           slate.collab.sync.p1 workers
           slate.collab.presence.p1 members
           slate.collab.alive.p1.7 members
           slate.collab.doclog.p1.f1.*
           slate.collab.docsnap.>
           slate.collab.dochead.p1.f1
           slate.collab.docsync.p1.f1
           slate.collab.docsync.p1.f1 others
           slate.collab.doc.p1.f1.* writers
           slate.collab.docanswer.p1.f1.*.17 writers
           _INBOX.>
           $SRV.>
           $JS.>`,
        ),
      ],
    },
  ],
  [
    'a worker',
    WORKER,
    {
      may: [
        ...acts(
          'publish',
          `slate.build.completed.p1
           slate.runtime.log.s1
           slate.build.cancel.job
           slate.dead.tests
           _INBOX.x`,
        ),
        ...acts(
          'subscribe',
          `slate.build.jobs workers
           slate.tests.jobs workers
           slate.runtime.status.s1 q
           slate.project.> indexers
           $SRV.PING`,
        ),
      ],
      mayNot: [
        ...acts(
          'publish',
          `$JS.API.STREAM.DELETE.SLATE_DEAD
           $JS.API.STREAM.PURGE.SLATE_DEAD
           $JS.API.STREAM.UPDATE.SLATE_DEAD
           $JS.API.CONSUMER.DELETE.slate-build-jobs.workers
           $JS.API.ACCOUNT.PURGE
           $SYS.REQ.SERVER.PING
           slate.collab.presence.p1
           slate.editor.cursor.ada.f1
           elsewhere`,
        ),
        ...acts(
          'subscribe',
          `>
           slate.>
           slate.*.>
           slate.*.*.*.*.*
           slate.inbox.>
           slate.inbox.ada.>
           slate.collab.>
           slate.editor.>
           slate.dead.>
           _INBOX.>
           $JS.>`,
        ),
      ],
    },
  ],
  [
    'the service for documents',
    DOCUMENTS,
    {
      may: acts(
        'publish',
        `slate.collab.doclog.p1.f1.%
         slate.collab.docsnap.p1.f1.a1.0
         slate.collab.dochead.p1.f1
         slate.collab.docbad.p1.f1
         slate.collab.doc.p1.f1.%
         $JS.API.STREAM.CREATE.SLATE_DOCS
         $JS.API.STREAM.INFO.SLATE_DOCS
         $JS.API.STREAM.PURGE.SLATE_DOCS
         $JS.API.DIRECT.GET.SLATE_DOCS.slate.collab.dochead.p1.f1
         $JS.API.CONSUMER.CREATE.SLATE_DOCS.x.slate.collab.dochead.*.*
         $JS.API.CONSUMER.CREATE.SLATE_DOCS.x.slate.collab.doclog.*.*.*
         $JS.API.CONSUMER.MSG.NEXT.SLATE_DOCS.x`,
      ),
      mayNot: [
        ...acts(
          'publish',
          `$JS.API.STREAM.DELETE.SLATE_DOCS
           $JS.API.STREAM.UPDATE.SLATE_DOCS
           $JS.API.STREAM.PURGE.SLATE_DEAD
           $JS.API.STREAM.CREATE.mine
           $JS.API.STREAM.NAMES
           $JS.API.CONSUMER.DURABLE.CREATE.SLATE_DOCS.x
           slate.collab.presence.p1
           slate.collab.docanswer.p1.f1.%.17
           slate.build.jobs
           slate.inbox.ada.x.r.0
           elsewhere`,
        ),
        ...acts(
          'subscribe',
          `slate.collab.doc.p1.f1.*
           slate.collab.doclog.>
           slate.collab.docsync.p1.f1 writers
           slate.>
           slate.inbox.>`,
        ),
      ],
    },
  ],
  [
    'an operator',
    MONITOR,
    {
      may: acts('subscribe', 'slate.>\n slate.project.>\n slate.dead.>\n slate.collab.presence.p1'),
      mayNot: [
        ...acts('publish', 'slate.project.created.u1\n slate.build.cancel.job\n slate.inbox.ada.x.r.0\n $JS.API.INFO'),
        ...acts(
          'subscribe',
          `>
           slate.inbox.>
           slate.inbox.ada.>
           slate.collab.alive.>
           slate.collab.sync.p1
           slate.collab.docsync.p1.f1
           slate.> workers
           slate.build.jobs workers
           slate.runtime.status.* q
           _INBOX.>
           $JS.>`,
        ),
      ],
    },
  ],
];

describe.each(roles)('%s', (_, credentials, { may, mayNot }) => {
  it.each(may)('may %s', async (act) => {
    expect(await isRefused(await open(credentials), act)).toBe(false);
  });

  it.each(mayNot)('may not %s', async (act) => {
    expect(await isRefused(await open(credentials), act)).toBe(true);
  });
});

describe('pages', () => {
  it('P5, P9, M1: people with users of their own join a room, see each other move, and notice a death', async () => {
    const room = async (credentials: typeof USER, name: string) => {
      const { bus, errors } = await open(credentials);
      return { bus, errors, room: await joinRoom(bus, { project: 'p1', file: 'f', user: { id: name, name } }) };
    };
    const [ada, bob, cleo] = [await room(ADA, 'Ada'), await room(BOB, 'Bob'), await room(USER, 'Cleo')];
    const all = [ada, bob, cleo];
    await until(() => all.every((each) => names(each.room).length === 3), { what: 'the rosters' });
    ada.room.pointer.move({ x: 0.5, y: 0.5, anchor: '' });
    await until(() => cleo.room.pointers.sample(performance.now()).length === 1, { what: 'a pointer' });
    const late = await room(BOB, 'Dan'); // one of them answers, on the inbox of another user
    await until(() => late.room.pointers.sample(performance.now()).length === 1, { what: 'the resting pointer' });
    await late.room.leave();
    await bob.bus.close(); // without a goodbye
    const stale = () => cleo.room.members.find(({ user: { id } }) => id === 'Bob')?.status === 'stale';
    await until(stale, { what: 'the death to be noticed', deadlineMs: 4000 });
    await ada.room.leave();
    await cleo.room.leave();
    expect([...ada.errors, ...cleo.errors, ...late.errors]).toEqual([]);
  });

  it('publish and receive events, and receive those of builds', async () => {
    const [ada, service] = [await open(ADA), await open(WORKER)];
    const received: string[] = [];
    onProjectEvents('ada', ({ type, projectId }) => received.push(`${type} ${projectId}`), { bus: ada.bus });
    onBuildEvents('p1', ({ type }) => received.push(`build ${type}`), { bus: ada.bus });
    await ada.bus.flush();
    const [timestamp, { bus }] = [Date.now(), ada];
    await publishProjectEvent({ type: 'created', projectId: 'p1', userId: 'ada', timestamp }, { bus });
    await publishFileEvent({ type: 'created', projectId: 'p1', fileId: 'f1', userId: 'ada', timestamp }, { bus });
    await publishEditorEvent({ type: 'opened', userId: 'ada', fileId: 'f1', timestamp, data: {} }, { bus });
    await publishCollaborationEvent({ type: 'joined', userId: 'ada', projectId: 'p1', timestamp, data: {} }, { bus });
    await publishRuntimeEvent({ type: 'started', sessionId: 's1', projectId: 'p1', timestamp }, { bus: service.bus });
    const crew = await worker('slate.ordinary.jobs', () => undefined, { bus: service.bus });
    bus.publish('slate.ordinary.jobs', { id: 'j1', projectId: 'p1' });
    await until(() => received.length >= 3, { what: 'the events' });
    expect(received).toEqual(['created p1', 'build started', 'build completed']);
    await crew.drain();
    expect([...ada.errors, ...service.errors]).toEqual([]);
  });

  it('ask what services answer; another page receives the question, never the answer', async () => {
    const [ada, bob, service] = [await open(ADA), await open(BOB), await open(WORKER)];
    const heard: string[] = [];
    for (const resource of ['project', 'file', 'asset', 'editor', 'runtime']) {
      ada.bus.subscribe(`slate.${resource}.>`, ({ subject }) => heard.push(subject));
    }
    await ada.bus.flush();
    await respond('slate.runtime.status.s1', () => ({ secret: 42 }), { bus: service.bus });
    expect((await bob.bus.request('slate.runtime.status.s1', {}, 2000)).json()).toEqual({ secret: 42 });
    await ada.bus.flush();
    expect(heard).toEqual(['slate.runtime.status.s1']);
    await expect(respond('slate.runtime.status.s2', () => 0, { bus: bob.bus })).rejects.toThrow(PermissionError);
    expect([...ada.errors, ...service.errors]).toEqual([]);
  });

  it('cannot have a service publish for them where they may not, by the reply subject of a question', async () => {
    const [ada, service, operator] = [await open(ADA), await open(WORKER), await open(MONITOR)];
    const asked: unknown[] = [];
    const heard: string[] = [];
    const answer = (query: unknown) => {
      asked.push(query);
      if (query === 'fail') throw new Error('failed'); // an error is an answer, too
      return 'running';
    };
    await respond('slate.runtime.status.s3', answer, { bus: service.bus });
    operator.bus.subscribe('slate.>', ({ subject }) => heard.push(subject));
    await operator.bus.flush();
    const replies = [
      'slate.dead.slate.build.jobs',
      'slate.build.cancel.job-1',
      'slate.build.completed.p1',
      '$JS.API.INFO',
    ];
    for (const reply of replies) {
      for (const query of ['state', 'fail'])
        ada.bus.publish('slate.runtime.status.s3', JSON.stringify(query), { reply });
    }
    await until(() => asked.length === 2 * replies.length, { what: 'the questions' });
    await service.bus.flush();
    await operator.bus.flush();
    expect(new Set(heard)).toEqual(new Set(['slate.runtime.status.s3']));
    expect([...ada.errors, ...service.errors]).toEqual([]);
  });

  it('do not see the jobs that lie among their events', async () => {
    const [ada, bob] = [await open(ADA), await open(BOB)];
    const heard: string[] = [];
    for (const pattern of ['slate.file.>', 'slate.file.*', 'slate.runtime.>']) {
      ada.bus.subscribe(pattern, ({ subject }) => heard.push(subject));
    }
    await ada.bus.flush();
    for (const subject of ['slate.file.jobs', 'slate.runtime.jobs', 'slate.file.updated.f'])
      bob.bus.publish(subject, {});
    await bob.bus.flush();
    await until(() => heard.length > 0, { what: 'an event' });
    await ada.bus.flush();
    expect(heard).toEqual(['slate.file.updated.f']);
  });
});

describe('jobs', () => {
  it('are all done by workers, whatever pages and operators subscribe to', async () => {
    const service = await open(WORKER);
    const done: string[] = [];
    const crew = await worker('slate.build.jobs', (_, { id }) => void done.push(id), { bus: service.bus });
    for (const credentials of [ADA, BOB, MONITOR]) {
      const thief = await open(credentials);
      for (const pattern of ['slate.build.jobs', 'slate.build.*', 'slate.build.>', 'slate.*.*', 'slate.>']) {
        expect(await isRefused(thief, `subscribe ${pattern} ${crew.queue}`)).toBe(true);
      }
    }
    const { bus } = await open(ADA);
    const ids = Array.from({ length: 40 }, (_, n) => `job-${n}`);
    for (const id of ids) bus.publish('slate.build.jobs', { id });
    await until(() => done.length === ids.length, { what: 'all jobs' });
    expect(done).toEqual(ids);
    await crew.drain();
  });

  it('a page can enqueue one that lasts, and can neither cancel it nor forge its end; a worker can cancel', async () => {
    const [page, service] = [await open(ADA), await open(WORKER)];
    const heard: BuildEvent['type'][] = [];
    const reasons: unknown[] = [];
    let ends = 0;
    const run = (_: unknown, { id, signal }: JobContext) => {
      if (id === 'bad') throw new Error('bad');
      return new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => {
          reasons.push((signal.reason as Error).message);
          ends++;
          resolve();
        });
      });
    };
    onBuildEvents('p2', ({ type }) => heard.push(type), { bus: page.bus });
    const subject = 'slate.lasting.jobs';
    const crew = await worker(subject, run, { bus: service.bus, durable: true, attempts: 1, concurrency: 2 });
    await enqueue(subject, { projectId: 'p2' }, { bus: page.bus, id: 'long' });
    await until(() => crew.running === 1 && heard.length === 1, { what: 'the job to run' });
    for (const id of ['long', 'p2']) {
      await expect(cancelJob(subject, id, { bus: page.bus })).rejects.toThrow(PermissionError);
    }
    expect(ends).toBe(0);
    await enqueue(subject, { projectId: 'p2' }, { bus: page.bus, id: 'bad' });
    await until(() => heard.includes('failed'), { what: 'the failure' });
    for (const act of [`publish slate.dead.${subject}`, 'publish slate.build.completed.p2']) {
      expect(await isRefused(page, act)).toBe(true);
    }
    const info = await service.bus.request('$JS.API.STREAM.INFO.SLATE_DEAD', undefined, 2000);
    expect((info.json() as { state: { messages: number } }).state.messages).toBe(1);
    expect(await cancelJob(subject, 'long', { bus: service.bus, reason: 'enough' })).toBe(true);
    await until(() => ends === 1, { what: 'the end' });
    expect(reasons).toEqual([expect.stringContaining('enough')]);
    await crew.drain();
  });
});

describe('operators', () => {
  it('watch with tail and top', async () => {
    const env = { SLATE_SERVERS: server.wsUrl, SLATE_MONITORS: server.monitorUrl, SLATE_PASSWORD: MONITOR.pass };
    const tails = [['tail'], ['tail', 'slate.>']].map((args) => programs.run(CLI, [...args, '-u', MONITOR.user], env));
    for (const each of tails) await until(() => each.stderr().includes('Listening at'), { what: 'tail' });
    const { bus } = await open(ADA);
    bus.publish('slate.project.created.ada', { hello: 'world' });
    for (const each of tails)
      await until(() => each.stdout().includes('slate.project.created.ada'), { what: 'a line' });
    const top = programs.run(CLI, ['top', '--once', '--interval', '0.1'], env);
    expect(await within(top.ended, 'top')).toBe(0);
    expect(top.stdout()).toMatch(/CONNECTION.*USER[\s\S]+slate_monit/);
    for (const each of tails) each.process.kill('SIGINT');
    for (const each of tails) expect(await within(each.ended, 'the end')).toBe(0);
  });
});
