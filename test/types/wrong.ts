/**
 * Compiled, never run: uses that must not compile. Each is marked as an expected error, and the compiler fails where
 * it finds none.
 */
import { type Bus, connect, joinRoom, type Member, type Room } from '../../src/index.js';

export async function connecting(): Promise<void> {
  // @ts-expect-error: options are named
  await connect('ws://127.0.0.1:9222');
  // @ts-expect-error: the option is `servers`
  await connect({ server: 'ws://127.0.0.1:9222' });
  // @ts-expect-error: a token is a text, or a function that returns one
  await connect({ servers: 'ws://127.0.0.1:9222', token: 42 });
}

export async function joining(bus: Bus): Promise<void> {
  // @ts-expect-error: a user has fields
  await joinRoom(bus, { project: 'p1', user: 'ada' });
  // @ts-expect-error: a role is one of four
  await joinRoom(bus, { project: 'p1', user: { id: 'ada' }, role: 'editor' });
  // @ts-expect-error: ids are texts
  await joinRoom(bus, { project: 1, user: { id: 'ada' } });
  // @ts-expect-error: a document is a Y.Doc
  await joinRoom(bus, { project: 'p1', user: { id: 'ada' }, doc: {} });
  // @ts-expect-error: the bus must be awaited
  await joinRoom(connect({ servers: 'ws://127.0.0.1:9222' }), { user: { id: 'ada' } });
}

export function inTheRoom(room: Room, member: Member): void {
  // @ts-expect-error: a pointer has an anchor; '' is the whole surface
  room.pointer.move({ x: 0.5, y: 0.5 });
  // @ts-expect-error: no such event
  room.on('member', () => undefined);
  // @ts-expect-error: the roster is read only
  room.members.push(member);
  // @ts-expect-error: members are read only
  member.user.name = 'Eve';
  // @ts-expect-error: an id never changes
  room.setUser({ id: 'eve' });
  // @ts-expect-error: the status is one of four words
  room.on('status', (status) => status === 'online');
  // @ts-expect-error: 'stale' is how others show a session; a session cannot set it
  room.setActivity('stale');
}

export async function onTheBus(bus: Bus): Promise<void> {
  // @ts-expect-error: a request needs a time limit
  await bus.request('work', {});
  // @ts-expect-error: a queue group is an option
  bus.subscribe('work', () => undefined, 'workers');
  // @ts-expect-error: the type of JSON data is unknown
  bus.subscribe('work', (message) => message.json().name);
}

export function onAPage(): void {
  // @ts-expect-error: the maximum is a number
  document.createElement('slate-avatars').max = '3';
  // @ts-expect-error: the room is read-only
  document.createElement('slate-room').room = null;
  document.addEventListener('slate-join', (event) => {
    // @ts-expect-error: the room is a property of the event itself
    return event.detail;
  });
}
