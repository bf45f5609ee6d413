/** V10: credentials that end are renewed on a real server, with real JWTs of a few seconds, and nobody notices. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Bus, BusStatus } from '../../src/bus/bus.js';
import { connect, openBus } from '../../src/bus/nats/connect.js';
import type { TokenAnswer } from '../../src/bus/nats/credentials.js';
import { Dialer } from '../../src/bus/nats/dialer.js';
import { NatsBus } from '../../src/bus/nats/nats-bus.js';
import { connectNats } from '../../src/bus/nats/nats-client.js';
import { NatsLine } from '../../src/bus/nats/nats-line.js';
import { checkOptions } from '../../src/bus/nats/options.js';
import { Redialer } from '../../src/bus/nats/redialer.js';
import type { SlateError } from '../../src/errors.js';
import { joinRoom } from '../../src/room/join.js';
import { mintToken } from '../../src/service/index.js';
import { deploy, sockets } from '../support/deployment.js';
import { JwtIssuer } from '../support/jwt.js';
import { natsServer, restarted } from '../support/nats.js';
import { until } from '../support/wait.js';

/** A life with room for a takeover on a busy machine. */
const SHORT_MS = 6000;
const long = { deadlineMs: 25_000 };

/** The statuses of a bus from now on, and its errors. */
function watch(bus: Bus) {
  const statuses: BusStatus[] = [];
  const errors: SlateError[] = [];
  bus.on('status', (status) => statuses.push(status));
  bus.on('error', (error) => errors.push(error));
  onTestFinished(() => bus.close());
  return { statuses, errors };
}

describe('V10: three renewals', () => {
  it('with a room, a document and streams of numbers open are seen by nobody, and lose and double nothing', async () => {
    const issuer = new JwtIssuer();
    await using server = await natsServer({ config: issuer.configRevoking(undefined, true), jetstream: true });
    const member = (name: string) => ({ name, tags: ['slate', 'project:p1', 'role:writer'] });
    let asked = 0;
    const token = async (): Promise<TokenAnswer> => {
      asked++;
      return { jwt: issuer.jwt(SHORT_MS, member('ada')), seed: issuer.seed, expires: Date.now() + SHORT_MS };
    };
    const bus = await connect({ servers: server.wsUrl, token });
    const peerJwt = issuer.jwt(undefined, member('bob'));
    const peerBus = await connect({ servers: server.wsUrl, jwt: peerJwt, seed: issuer.seed });
    const { statuses, errors } = watch(bus);
    const peerErrors = watch(peerBus).errors;
    expect(bus.identity).toEqual({ user: 'ada', role: 'writer', projects: ['p1'] });
    expect(bus.inbox()).toMatch(/^slate\.inbox\.ada\./);

    const options = { project: 'p1', file: 'f', history: true };
    const room = await joinRoom(bus, { ...options, user: { id: 'ada', name: 'Ada' } });
    const peer = await joinRoom(peerBus, { ...options, user: { id: 'bob', name: 'Bob' } });
    const [doc, peerDoc] = [room.doc, peer.doc];
    if (!doc || !peerDoc) throw new Error('There is no document.');
    const seen: string[] = [];
    for (const each of [room, peer]) {
      await until(() => each.members.length === 2, { what: 'both in both rooms' });
      const present = () => each.members.map(({ user, status }) => `${user.id} ${status}`).join();
      const before = present();
      each.on('members', () => present() !== before && seen.push(present())); // what they write shows there, too
      each.on('status', (status) => seen.push(`status ${status}`));
    }

    const sent = { mine: 0, theirs: 0 };
    const got = { mine: [] as number[], theirs: [] as number[], own: [] as number[], queued: [] as number[] };
    bus.subscribe('test.theirs', (message) => got.theirs.push(message.json() as number));
    bus.subscribe('test.*', ({ subject, json }) => void (subject === 'test.mine' && json));
    bus.subscribe('test.mine', (message) => got.own.push(message.json() as number));
    bus.subscribe('test.theirs', (message) => got.queued.push(message.json() as number), { queue: 'workers' });
    peerBus.subscribe('test.mine', (message) => got.mine.push(message.json() as number));
    peerBus.subscribe('test.ask', (message) => message.respond(message.json()));
    await Promise.all([bus.flush(), peerBus.flush()]);
    const requests: Promise<unknown>[] = [];
    const reconnected = () => asked >= 4 && got.theirs.length > 0;
    await until(
      () => {
        // Some at each turn, some of them alike.
        for (let n = 0; n < 5; n++) {
          bus.publish('test.mine', sent.mine++);
          peerBus.publish('test.theirs', sent.theirs++);
        }
        const number = sent.mine;
        requests.push(bus.request('test.ask', number, 5000).then((answer) => expect(answer.json()).toBe(number)));
        if (number % 500 === 0) doc.getText('t').insert(0, 'a');
        if (number % 500 === 0) peerDoc.getText('t').insert(0, 'b');
        return reconnected();
      },
      { what: 'three renewals', ...long },
    );
    // The last of them takes over a moment after it was asked for.
    const end = performance.now() + 2000;
    await until(() => {
      bus.publish('test.mine', sent.mine++);
      peerBus.publish('test.theirs', sent.theirs++);
      return performance.now() > end;
    }, long);
    await Promise.all(requests);
    await Promise.all([bus.flush(), peerBus.flush()]);
    await until(() => got.mine.length >= sent.mine && got.theirs.length >= sent.theirs, { what: 'the last numbers' });
    const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
    expect(got.mine).toEqual(numbers(sent.mine));
    expect(got.own).toEqual(numbers(sent.mine));
    expect(got.theirs).toEqual(numbers(sent.theirs));
    expect(got.queued.toSorted((a, b) => a - b)).toEqual(numbers(sent.theirs));
    await until(() => doc.getText('t').toString() === peerDoc.getText('t').toString(), { what: 'the same text' });
    expect(doc.getText('t').length).toBeGreaterThan(1);
    expect(statuses).toEqual([]);
    expect(errors).toEqual([]);
    expect(peerErrors).toEqual([]);
    expect(seen).toEqual([]);
    await room.leave();
    await peer.leave();
  });
});

