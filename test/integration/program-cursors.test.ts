/**
 * M9 on a real nats-server: programs that know no rooms have their cursors in the rooms of their files, and
 * nowhere else.
 */
import '../support/websocket.js';
import { connect as natsConnect } from 'nats.ws';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type Bus,
  connect,
  joinRoom,
  publishCollaborationEvent,
  publishEditorEvent,
  type Room,
  type RoomOptions,
  type SlateError,
} from '../../src/index.js';
import { type LocalServer, natsServer } from '../support/nats.js';
import { until } from '../support/wait.js';

const FILE = 'src/main.ts';
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function serve(config?: string): Promise<LocalServer> {
  const server = await natsServer(config === undefined ? {} : { config });
  ends.push(() => server.stop());
  return server;
}

async function open(servers: string, credentials: { user?: string; pass?: string } = {}): Promise<Bus> {
  const bus = await connect({ servers, ...(credentials as { user: string; pass: string }) });
  ends.push(() => bus.close());
  return bus;
}

interface Member {
  readonly room: Room;
  readonly bus: Bus;
  readonly errors: SlateError[];
}

type Where = Pick<RoomOptions, 'project' | 'file'>;

async function enter(bus: Bus, name: string, where: Where = { project: 'p1', file: FILE }): Promise<Member> {
  const room = await joinRoom(bus, { ...where, user: { id: name } });
  ends.push(() => room.leave());
  const errors: SlateError[] = [];
  room.on('error', (error) => errors.push(error));
  return { room, bus, errors };
}

const cursor = (userId: string, x: number, more: object = {}) => ({
  type: 'cursor' as const,
  userId,
  fileId: FILE,
  timestamp: Date.now(),
  data: { position: { x, y: 0.5 } },
  ...more,
});

const pointers = ({ room }: Member) =>
  room.pointers
    .sample()
    .map(({ user, x }) => `${user.name} ${x.toFixed(2)}`)
    .sort();
const names = ({ room }: Member) => room.members.map(({ user }) => user.name).sort();
const shows = (member: Member, ...expected: string[]) =>
  until(() => JSON.stringify(pointers(member)) === JSON.stringify(expected.sort()), { what: expected.join(', ') });

/** What was sent before this on any of the connections has arrived at all of them. */
async function settled(...buses: Bus[]): Promise<void> {
  for (const bus of buses) await bus.flush();
  for (const bus of buses) await bus.flush();
}

