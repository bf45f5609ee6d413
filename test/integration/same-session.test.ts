/** P2, P6, over a real nats-server: what another session with the same id says, and when, hides nobody. */
import { expect, it, onTestFinished } from 'vitest';
import { Doc } from 'yjs';
import { connect, joinRoom, type Room } from '../../src/index.js';
import { natsServer } from '../support/nats.js';
import { until } from '../support/wait.js';

async function setUp() {
  const server = await natsServer();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const open = async () => {
    const bus = await connect({ servers: server.wsUrl });
    onTestFinished(() => bus.close());
    return bus;
  };
  const bob = await joinRoom(await open(), { project: 'p1', user: { id: 'bob' } });
  return { open, bob };
}

const names = (room: Room) => room.members.map(({ user }) => user.name).sort();
const soon = { deadlineMs: 1_000 };

it('P6: a document that leaves and joins again is seen at once', async () => {
  const { open, bob } = await setUp();
  const bus = await open();
  const doc = new Doc();
  for (let round = 0; round < 3; round++) {
    const room = await joinRoom(bus, { project: 'p1', user: { id: 'ada' }, doc });
    await until(() => names(bob).join() === 'ada,bob', { what: `Ada, round ${round}`, ...soon });
    await expect(joinRoom(bus, { project: 'p1', user: { id: 'ada' }, doc })).rejects.toThrow('is in this room already');
    await room.leave();
    await until(() => names(bob).join() === 'bob', { what: `Ada to leave, round ${round}`, ...soon });
  }
});

it('P6: a later page with the client id of an earlier one is seen at once', async () => {
  const { open, bob } = await setUp();
  const doc = new Doc();
  const room = await joinRoom(await open(), { project: 'p1', user: { id: 'ada' }, doc });
  for (let i = 0; i < 20; i++) room.awareness.setLocalStateField('draft', i);
  await room.leave();
  await until(() => names(bob).join() === 'bob', { what: 'Ada to leave' });
  const later = Object.assign(new Doc(), { clientID: doc.clientID });
  await joinRoom(await open(), { project: 'p1', user: { id: 'ada' }, doc: later });
  await until(() => names(bob).join() === 'ada,bob', { what: 'Ada to be back', ...soon });
});

it('P2: a machine whose clock is ahead leaves, and the other machine of that user stays', async () => {
  const { open, bob } = await setUp();
  const bus = await open();
  const say = (type: string, ahead: number) =>
    bus.publish(
      'slate.collab.presence.p1',
      new TextEncoder().encode(
        JSON.stringify({ type, projectId: 'p1', userId: 'carol', timestamp: Date.now() + ahead }),
      ),
    );
  say('presence', 3_600_000);
  await until(() => names(bob).join() === 'bob,carol', { what: 'Carol' });
  say('left', 3_600_000);
  await until(() => names(bob).join() === 'bob', { what: 'Carol to leave' });
  say('presence', 0);
  await until(() => names(bob).join() === 'bob,carol', { what: 'the other machine of Carol', ...soon });
});