describe('V10: a renewal that fails', () => {
  it('is an error that says why, and no change of the status while the old credentials hold', async () => {
    const issuer = new JwtIssuer();
    await using server = await natsServer({ config: issuer.config });
    const others = new JwtIssuer();
    let asked = 0;
    const answers = [
      () => issuer.jwt(9000),
      () => Promise.reject(new Error('signed out')),
      () => others.jwt(), // refused
      () => issuer.jwt(),
    ];
    const bus = await connect({
      servers: server.wsUrl,
      jwt: () => (answers[asked++] as () => string)(),
      seed: issuer.seed,
      random: () => 0, // the shortest waits
    });
    const { statuses, errors } = watch(bus);
    await until(() => asked === 4, { what: 'the renewal that works', ...long });
    await bus.flush();
    expect(errors.map(({ message }) => message.replace(/.*failed: /, ''))).toEqual([
      'they could not be made: signed out.',
      'authorization violation.',
    ]);
    expect(statuses.map(({ type }) => type)).toEqual([]);
  });

  it('until the end, because the function hangs, is a status with the reason, and ends with an answer', async () => {
    const issuer = new JwtIssuer();
    await using server = await natsServer({ config: issuer.config });
    let hangs = false;
    const jwt = () => (hangs ? new Promise<string>(() => undefined) : issuer.jwt(SHORT_MS));
    const bus = await connect({ servers: server.wsUrl, jwt, seed: issuer.seed, timeout: 500 });
    const { statuses, errors } = watch(bus);
    hangs = true;
    const shown = () => bus.status.type === 'reconnecting' && bus.status.error;
    await until(shown, { what: 'the reason', ...long });
    expect(errors[0]).toMatchObject({ reason: 'they could not be made: no answer within 500 ms' });
    expect(errors).toHaveLength(2); // one while the old ones held, one after their end, of many attempts
    hangs = false;
    await until(() => bus.status.type === 'connected', { what: 'the connection', ...long });
    expect(statuses.at(-1)).toMatchObject({ type: 'connected', reconnects: 1 });
  });

  it('because the server takes no second connection of the account, is made up for by a reconnection', async () => {
    const issuer = new JwtIssuer({ conn: 1 });
    await using server = await natsServer({ config: issuer.config });
    const bus = await connect({ servers: server.wsUrl, jwt: async () => issuer.jwt(SHORT_MS), seed: issuer.seed });
    const { statuses, errors } = watch(bus);
    const again = () => bus.status.type === 'connected' && bus.status.reconnects === 1;
    await until(again, { what: 'the connection after the end', ...long });
    expect(errors.map(({ name }) => name)).toContain('ServerError');
    expect(statuses.map(({ type }) => type)).toEqual(['reconnecting', 'connected']);
  });

  it('because its code cannot be loaded, is one error, and a reconnection at each end', async () => {
    const issuer = new JwtIssuer();
    await using server = await natsServer({ config: issuer.config });
    let asked = 0;
    const jwt = () => {
      asked++;
      return issuer.jwt(SHORT_MS);
    };
    const settings = checkOptions({ servers: server.wsUrl, jwt, seed: issuer.seed });
    const dialer = new Dialer(settings);
    const bus = new NatsBus(settings, dialer);
    const { statuses, errors } = watch(bus);
    const missing = () => Promise.reject(new TypeError('Failed to fetch dynamically imported module'));
    new Redialer(settings, bus, dialer, (attempts) => connectNats(settings, attempts), missing).start();
    const again = () => bus.status.type === 'connected' && bus.status.reconnects === 2;
    await until(again, { what: 'the connection after two ends', ...long });
    expect(asked).toBe(3);
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^The part of Slate that renews credentials before they end could not be loaded/),
    ]);
    expect(statuses.map(({ type }) => type)).toEqual([
      'connected',
      'reconnecting',
      'connected',
      'reconnecting',
      'connected',
    ]);
  });

  it('because the server stops while there are two connections, is a loss of both, and it goes on', async () => {
    const issuer = new JwtIssuer();
    const options = { config: issuer.config };
    await using server = await natsServer(options);
    const jwt = async () => issuer.jwt(SHORT_MS);
    const bus = await connect({ servers: server.wsUrl, jwt, seed: issuer.seed, random: () => 0 }); // tries at once
    const { statuses } = watch(bus);
    const isTakenOver = () => !((bus as NatsBus).line instanceof NatsLine);
    await until(isTakenOver, { what: 'two connections', ...long });
    await server.kill();
    await until(() => statuses.at(-1) && 'error' in (statuses.at(-1) ?? {}), {
      what: 'an attempt that fails',
      ...long,
    });
    await using _ = await restarted(server, options);
    await until(() => bus.status.type === 'connected', { what: 'the connection', ...long });
    await bus.flush();
    expect(statuses.map(({ type }) => type)).not.toContain('closed');
  });

  it('because they are those of another user, is an error, and the user stays', async () => {
    const issuer = new JwtIssuer();
    await using server = await natsServer({ config: issuer.config });
    let name = 'ada';
    const token = () => ({ jwt: issuer.jwt(SHORT_MS, { name, tags: ['slate'] }), seed: issuer.seed });
    const bus = await connect({ servers: server.wsUrl, token });
    const { errors } = watch(bus);
    name = 'bob';
    await until(() => errors.length > 0, { what: 'the error', ...long });
    expect(errors[0]).toMatchObject({
      name: 'AuthenticationError',
      reason: expect.stringContaining('"bob", not of "ada"'),
    });
    expect(bus.identity?.user).toBe('ada');
  });
});

