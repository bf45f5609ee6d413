/**
 * V12 for events, requests and jobs, on a real server with the tokens of a deployment: a member may have the server
 * publish what its streams keep wherever the member says, and writes some of that itself. None of it is an event, a
 * question or a job.
 */
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Bus } from '../../src/bus/bus.js';
import { connect } from '../../src/bus/nats/connect.js';
import { onBuildEvents, publishBuildEvent, respond, type SlateError } from '../../src/index.js';
import {
  cancelJob,
  enqueue,
  type MintOptions,
  mintToken,
  startDocumentService,
  worker,
} from '../../src/service/index.js';
import { readCreds } from '../../src/service/tokens/creds.js';
import { type Deployed, deploy, rawClient, sockets } from '../support/deployment.js';
import { until } from '../support/wait.js';

const LOG = 'slate.collab.doclog.p1.d1';
const HEADS = 'slate.collab.dochead.p1';
/** How many messages one `forge` makes the server publish. */
const FORGED = 6;

let server: Deployed;
let documents: Bus;
let service: { stop(): Promise<void> };
beforeAll(async () => {
  server = await deploy();
  documents = await open(await creds('documents'));
  service = await startDocumentService(documents);
}, 60_000);
afterAll(async () => {
  await service.stop();
  await documents.close();
  await server[Symbol.asyncDispose]();
});

const creds = (name: string) => readCreds(`${server.dir}/creds/${name}.creds`);
const token = (user: string, project: string, also: MintOptions['also'] = {}) =>
  mintToken({ account: server.account, project, user, role: 'writer', also });

async function open(credentials: { jwt: string; seed: string }): Promise<Bus> {
  const { socket: WebSocket } = await sockets(server.ca);
  return connect({ servers: server.url, WebSocket, ...credentials });
}

async function opened(credentials: { jwt: string; seed: string }): Promise<Bus> {
  const bus = await open(credentials);
  onTestFinished(() => bus.close());
  return bus;
}

const DURABLE = 'slate.file.jobs';

/** Has the server publish `value`, and words of its own, on `place`, in every way that a member of p1 has. */
async function forge(place: string, value: object): Promise<void> {
  const eve = await opened(await token('eve', 'p2', { subscribe: [place] }));
  let heard = 0;
  eve.subscribe(place, () => heard++);
  documents.publish(`${HEADS}.d1`, value); // as if a member had found a way to write one
  await Promise.all([documents.flush(), eve.flush()]);
  const { nc, refused } = await rawClient(server, await token('mallory', 'p1'));
  nc.publish(`${LOG}.mallory`, JSON.stringify(value));
  const ask = (call: string, body: object = {}) => {
    nc.publish(`$JS.API.${call}`, JSON.stringify(body), { reply: place });
    return nc.flush();
  };
  const create = (name: string, more: object) => {
    const [filter_subject, all] = [`${LOG}.*`, { ack_policy: 'none', deliver_policy: 'last', mem_storage: true }];
    const body = { stream_name: 'SLATE_DOCS', config: { ...all, ...more, name, filter_subject } };
    return ask(`CONSUMER.CREATE.SLATE_DOCS.${name}.${filter_subject}`, body);
  };
  const id = place.replaceAll('.', '-');
  await create(`pulled-${id}`, {});
  await create(`pushed-${id}`, { deliver_subject: place });
  await ask(`CONSUMER.MSG.NEXT.SLATE_DOCS.pulled-${id}`, { batch: 1 });
  await ask(`DIRECT.GET.SLATE_DOCS.${HEADS}.d1`);
  await ask(`DIRECT.GET.SLATE_DOCS.${HEADS}.none`);
  await until(() => heard >= FORGED, { what: 'all that the server was made to say', deadlineMs: 10_000 });
  expect(refused).toEqual([]);
  await nc.close();
}

it('V12: what a member has the server publish is no event, and no error either', async () => {
  const ada = await opened(await token('ada', 'p2', { subscribe: ['slate.build.*.p2'] }));
  const builder = await opened(await creds('worker'));
  const errors: SlateError[] = [];
  ada.on('error', (error) => errors.push(error));
  const received: unknown[] = [];
  onTestFinished(onBuildEvents('p2', ({ buildId }) => received.push(buildId), { bus: ada }));
  await ada.flush();
  const event = { type: 'completed', projectId: 'p2', timestamp: 5, data: {} } as const;
  await forge('slate.build.completed.p2', { ...event, buildId: 'forged' });
  const headers = { traceparent: '00-1' }; // programs may send headers
  builder.publish('slate.build.completed.p2', { ...event, buildId: 'traced' }, { headers });
  await publishBuildEvent({ ...event, buildId: 'real' }, { bus: builder });
  await until(() => received.includes('real'), { what: 'the real event' });
  expect(received).toEqual(['traced', 'real']);
  expect(errors).toEqual([]);
}, 60_000);

it('V12: nor is it a question to a service', async () => {
  const services = await opened(await creds('worker'));
  const asked: unknown[] = [];
  await respond('slate.runtime.status.s1', (question) => asked.push(question), { bus: services });
  await forge('slate.runtime.status.s1', { state: 'forged' });
  await services.request('slate.runtime.status.s1', { state: 'real' }, 5_000);
  expect(asked).toEqual([{ state: 'real' }]);
}, 60_000);

it('V12: nor is it a job, or the wish to cancel one', async () => {
  const services = await opened(await creds('worker'));
  const begun: unknown[] = [];
  const cancelled: unknown[] = [];
  const handler = (job: { id: string }, { signal }: { signal: AbortSignal }) => {
    begun.push(job.id);
    return new Promise<void>((_, reject) => {
      signal.addEventListener('abort', () => {
        cancelled.push(job.id);
        reject(signal.reason);
      });
    });
  };
  await using _crew = await worker('slate.build.jobs', handler, { bus: services });
  await forge('slate.build.jobs', { id: 'forged' });
  services.publish('slate.build.jobs', { id: 'real' });
  await until(() => begun.length > 0, { what: 'the real job' });
  expect(begun).toEqual(['real']);
  await forge('slate.build.cancel.real', {});
  await services.flush();
  expect(cancelled).toEqual([]);
  expect(await cancelJob('slate.build.jobs', 'real', { bus: services })).toBe(true);
  expect(cancelled).toEqual(['real']);
}, 60_000);

it('V12: nor is it a durable job, and what a stream kept of it goes to the dead letters', async () => {
  const services = await opened(await creds('worker'));
  const begun: unknown[] = [];
  const handler = (job: { id: string }) => void begun.push(job.id);
  await enqueue(DURABLE, { id: 'first' }, { bus: services });
  await forge(DURABLE, { id: 'forged' });
  await using crew = await worker(DURABLE, handler, { bus: services, durable: true });
  await enqueue(DURABLE, { id: 'last' }, { bus: services });
  await until(() => crew.stats.completed === 2 && crew.stats.failed === 2, { what: 'the end of all' });
  expect(begun).toEqual(['first', 'last']);
}, 60_000);
