/** V1, V2: the collaboration events of a verified room, on a real server: of whom they are, its subject says. */
import '../support/websocket.js';
import { expect, it, onTestFinished } from 'vitest';
import { type CollaborationEvent, onCollaborationEvents, publishCollaborationEvent } from '../../src/index.js';
import { member, verifiedServer } from '../support/verified-server.js';
import { until } from '../support/wait.js';

it('V1, V2: collaboration events of a verified room are heard, each of the user whom its subject names', async () => {
  const server = await verifiedServer(['ada', 'bob', 'mallory'].map((user) => ({ user, projects: ['p1'] })));
  onTestFinished(() => server[Symbol.asyncDispose]());
  const ada = await member(server, 'ada');
  const heard: CollaborationEvent[] = [];
  const failures: unknown[] = [];
  ada.bus.on('error', (error) => failures.push(error));
  onTestFinished(onCollaborationEvents('p1', (event) => heard.push(event), { bus: ada.bus, verified: true }));
  await ada.bus.flush();

  const bob = await member(server, 'bob');
  await until(() => heard.some(({ type, userId }) => type === 'joined' && userId === 'bob'));
  await bob.room.leave();
  await until(() => heard.some(({ type, userId }) => type === 'left' && userId === 'bob'));

  const mallory = await member(server, 'mallory');
  const event = { type: 'left', projectId: 'p1', timestamp: 1_700_000_000_000 } as const;
  mallory.bus.publish('slate.collab.left.p1.mallory', { ...event, userId: 'ada' });
  await until(() => failures.length > 0);
  expect(String(failures[0])).toMatch(/userId.*is "ada" on a subject of "mallory"/);
  await publishCollaborationEvent({ ...event, userId: 'mallory' }, { bus: mallory.bus, verified: true });
  await until(() => heard.some(({ type, userId }) => type === 'left' && userId === 'mallory'));
  expect(heard.filter(({ type, userId }) => type === 'left' && userId === 'ada')).toEqual([]);
});
