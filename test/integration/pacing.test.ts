/** M10, D6: what one session sends of a state that changes often or holds odd values, over a real nats-server. */
import '../support/websocket.js';
import { describe, expect, it } from 'vitest';
import { connect, joinRoom, type SlateError, type UserInit } from '../../src/index.js';
import { natsServer } from '../support/nats.js';
import { until } from '../support/wait.js';

async function member(servers: string, user: UserInit) {
  const bus = await connect({ servers });
  const room = await joinRoom(bus, { project: 'p1', user });
  const errors: SlateError[] = [];
  room.on('error', (error) => errors.push(error));
  return {
    room,
    errors,
    async [Symbol.asyncDispose]() {
      await room.leave();
      await bus.close();
    },
  };
}

describe('a state that changes often', () => {
  it('M10: is at most ten messages a second, does not repeat the picture, and arrives', async () => {
    await using server = await natsServer();
    const avatar = `data:image/png;base64,${'A'.repeat(12_000)}`;
    await using ada = await member(server.wsUrl, { id: 'ada', name: 'Ada', avatar });
    await using bob = await member(server.wsUrl, { id: 'bob', name: 'Bob' });
    await until(() => ada.room.members.length === 2, { what: 'Ada to see Bob' });
    const before = ada.room.stats;
    const start = performance.now();
    let score = 0;
    const writing = setInterval(() => ada.room.awareness.setLocalStateField('score', ++score), 8);
    await until(() => performance.now() - start > 4_000, { what: 'four seconds of writing' });
    clearInterval(writing);
    const seconds = (performance.now() - start) / 1_000;
    const seen = () => bob.room.awareness.getStates().get(ada.room.client)?.score;
    await until(() => seen() === score, { what: 'the last value' });
    const { messagesOut, bytesOut } = ada.room.stats;
    expect(messagesOut - before.messagesOut).toBeLessThan(seconds * 12 + 5);
    expect(messagesOut - before.messagesOut).toBeGreaterThan(10);
    expect(bytesOut - before.bytesOut).toBeLessThan(4 * 12_500 + seconds * 1_000);
    expect([...ada.errors, ...bob.errors]).toEqual([]);
  });

  it('D6: with a value that JSON cannot write goes without it, and newcomers join', async () => {
    await using server = await natsServer();
    await using ada = await member(server.wsUrl, { id: 'ada', name: 'Ada', color: 'oklch(0.637 0.237 25.331)' });
    let deep: unknown = 1;
    for (let i = 0; i < 10; i++) deep = { deep };
    for (const [name, value] of Object.entries({ nan: Number.NaN, deep, page: 7 })) {
      ada.room.awareness.setLocalStateField(name, value);
    }
    await until(() => ada.errors.length === 2, { what: 'an error for each field' });
    expect(ada.errors).toMatchObject([{ field: 'nan' }, { field: 'deep' }]);
    for (let i = 0; i < 5; i++) {
      await using newcomer = await member(server.wsUrl, { id: `n${i}` });
      expect(newcomer.room.members).toHaveLength(2);
      const state = newcomer.room.awareness.getStates().get(ada.room.client);
      expect(state).toMatchObject({ page: 7, user: { color: '#fb2c36', colorLight: '#fb2c3633' } });
    }
  });
});
