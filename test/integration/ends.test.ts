/** The ends of a room that others decide, on a real server: a permission that is taken away, and a bus that closes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connect } from '../../src/bus/nats/connect.js';
import type { SlateError } from '../../src/errors.js';
import { joinRoom } from '../../src/room/join.js';
import type { Room } from '../../src/room/types.js';
import { natsServer } from '../support/nats.js';
import { until } from '../support/wait.js';

/** A server whose user `a` may subscribe to `slate.>` without `denied`, which `deny` changes while it runs. */
async function server() {
  const folder = await mkdtemp(join(tmpdir(), 'slate-ends-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'users.conf');
  const write = (denied: string) =>
    writeFile(
      file,
      `authorization { users: [
        { user: a, password: x, permissions: { publish: ">", subscribe: { allow: ["slate.>"], deny: [${denied}] } } }
        { user: b, password: x }
      ] }`,
    );
  await write('');
  const { wsUrl, pid, stop } = await natsServer({ config: `include "${'../'.repeat(20)}${file}"` });
  onTestFinished(() => stop());
  const enter = async (user: string) => {
    const bus = await connect({ servers: wsUrl, user, pass: 'x' });
    onTestFinished(() => bus.close());
    const room = await joinRoom(bus, { project: 'p1', file: 'f', user: { id: user, name: user } });
    const statuses: string[] = [];
    const errors: SlateError[] = [];
    room.on('status', (status) => statuses.push(status));
    room.on('error', (error) => errors.push(error));
    return { bus, room, statuses, errors };
  };
  const deny = async (subject: string) => {
    await write(`"${subject}"`);
    process.kill(pid, 'SIGHUP');
  };
  return { enter, deny };
}

const names = (room: Room) => room.members.map(({ user }) => user.name);

describe('a room', () => {
  it.each(['slate.collab.presence.p1', 'slate.editor.cursors.batch.p1.f', 'slate.collab.alive.p1.*'])(
    'P6: from which the server takes %s is left with an error, and not connected and deaf',
    async (subject) => {
      const { enter, deny } = await server();
      const [{ room, statuses, errors, bus }, other] = [await enter('a'), await enter('b')];
      await until(() => room.members.length === 2 && other.room.members.length === 2);
      await deny(subject);
      await until(() => room.status === 'closed', { what: 'the room that cannot hear' });
      expect(statuses.at(-1)).toBe('closed');
      expect(errors.map(({ name }) => name)).toContain('PermissionError');
      expect([room.members, bus.status.type]).toEqual([[], 'connected']);
      await until(() => names(other.room).join() === 'b', { what: 'the others to see it leave' });
      expect(other.room.status).toBe('connected');
    },
  );

  it('P6: whose bus closes under it is closed, and the others see it leave', async () => {
    const { enter } = await server();
    const [{ room, statuses, bus }, other] = [await enter('a'), await enter('b')];
    await until(() => other.room.members.length === 2);
    await bus.close();
    expect([room.status, statuses, room.members]).toEqual(['closed', ['closed'], []]);
    await room.leave();
    await until(() => names(other.room).join() === 'b', { what: 'the others to see it leave', deadlineMs: 12_000 });
  });
});