it('V10: a member with a token of the token service renews it, below inboxes of its own', async () => {
  await using server = await deploy();
  const { socket } = await sockets(server.ca);
  const user = 'ada v1.2';
  let asked = 0;
  const also = { publish: ['app.numbers'], subscribe: ['app.numbers'] };
  const token = () => {
    asked++;
    return mintToken({ account: server.account, project: 'Main', user, role: 'writer', ttl: 10, also });
  };
  const bus = await connect({ servers: server.url, WebSocket: socket, token });
  const { statuses, errors } = watch(bus);
  expect(bus.identity).toEqual({ user, role: 'writer', projects: ['Main'] });
  expect(bus.inbox()).toMatch(/^slate\.inbox\.ada%20v1%2E2\./);
  const got: number[] = [];
  bus.subscribe('app.numbers', (message) => got.push(message.json() as number));
  const inbox = bus.subscribe(`${bus.inbox()}.>`, () => undefined); // the server would say no
  let sent = 0;
  const publish = () => {
    bus.publish('app.numbers', sent++);
    return true;
  };
  await until(() => publish() && asked > 1, { what: 'the renewal', ...long });
  const end = performance.now() + 7000; // past the end of the first
  await until(() => publish() && performance.now() > end, long);
  await bus.flush();
  expect(got).toEqual(Array.from({ length: sent }, (_, n) => n));
  expect([statuses, errors]).toEqual([[], []]);
  inbox.unsubscribe();
});

it('V10: credentials that the server revokes are asked for anew, and the status says so meanwhile', async () => {
  const issuer = new JwtIssuer();
  const dir = await mkdtemp(join(tmpdir(), 'slate-revoked-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const file = join(dir, 'accounts.conf');
  await writeFile(file, issuer.config);
  await using server = await natsServer({ config: `include ../${basename(dir)}/accounts.conf` });
  let asked = 0;
  const jwt = async () => {
    asked++;
    return issuer.jwt();
  };
  const bus = openBus({ servers: server.wsUrl, jwt, seed: issuer.seed });
  const { statuses } = watch(bus);
  await until(() => bus.status.type === 'connected', { what: 'the connection' });
  await writeFile(file, issuer.configRevoking(Math.floor(Date.now() / 1000)));
  process.kill(server.pid, 'SIGHUP');
  const again = () => bus.status.type === 'connected' && bus.status.reconnects === 1;
  await until(again, { what: 'the next connection', ...long });
  expect(asked).toBeGreaterThan(1);
  expect(statuses.map(({ type }) => type).filter((type, n, all) => type !== all[n - 1])).toEqual([
    'connected',
    'reconnecting',
    'connected',
  ]);
});
