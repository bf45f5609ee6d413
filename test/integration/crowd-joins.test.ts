/** P12: many people who join at the same moment, each over a connection of their own to a real server. */
import '../support/websocket.js';
import { describe, expect, it } from 'vitest';
import { connect, joinRoom } from '../../src/index.js';
import { natsServer } from '../support/nats.js';
import { until } from '../support/wait.js';

describe('a crowd that joins at once', () => {
  for (const people of [100, 200]) {
    it(`P12: of ${people} is complete: everyone holds everyone`, async () => {
      await using server = await natsServer();
      const buses = await Promise.all(Array.from({ length: people }, () => connect({ servers: server.wsUrl })));
      try {
        const errors: Error[] = [];
        const rooms = await Promise.all(
          buses.map((bus, i) => joinRoom(bus, { project: 'crowd', user: { id: `u${i}`, name: `User ${i}` } })),
        );
        for (const room of rooms) room.on('error', (error) => errors.push(error));
        await until(() => rooms.every((room) => room.members.length === people), {
          deadlineMs: 90_000,
          what: `all ${people} to hold all`,
        });
        expect(errors).toEqual([]);
        expect(rooms.map(({ status }) => status)).toEqual(Array(people).fill('connected'));
      } finally {
        await Promise.all(buses.map((bus) => bus.close()));
      }
    }, 150_000);
  }
});
