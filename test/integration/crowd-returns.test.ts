/**
 * P7: many people of one room whose server restarts, each over a connection of their own. That they return evenly, a
 * virtual clock shows (unit/room/properties): the timers of a busy machine come in heaps.
 */
import '../support/websocket.js';
import { expect, it } from 'vitest';
import { connect, joinRoom } from '../../src/index.js';
import { natsServer, restarted } from '../support/nats.js';
import { until } from '../support/wait.js';

const PEOPLE = 100;
const DOWN_MS = 5_000;

it('property 24: P7: 100 people return over more than 3 s after a restart, and nobody is seen to leave', async () => {
  let server = await natsServer();
  const buses = await Promise.all(Array.from({ length: PEOPLE }, () => connect({ servers: server.wsUrl })));
  try {
    const rooms = await Promise.all(
      buses.map((bus, i) => joinRoom(bus, { project: 'crowd', user: { id: `u${i}`, name: `User ${i}` } })),
    );
    const complete = () => rooms.every((room) => room.members.length === PEOPLE && room.status === 'connected');
    await until(complete, { deadlineMs: 90_000, what: 'all to hold all' });
    let fewest = PEOPLE;
    for (const room of rooms) {
      room.on('members', ({ length }) => {
        fewest = Math.min(fewest, length);
      });
    }
    const returns: number[] = [];
    await server.kill();
    await until(() => buses.every(({ status }) => status.type === 'reconnecting'), { what: 'everyone to notice' });
    for (const bus of buses) bus.on('status', ({ type }) => type === 'connected' && returns.push(performance.now()));
    const downAt = performance.now();
    await until(() => performance.now() - downAt > DOWN_MS);
    server = await restarted(server);
    await until(() => complete() && returns.length === PEOPLE, { deadlineMs: 60_000, what: 'all to be back' });
    expect(Math.max(...returns) - Math.min(...returns)).toBeGreaterThan(3_000);
    expect(fewest).toBe(PEOPLE);
  } finally {
    await Promise.all(buses.map((bus) => bus.close()));
    await server.stop();
  }
}, 200_000);
