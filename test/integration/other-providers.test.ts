/**
 * P11: real providers that carry the text and share a room's Awareness. y-websocket removes everyone else from it
 * whenever its socket closes; Hocuspocus also removes this session, and destroys the Awareness in the end.
 */
import '../support/websocket.js';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { setupWSConnection } from '@y/websocket-server/utils';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import { Doc } from 'yjs';
import { connect, joinRoom, type SlateError } from '../../src/index.js';
import { natsServer } from '../support/nats.js';
import { until } from '../support/wait.js';

/** A server of y-websocket on a free port. */
async function textServer() {
  const http = createServer();
  const sockets = new WebSocketServer({ server: http });
  sockets.on('connection', setupWSConnection);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate();
    http.close();
  });
  const drop = () => {
    for (const socket of sockets.clients) socket.terminate();
  };
  return { url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}`, drop };
}

async function nats() {
  const server = await natsServer();
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

/** An author whose text goes over y-websocket and whose presence goes over NATS. */
async function author(name: string, project: string, servers: string, url: string) {
  const doc = new Doc();
  const bus = await connect({ servers });
  const room = await joinRoom(bus, { project, file: 'a', doc, user: { id: name.toLowerCase(), name } });
  const errors: SlateError[] = [];
  room.on('error', (error) => errors.push(error));
  const provider = new WebsocketProvider(url, project, doc, { awareness: room.awareness, disableBc: true });
  onTestFinished(async () => {
    provider.destroy();
    await room.leave();
    await bus.close();
  });
  const removed: number[] = [];
  room.awareness.on('change', (change: { removed: number[] }) => removed.push(...change.removed));
  await until(() => provider.synced, { what: `the text of ${name}` });
  const shown = () =>
    [...room.awareness.getStates().values()].map(({ user }) => (user as { name: string }).name).sort();
  return { doc, room, provider, removed, errors, shown };
}

it('P11: everyone stays in Awareness when the socket of y-websocket closes, opens again, and is given up', async () => {
  const { wsUrl } = await nats();
  const server = await textServer();
  const project = `text-${crypto.randomUUID()}`;
  const ada = await author('Ada', project, wsUrl, server.url);
  const bob = await author('Bob', project, wsUrl, server.url);
  await until(() => ada.shown().join() === 'Ada,Bob', { what: 'Ada to see Bob' });
  const members = JSON.stringify(ada.room.members);

  server.drop();
  await until(() => ada.removed.includes(bob.room.client), { what: 'y-websocket to remove Bob' });
  await until(() => ada.shown().join() === 'Ada,Bob', { what: 'Bob to be back', deadlineMs: 500 });
  expect(JSON.stringify(ada.room.members)).toBe(members);

  await until(() => ada.provider.wsconnected && bob.provider.wsconnected, { what: 'y-websocket to be back' });
  bob.doc.getText('a').insert(0, 'Hello');
  bob.room.awareness.setLocalStateField('draft', 1);
  await until(() => ada.doc.getText('a').toString() === 'Hello', { what: 'the text' });
  await until(() => ada.room.awareness.getStates().get(bob.room.client)?.draft === 1, { what: 'the next state' });

  ada.provider.destroy();
  await until(() => ada.shown().join() === 'Ada,Bob', { what: 'Bob to be back after the provider', deadlineMs: 500 });
  bob.room.awareness.setLocalStateField('draft', 2);
  await until(() => ada.room.awareness.getStates().get(bob.room.client)?.draft === 2, { what: 'the last state' });
  expect(bob.shown()).toEqual(['Ada', 'Bob']);
  expect([...ada.errors, ...bob.errors]).toEqual([]);
});

it('P11: Hocuspocus hides nobody when its page or socket goes, and destroys the session with its Awareness', async () => {
  const { wsUrl } = await nats();
  const server = await textServer();
  const project = `text-${crypto.randomUUID()}`;
  const ada = await author('Ada', project, wsUrl, server.url);
  const bob = await author('Bob', project, wsUrl, server.url);
  await until(() => bob.shown().join() === 'Ada,Bob', { what: 'Bob to see Ada' });
  const { doc, room } = ada;
  const socket = new HocuspocusProviderWebsocket({ url: server.url, autoConnect: false });
  const hocuspocus = new HocuspocusProvider({
    websocketProvider: socket,
    name: project,
    document: doc,
    awareness: room.awareness,
  });
  hocuspocus.attach();
  hocuspocus.onClose();
  hocuspocus.pageHide();
  await until(() => ada.removed.includes(room.client), { what: 'Hocuspocus to remove Ada' });
  await until(() => ada.shown().join() === 'Ada,Bob', { what: 'Ada and Bob to be back', deadlineMs: 500 });
  room.awareness.setLocalStateField('draft', 1);
  await until(() => bob.room.awareness.getStates().get(room.client)?.draft === 1, { what: 'the next state' });
  expect(bob.room.members).toHaveLength(2);

  hocuspocus.destroy(); // destroys the Awareness that it was given
  socket.destroy();
  expect(room.status).toBe('closed');
  await until(() => bob.room.members.length === 1, { what: 'Bob to see Ada leave' });
});
