/** Compiled, never run: uses of the public API that must compile. Their wrong counterparts are in wrong.ts. */
import type { Authenticator as NatsCoreAuthenticator, NatsConnection as NatsCoreConnection } from '@nats-io/nats-core';
import type { Authenticator as NatsWsAuthenticator, NatsConnection as NatsWsConnection } from 'nats.ws';
import type { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { SlateErrorEvent, type SlateRoom } from '../../elements/index.js';
import {
  type Bus,
  connect,
  joinRoom,
  type Member,
  NoRespondersError,
  openBus,
  PermissionError,
  type RemotePointer,
  type Room,
  type SlateError,
} from '../../src/index.js';
import { type MemoryBus, MemoryHub } from '../../src/testing.js';

export async function connecting(): Promise<Bus> {
  await connect({ servers: ['wss://a.example', 'wss://b.example'], token: () => 'renewed' });
  openBus({ servers: 'wss://a.example', user: 'ada', pass: 'secret' });
  return connect({ servers: 'ws://127.0.0.1:9222' });
}

export async function joining(bus: Bus): Promise<void> {
  const doc = new Y.Doc();
  const room: Room = await joinRoom(bus, { project: 'p1', file: 'src/main.ts', user: { id: 'ada', name: 'Ada' }, doc });
  const awareness: Awareness = room.awareness; // for editor bindings
  awareness.setLocalStateField('cursor', null);
  const unsubscribe: () => void = room.on('members', (members: readonly Member[]) =>
    members.map(({ user }) => user.name),
  );
  room.on('status', (status) => status === 'connected');
  room.on('error', (error: SlateError) => error.message);
  room.pointer.move({ x: 0.5, y: 0.5, anchor: '' });
  const drawn: readonly RemotePointer[] = room.pointers.sample(room.now());
  room.setUser({ name: `Ada, ${drawn.length}` });
  unsubscribe();
  await room.leave();
}

export async function asking(bus: Bus): Promise<unknown> {
  bus.subscribe('work.*', (message) => message.respond({ done: true }), { queue: 'workers' });
  bus.publish('work.one', { any: 'JSON' });
  bus.publish('work.two', new Uint8Array(3));
  try {
    return (await bus.request('work.three', undefined, 500)).json();
  } catch (error) {
    if (error instanceof NoRespondersError) return error.subject;
    if (error instanceof PermissionError && error.operation === 'publish') return undefined;
    throw error;
  }
}

export function onAPage(): void {
  const element: SlateRoom = document.createElement('slate-room');
  element.project = 'p1';
  element.addEventListener('slate-join', ({ room }) => room.members.length);
  document.addEventListener('slate-error', (event) => event instanceof SlateErrorEvent);
  document.createElement('slate-avatars').max = 3;
  document.createElement('slate-cursors').viewOnly = true;
  document.createElement('slate-status').room = element.room;
}

export async function authenticating(ofNatsWs: NatsWsAuthenticator, ofNatsCore: NatsCoreAuthenticator): Promise<void> {
  await connect({ servers: 'wss://a.example', authenticator: ofNatsWs });
  await connect({ servers: 'wss://a.example', authenticator: ofNatsCore });
  await connect({ servers: 'wss://a.example', authenticator: (nonce) => ({ nkey: 'U…', sig: nonce ?? '' }) });
}

export async function bringing(ofNatsWs: NatsWsConnection, ofNatsCore: NatsCoreConnection): Promise<void> {
  await connect({ connection: ofNatsWs });
  await connect({ connection: ofNatsCore });
}

export function testing(): Bus {
  return new MemoryHub().connect();
}

type HubMember =
  | 'connect'
  | 'drop'
  | 'restore'
  | 'kill'
  | 'silence'
  | 'up'
  | 'clients'
  | 'clock'
  | 'random'
  | 'maxPayload';
type Same<A, B> = [A, B] extends [B, A] ? true : false;

/** What `slate-collab/testing` offers is what tests need, and nothing that only the hub and its clients need. */
export const hubMembers: Same<keyof MemoryHub, HubMember> = true;
export const busMembers: Same<keyof MemoryBus, keyof Bus | 'disconnect' | 'reconnect'> = true;
