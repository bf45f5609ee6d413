/**
 * The permission block of the bus's description, on a real server and with no option set: `slate.>` both ways carries
 * events, requests and their answers, rooms, and (with JetStream's own subjects) durable jobs.
 */
import { wsconnect } from '@nats-io/nats-core';
import { connect as natsWsConnect } from 'nats.ws';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Bus } from '../../src/bus/bus.js';
import { type ConnectOptions, connect } from '../../src/bus/nats/connect.js';
import { NoRespondersError, type SlateError } from '../../src/errors.js';
import { closeNatsConnection, configure, defaultBus, joinRoom, request, respond, subscribe } from '../../src/index.js';
import { enqueue, type LocalServer, worker } from '../../src/service/index.js';
import { natsServer } from '../support/nats.js';
import { wsFactory } from '../support/node-socket.js';
import { names } from '../support/room-lab.js';
import { until } from '../support/wait.js';

const config = `authorization { users: [
  { user: slate_user, password: secret, permissions { publish = ["slate.>"], subscribe = ["slate.>"] } }
  { user: slate_jobs, password: secret, permissions {
    publish = ["slate.>", "$JS.API.>", "$JS.ACK.>"], subscribe = ["slate.>"] } }
] }`;
const user = { user: 'slate_user', pass: 'secret' };

let server: LocalServer;
beforeAll(async () => {
  server = await natsServer({ config, jetstream: true });
});
afterAll(() => server.stop());

/** A bus of the test, and every error that it reports. */
async function open(options: ConnectOptions = { servers: server.wsUrl, ...user }) {
  const bus = await connect(options);
  const errors: SlateError[] = [];
  bus.on('error', (error) => errors.push(error));
  onTestFinished(() => bus.close());
  return { bus, errors };
}

const connections: [string, () => Promise<ConnectOptions>][] = [
  ['its own', async () => ({ servers: server.wsUrl, ...user })],
  [
    'of nats.ws',
    async () => ({ connection: await natsWsConnect({ servers: server.wsUrl, ...user, ...{ wsFactory } }) }),
  ],
  ['of nats-core', async () => ({ connection: await wsconnect({ servers: server.wsUrl, ...user, wsFactory }) })],
];

describe.each(connections)('with permission for slate.> alone, over a connection %s,', (_, options) => {
  it('requests are answered, and told when nobody subscribes', async () => {
    const [one, other] = [await open(await options()), await open()];
    one.bus.subscribe('slate.ask', (message) => message.respond({ state: 'running' }));
    await one.bus.flush();
    for (const { bus } of [one, other]) {
      expect((await bus.request('slate.ask', {}, 2000)).json()).toEqual({ state: 'running' });
      await expect(bus.request('slate.nobody', {}, 5000)).rejects.toThrow(NoRespondersError);
    }
    expect([...one.errors, ...other.errors]).toEqual([]);
  });

  it('P5, P9, M1: people join a room, see each other move, and notice a death and a goodbye', async () => {
    const buses: Bus[] = [];
    const room = async (name: string, how: ConnectOptions) => {
      const bus = await connect(how);
      buses.push(bus);
      return joinRoom(bus, { project: `p-${_}`, file: 'f', user: { id: name, name } });
    };
    const own = { servers: server.wsUrl, ...user };
    const [ada, bob, cleo] = [await room('Ada', await options()), await room('Bob', own), await room('Cleo', own)];
    const errors: SlateError[] = [];
    for (const each of [ada, bob, cleo]) each.on('error', (error) => errors.push(error));
    await until(() => names(ada).length === 3 && names(cleo).length === 3, { what: 'the rosters' });
    ada.pointer.move({ x: 0.5, y: 0.5, anchor: '' });
    await until(() => cleo.pointers.sample(performance.now()).length === 1, { what: 'a pointer' });
    await buses[1]?.close(); // without a goodbye, as a process that is killed
    const stale = () => cleo.members.find(({ user: { id } }) => id === 'Bob')?.status === 'stale';
    await until(stale, { what: 'the death to be noticed by a probe', deadlineMs: 4000 });
    await ada.leave();
    await until(() => !names(cleo).includes('Ada'), { what: 'the goodbye' });
    await cleo.leave();
    expect(errors).toEqual([]);
    for (const bus of buses) await bus.close();
  });
});

it('with permission for slate.> alone, respond and request work, and subscribe does not deliver answers', async () => {
  configure({ servers: server.wsUrl, ...user, warn: false });
  onTestFinished(closeNatsConnection);
  const bus = defaultBus();
  const received: string[] = [];
  const note = (_: unknown, { subject }: { subject: string }) => received.push(subject);
  await subscribe('slate.>', note);
  await respond('slate.runtime.status.s1', () => 'ok');
  expect(await request('slate.runtime.status.s1')).toBe('ok');
  await bus.flush();
  expect(received).toEqual(['slate.runtime.status.s1']);
  const inbox = bus.inbox();
  await subscribe(inbox, note);
  bus.publish(inbox, { asked: 'for' });
  await until(() => received.length === 2, { what: 'an answer that was asked for' });
});

it('with the subjects of JetStream besides, durable jobs are done', async () => {
  const { bus, errors } = await open({ servers: server.wsUrl, user: 'slate_jobs', pass: 'secret' });
  const done: string[] = [];
  await using _crew = await worker('slate.permitted.jobs', (_, { id }) => void done.push(id), { bus, durable: true });
  await enqueue('slate.permitted.jobs', {}, { bus, id: 'one' });
  await until(() => done.length === 1, { what: 'the job' });
  expect(errors).toEqual([]);
});
