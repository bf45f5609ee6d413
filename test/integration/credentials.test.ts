/** P7: credentials that expire, on a real server and with real JWTs: asked for anew, and late once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BusStatus } from '../../src/bus/bus.js';
import { connect, openBus } from '../../src/bus/nats/connect.js';
import { AuthenticationError, type SlateError } from '../../src/errors.js';
import { joinRoom } from '../../src/room/join.js';
import { JwtIssuer } from '../support/jwt.js';
import { type LocalServer, natsServer } from '../support/nats.js';
import { names } from '../support/room-lab.js';
import { until } from '../support/wait.js';

const issuer = new JwtIssuer();
const { seed } = issuer;
let server: LocalServer;
beforeAll(async () => {
  server = await natsServer({ config: issuer.config });
});
afterAll(() => server.stop());

describe('P7: a JWT that a function gives', () => {
  it('and that is late once keeps the bus reconnecting with the reason, and ends no session', async () => {
    let jwt = issuer.jwt(2000);
    const bus = await connect({ servers: server.wsUrl, jwt: () => jwt, seed });
    const other = await connect({ servers: server.wsUrl, jwt: issuer.jwt(), seed });
    const room = await joinRoom(bus, { project: 'p1', user: { id: 'ada', name: 'Ada' } });
    const peer = await joinRoom(other, { project: 'p1', user: { id: 'bob', name: 'Bob' } });
    const statuses: BusStatus[] = [];
    const errors: SlateError[] = [];
    bus.on('status', (status) => statuses.push(status));
    bus.on('error', (error) => errors.push(error));
    const refused = () => statuses.filter((status) => 'error' in status && status.error).length;
    await until(() => refused() > 0, { what: 'the refusal after the expiry', deadlineMs: 10_000 });
    expect(bus.status).toMatchObject({ type: 'reconnecting', error: { name: 'AuthenticationError' } });
    jwt = issuer.jwt();
    await until(() => bus.status.type === 'connected', { what: 'the connection', deadlineMs: 10_000 });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toBeInstanceOf(AuthenticationError);
    const types = statuses.map(({ type }) => type);
    expect(types[0]).toBe('reconnecting'); // the server may take the old one once more, in its last second
    expect(types.slice(-2)).toEqual(['reconnecting', 'connected']);
    await until(() => names(room).length === 2 && names(peer).length === 2, { what: 'both in the room again' });
    await until(() => room.status === 'connected', { what: 'the room' });
    await bus.close();
    await other.close();
  });

  it('is a promise that is awaited, and where a fresh one follows in time there is no error and no loss (V10)', async () => {
    let asked = 0;
    const jwt = async () => issuer.jwt(asked++ === 0 ? 6000 : 3_600_000);
    const bus = await connect({ servers: server.wsUrl, jwt, seed });
    const events: unknown[] = [];
    bus.on('error', (error) => events.push(error));
    bus.on('status', (status) => events.push(status));
    const ended = performance.now() + 8000; // past the end of the first, which is rounded up to a second
    await until(() => performance.now() > ended, { what: 'the end of the first JWT', deadlineMs: 15_000 });
    await bus.flush();
    expect(asked).toBe(2);
    expect(events).toEqual([]);
    await bus.close();
  });

  it('and that the server refuses from the beginning is one error, and is tried anew', async () => {
    let jwt = new JwtIssuer().jwt();
    const bus = openBus({ servers: server.wsUrl, jwt: () => jwt, seed });
    const errors: SlateError[] = [];
    bus.on('error', (error) => errors.push(error));
    await until(() => errors.length > 0, { what: 'the refusal' });
    expect(bus.status).toEqual({ type: 'connecting', error: errors[0] });
    jwt = issuer.jwt();
    await until(() => bus.status.type === 'connected', { what: 'the connection', deadlineMs: 10_000 });
    expect(errors).toMatchObject([{ name: 'AuthenticationError', reason: 'authorization violation' }]);
    await bus.close();
  });
});

it('P7: a JWT that is a text closes the bus when it has expired, with the reason', async () => {
  const bus = await connect({ servers: server.wsUrl, jwt: issuer.jwt(2000), seed });
  await until(() => bus.status.type === 'closed', { what: 'the end', deadlineMs: 10_000 });
  expect(bus.status.type === 'closed' && bus.status.error).toBeInstanceOf(AuthenticationError);
});
