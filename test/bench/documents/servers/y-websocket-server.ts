/**
 * @y/websocket-server with its own store, y-leveldb, in the folder that its argument names: each update is one entry,
 * and opening a document merges them. Counts what it is given to store, and tells when asked. Ends with its parent.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

process.env.YPERSISTENCE = process.argv[2]; // the package reads it when it is imported
console.info = () => undefined; // it says where it stores
const { getPersistence, setupWSConnection } = await import('@y/websocket-server/utils');

const stored = { bytes: 0, writes: 0 };
/** What the package's types leave out of its persistence. */
interface Leveldb {
  storeUpdate(name: string, update: Uint8Array): Promise<number>;
}
const { provider: store } = getPersistence() as unknown as { readonly provider: Leveldb };
const storeUpdate = store.storeUpdate.bind(store);
store.storeUpdate = (name, update) => {
  if (update.length > 2) {
    // An update of 2 bytes is empty: the server stores one whenever it opens a document.
    stored.bytes += update.length;
    stored.writes += 1;
  }
  return storeUpdate(name, update);
};

const server = createServer((_request, response) => response.end('okay'));
const sockets = new WebSocketServer({ noServer: true });
sockets.on('connection', setupWSConnection);
server.on('upgrade', (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client, request));
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', () => process.send?.(stored));
process.on('disconnect', () => process.exit(0));
