/** The shipped server configurations, started as they are: permissions, and what clients do when a server dies. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { Bus } from '../../src/bus/bus.js';
import { type ConnectOptions, connect } from '../../src/bus/nats/connect.js';
import {
  AuthenticationError,
  NoRespondersError,
  OptionError,
  PermissionError,
  type SlateError,
} from '../../src/errors.js';
import { store } from '../../src/jetstream/messages.js';
import { encodeUpdate } from '../../src/protocol/document-history.js';
import { documentSubjects } from '../../src/protocol/document-subjects.js';
import { joinRoom } from '../../src/room/join.js';
import {
  type Compacted,
  enqueue,
  type JobContext,
  SERVER_CONFIGS,
  serverConfig,
  startDocumentService,
  worker,
} from '../../src/service/index.js';
import {
  type ConfigServer,
  DOCUMENTS,
  MONITOR,
  startCluster,
  startConfigured,
  USER,
  WORKER,
} from '../support/config-server.js';
import { coldText, opened } from '../support/history-lab.js';
import { passTime } from '../support/pass-time.js';
import { names } from '../support/room-lab.js';
import { VirtualClock } from '../support/virtual-clock.js';
import { once, until } from '../support/wait.js';

const open: Bus[] = [];
async function client(options: ConnectOptions): Promise<Bus> {
  const bus = await connect(options);
  open.push(bus);
  return bus;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((bus) => bus.close()));
});

const firstError = (bus: Bus) => once<SlateError>((fn) => bus.on('error', fn), undefined, { what: 'an error' });

describe('the texts', () => {
  it('have variables that can be set, and no others can', async () => {
    const text = await serverConfig('single', { WS_LISTEN: '127.0.0.1:9333' });
    expect(text).toContain('WS_LISTEN: "127.0.0.1:9333"');
    expect(text).toContain('user: slate_user'); // the included file
    expect(text).not.toContain('include "');
    await expect(serverConfig('single', { WS_PORT: '1' })).rejects.toThrow(/it has NATS_LISTEN, WS_LISTEN/);
    await expect(serverConfig('single', { WS_LISTEN: '"' })).rejects.toThrow(OptionError);
  });

  it('listen only on this machine as they are shipped', async () => {
    for (const name of SERVER_CONFIGS) {
      const values = (await serverConfig(name)).split('\n').filter((line) => /^[A-Z_0-9]+: "(?!\/)/.test(line));
      expect(values.length).toBeGreaterThan(2);
      for (const line of values) expect(line).toContain('127.0.0.1:');
    }
  });
});

describe('single.conf', () => {
  let server: ConfigServer;
  beforeAll(async () => {
    server = await startConfigured('single');
  });
  afterAll(() => server.stop());

  it('refuses clients without the right password', async () => {
    const servers = server.wsUrl;
    await expect(connect({ servers })).rejects.toThrow(AuthenticationError);
    await expect(connect({ servers, user: 'slate_user', pass: 'wrong' })).rejects.toThrow(AuthenticationError);
  });

  it('permits workers to answer pages, and pages nothing outside slate.>', async () => {
    const bus = await client({ servers: server.wsUrl, ...WORKER });
    const other = await client({ servers: server.wsUrl, ...USER });
    bus.subscribe('slate.runtime.status.s1', (message) => message.respond({ state: 'running' }));
    await bus.flush();
    expect((await other.request('slate.runtime.status.s1', {}, 2000)).json()).toEqual({ state: 'running' });

    const refused = firstError(other);
    other.publish('elsewhere.project', {});
    expect(await refused).toMatchObject({
      name: 'PermissionError',
      operation: 'publish',
      subject: 'elsewhere.project',
    });
    expect(await other.subscribe('>', () => undefined).closed).toBeInstanceOf(PermissionError);
    await expect(other.request('$JS.API.STREAM.NAMES', {}, 2000)).rejects.toThrow(PermissionError);
  });

  it('permits all that rooms need: presence, cursors, questions and answers', async () => {
    const room = async (name: string) =>
      joinRoom(await client({ servers: server.wsUrl, ...USER }), { project: 'p1', user: { id: name, name } });
    const [ada, grace] = [await room('Ada'), await room('Grace')];
    const errors: SlateError[] = [];
    for (const each of [ada, grace]) each.on('error', (error) => errors.push(error));
    await until(() => names(ada).length === 2 && names(grace).length === 2, { what: 'both rosters' });
    ada.pointer.move({ x: 0.5, y: 0.5, anchor: '' });
    await until(() => grace.pointers.sample(performance.now()).length === 1, { what: 'a pointer' });
    await ada.leave();
    await until(() => names(grace).length === 1, { what: 'the goodbye' });
    await grace.leave();
    expect(errors).toEqual([]);
  });

  it('permits workers durable jobs, but not to delete a stream', async () => {
    const bus = await client({ servers: server.wsUrl, ...WORKER });
    const page = await client({ servers: server.wsUrl, ...USER });
    const errors: SlateError[] = [];
    bus.on('error', (error) => errors.push(error));
    const done: string[] = [];
    const fail = (_: unknown, { id }: JobContext) => {
      done.push(id);
      if (id === 'bad') throw new Error('bad');
    };
    await using crew = await worker('slate.build.jobs', fail, { bus, durable: true, attempts: 1 });
    await enqueue('slate.build.jobs', {}, { bus, id: 'good' });
    await enqueue('slate.build.jobs', {}, { bus: page, id: 'bad' }); // pages may enqueue, once there is a stream
    await until(() => crew.stats.completed + crew.stats.failed === 2, { what: 'two jobs' });
    expect(done.sort()).toEqual(['bad', 'good']);
    expect(errors).toMatchObject([{ name: 'JobError', id: 'bad' }]);
    await expect(bus.request('$JS.API.STREAM.DELETE.slate-build-jobs', undefined, 2000)).rejects.toThrow(
      PermissionError,
    );
  });

  it('permits pages to keep documents in the stream of the service, and the service alone to remove from it', async () => {
    const service = await client({ servers: server.wsUrl, ...DOCUMENTS });
    const errors: SlateError[] = [];
    const done: Compacted[] = [];
    await using running = await startDocumentService(service, {
      everyMs: 100,
      onCompacted: (each) => done.push(each),
      onError: (error) => errors.push(error),
    });
    const page = await client({ servers: server.wsUrl, ...USER });
    for (const bus of [service, page]) bus.on('error', (error) => errors.push(error));
    const ada = await opened(page, 'notes');
    ada.text.insert(0, 'hello');
    await ada.history.flush();
    const entry = encodeUpdate(Y.encodeStateAsUpdateV2(ada.doc));
    for (let n = 0; n < 501; n++) await store(page, documentSubjects('p1', 'notes').log, entry);
    await until(() => done.length === 1, { what: 'the compaction', deadlineMs: 15_000 });
    expect(running.stats).toMatchObject({ documents: 1, due: 0, failed: 0 });
    expect(await coldText(page, 'notes')).toBe('hello');
    await ada.history.stop();
    expect(errors).toEqual([]);
    for (const call of ['STREAM.PURGE', 'STREAM.INFO', 'STREAM.DELETE']) {
      await expect(page.request(`$JS.API.${call}.SLATE_DOCS`, {}, 2000)).rejects.toThrow(PermissionError);
    }
    await expect(service.request('$JS.API.STREAM.DELETE.SLATE_DOCS', {}, 2000)).rejects.toThrow(PermissionError);
  });

  it('permits a monitor to receive everything but the questions that need "no responders" as an answer', async () => {
    const monitor = await client({ servers: server.wsUrl, ...MONITOR });
    const bus = await client({ servers: server.wsUrl, ...USER });
    const received: string[] = [];
    monitor.subscribe('slate.>', ({ subject }) => received.push(subject));
    await monitor.flush();
    bus.publish('slate.project.created.u1', {});
    await until(() => received.length === 1, { what: 'an event' });
    await expect(bus.request('slate.collab.sync.p9', {}, 2000)).rejects.toThrow(NoRespondersError);
    await expect(bus.request('slate.collab.alive.p9.17', {}, 2000)).rejects.toThrow(NoRespondersError);
    const refused = firstError(monitor);
    monitor.publish('slate.project.created.u1', {});
    expect(await refused).toBeInstanceOf(PermissionError);
    expect(received).toEqual(['slate.project.created.u1']);
  });
});

describe.each(['cluster-two', 'cluster-three'] as const)('%s.conf', (config) => {
  let servers: ConfigServer[];
  beforeAll(async () => {
    servers = await startCluster(config);
  });
  afterAll(() => Promise.all(servers.map((server) => server.kill())));

  it('is one bus: all servers deliver what is published at one', async () => {
    const buses = await Promise.all(servers.map(({ wsUrl }) => client({ servers: wsUrl, ...USER })));
    const received = new Set<number>();
    for (const [n, bus] of buses.entries()) bus.subscribe('slate.project.updated.p1', () => received.add(n));
    const [first] = buses as [Bus];
    await Promise.all(buses.map((bus) => bus.flush()));
    await until(
      () => {
        // Again, because servers tell each other of subscriptions in their own time.
        first.publish('slate.project.updated.p1', {});
        return received.size === servers.length;
      },
      { what: 'all to receive', deadlineMs: 10_000 },
    );
  });

  // Last: it kills a server.
  it('a client whose server is killed connects to another, which it was given or learned of', async () => {
    const urls = servers.map(({ wsUrl }) => wsUrl);
    const [victim] = servers as [ConfigServer];
    const learned = await client({ servers: victim.wsUrl, ...USER }); // the server names the others
    const given: Bus[] = [];
    for (let n = 0; given.length < 3 && n < 50; n++) {
      const bus = await client({ servers: urls, ...USER }); // picks one at random
      if (bus.status.type === 'connected' && bus.status.server === victim.wsUrl) given.push(bus);
    }
    expect(given.length).toBeGreaterThan(0);
    const observer = await client({ servers: urls.slice(1), ...USER });
    const received = new Set<number>();
    const clients = [learned, ...given];
    for (const [n, bus] of clients.entries()) bus.subscribe('slate.project.updated.p2', () => received.add(n));
    await Promise.all(clients.map((bus) => bus.flush()));

    const back = clients.map((bus) =>
      once<Bus['status']>(
        (fn) => bus.on('status', fn),
        ({ type }) => type === 'connected',
        { what: 'a connection', deadlineMs: 20_000 },
      ),
    );
    await victim.kill();
    await Promise.all(back);
    for (const bus of clients) {
      expect(bus.status).toMatchObject({ type: 'connected', reconnects: 1 });
      expect(bus.status).not.toMatchObject({ server: victim.wsUrl });
    }
    await until(
      () => {
        observer.publish('slate.project.updated.p2', {});
        return received.size === clients.length;
      },
      { what: 'the subscriptions at the new server', deadlineMs: 10_000 },
    );
  });
});

describe('cluster-three.conf', () => {
  it('keeps durable jobs on three servers: one dies while a job runs, and the job is done once', async () => {
    const servers = await startCluster('cluster-three');
    try {
      const urls = servers.map(({ wsUrl }) => wsUrl);
      const bus = await client({ servers: urls, ...WORKER });
      const jobs = 'slate.replicated.jobs';
      const begun: string[] = [];
      const ends: (() => void)[] = [];
      const handler = (_: unknown, { id, attempt }: JobContext) => {
        begun.push(`${id} ${attempt}`);
        return new Promise<void>((resolve) => ends.push(resolve));
      };
      const clock = new VirtualClock();
      const options = { bus, clock, durable: true, replicas: 3, ackWaitMs: 600_000 };
      const crew = await until(() => worker(jobs, handler, options).catch(() => undefined), {
        what: 'JetStream to have a leader',
        deadlineMs: 20_000,
      });
      const { stream } = await enqueue(jobs, {}, { bus, id: 'first' });
      await until(() => begun.length === 1, { what: 'the job' });
      const infoOf = async (name: string) =>
        (await bus.request(`$JS.API.STREAM.INFO.${name}`, undefined, 2000)).json() as {
          cluster: { leader: string; replicas: unknown[] };
        };
      const info = await infoOf(stream);
      expect(info.cluster.replicas).toHaveLength(2);
      expect((await infoOf('SLATE_DEAD')).cluster.replicas).toHaveLength(2); // without it no worker could start
      await servers.find(({ name }) => name === info.cluster.leader)?.kill();
      ends[0]?.();
      await passTime(clock, () => crew.stats.completed === 1, { what: 'the confirmation', deadlineMs: 20_000 });
      await enqueue(jobs, {}, { bus, id: 'second', timeoutMs: 20_000 });
      await passTime(clock, () => begun.length === 2, { what: 'the second job', deadlineMs: 20_000 });
      ends[1]?.();
      await passTime(clock, () => crew.stats.completed === 2, { what: 'its confirmation', deadlineMs: 20_000 });
      expect(begun).toEqual(['first 1', 'second 1']);
      await crew.drain();
    } finally {
      await Promise.all(servers.map((server) => server.kill()));
    }
  }, 90_000);
});