describe('a program that knows no rooms', () => {
  it('M9: is a member with a pointer in the room of its file, from Slate and from nats.ws alone', async () => {
    const server = await serve();
    const ada = await enter(await open(server.wsUrl), 'ada');
    const program = await open(server.wsUrl);
    await publishEditorEvent(cursor('bob', 0.25), { bus: program });
    const raw = await natsConnect({ servers: server.wsUrl });
    ends.push(() => raw.close());
    raw.publish('slate.editor.cursor.eve.src/main%2Ets', JSON.stringify(cursor('eve', 0.5)));
    raw.publish('slate.editor.cursors.batch', JSON.stringify([cursor('fay', 0.75), cursor('gus', 1)]));
    await shows(ada, 'bob 0.25', 'eve 0.50', 'fay 0.75', 'gus 1.00');
    expect(names(ada)).toEqual(['ada', 'bob', 'eve', 'fay', 'gus']);
    await publishCollaborationEvent(
      { type: 'presence', projectId: 'p1', userId: 'bob', timestamp: Date.now(), data: { name: 'Bob' } },
      { bus: program, whenOffline: 'reject' },
    );
    await shows(ada, 'Bob 0.25', 'eve 0.50', 'fay 0.75', 'gus 1.00');
    await publishCollaborationEvent(
      { type: 'left', projectId: 'p1', userId: 'bob', timestamp: Date.now() + 1 },
      { bus: program },
    );
    raw.publish('slate.collab.presence.p1', JSON.stringify({ ...cursor('eve', 0), type: 'left', projectId: 'p1' }));
    await until(() => names(ada).join() === 'ada,fay,gus', { what: 'Bob and Eve to go' });
    expect(ada.errors).toEqual([]);
  });

  it('M9: is not in the room of another file, or of another project that it names, and costs those rooms little', async () => {
    const server = await serve();
    const bus = await open(server.wsUrl);
    const here = await enter(bus, 'ada');
    const file = await enter(await open(server.wsUrl), 'bob', { file: 'other.ts', project: 'p2' });
    const project = await enter(await open(server.wsUrl), 'eve', { project: 'p3', file: FILE });
    const lobby = await enter(await open(server.wsUrl), 'fay', {});
    const program = await open(server.wsUrl);
    const start = Date.now();
    for (let i = 0; i <= 50; i++) {
      const more = { projectId: 'p1', timestamp: start + 10 * i };
      await publishEditorEvent(cursor('gus', i / 100, more), { bus: program });
      program.publish('slate.editor.cursors.batch', [cursor('hal', i / 100, more)]);
    }
    await shows(here, 'gus 0.50', 'hal 0.50');
    await settled(program, file.bus, project.bus, lobby.bus);
    for (const other of [file, project, lobby]) {
      expect(other.room.members).toHaveLength(1);
      expect(other.room.pointers.sample()).toEqual([]);
    }
    // Of the 51 on the subject of a file nothing: what it took in are those on everyone's, and a few probes.
    expect(file.room.stats.messagesIn).toBeLessThan(51 + 40);
    expect(lobby.room.stats.messagesIn).toBeLessThan(51 + 40);
    expect([here, file, project, lobby].flatMap(({ errors }) => errors)).toEqual([]);
  });

  it('M9: without a project in its events, is in the rooms of that file id, as the subject says no more', async () => {
    const server = await serve();
    const one = await enter(await open(server.wsUrl), 'ada');
    const two = await enter(await open(server.wsUrl), 'bob', { project: 'p2', file: FILE });
    await publishEditorEvent(cursor('gus', 0.5), { bus: await open(server.wsUrl) });
    await shows(one, 'gus 0.50');
    await shows(two, 'gus 0.50');
  });

  it('M9: survives the reconnection of the room', async () => {
    const server = await serve();
    const ada = await enter(await open(server.wsUrl), 'ada');
    await server.kill();
    await until(() => ada.room.status === 'reconnecting', { what: 'the loss' });
    const { wsPort, natsPort, monitorPort } = server;
    const again = await natsServer({ wsPort, natsPort, monitorPort });
    ends.push(() => again.stop());
    await until(() => ada.room.status === 'connected', { what: 'the room', deadlineMs: 15_000 });
    const program = await open(again.wsUrl);
    await publishEditorEvent(cursor('bob', 0.25), { bus: program });
    program.publish('slate.editor.cursors.batch', [cursor('eve', 0.75)]);
    await shows(ada, 'bob 0.25', 'eve 0.75');
  });
});

describe('a server with permissions', () => {
  const user = (name: string, permissions: string) => `{ user: ${name}, password: x, permissions: { ${permissions} } }`;
  const config = `authorization { users: [
    ${user('strict', 'publish: ["slate.>"], subscribe: { allow: ["slate.collab.>", "slate.editor.cursors.batch.>", "slate.inbox.>"] }')}
    ${user('loose', 'publish: ["slate.>"], subscribe: ["slate.>"]')}
    ${user('bob', 'publish: "slate.editor.*.bob.*"')}
  ] }`;
  const as = (name: string) => ({ user: name, pass: 'x' });

  it('M9: that forbids the subjects costs the room one error, and nothing else', async () => {
    const server = await serve(config);
    const ada = await enter(await open(server.wsUrl, as('strict')), 'ada');
    await until(() => ada.errors.length > 0, { what: 'the error' });
    expect(ada.errors).toMatchObject([{ name: 'PermissionError', subject: 'slate.editor.cursor.*.src/main%2Ets' }]);
    const bob = await enter(await open(server.wsUrl, as('loose')), 'bob');
    bob.room.pointer.move({ x: 0.5, y: 0.5, anchor: '' });
    await shows(ada, 'bob 0.50');
    ada.room.pointer.move({ x: 0.25, y: 0.5, anchor: '' });
    await shows(bob, 'ada 0.25');
    expect(ada.errors).toHaveLength(1);
    expect(bob.errors).toEqual([]);
  });

  it('M9: that gives a user its own subjects alone keeps anyone from pointing as another', async () => {
    const server = await serve(config);
    const ada = await enter(await open(server.wsUrl, as('loose')), 'ada');
    const program = await open(server.wsUrl, as('bob'));
    program.publish('slate.editor.cursor.bob.src/main%2Ets', cursor('eve', 0.75));
    program.publish('slate.editor.cursor.bob.src/main%2Ets', cursor('bob', 0.25));
    await shows(ada, 'bob 0.25');
    expect(names(ada)).toEqual(['ada', 'bob']);
    expect(ada.errors).toMatchObject([{ name: 'ProtocolError', reason: 'identity' }]);
  });
});
