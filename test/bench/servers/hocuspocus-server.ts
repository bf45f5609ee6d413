/**
 * A Hocuspocus server as a process on a free port. Its argument is `flushDelay` in milliseconds. It exits with its
 * parent.
 */
import { Server } from '@hocuspocus/server';

const server = new Server({
  address: '127.0.0.1',
  port: 0,
  quiet: true,
  stopOnSignals: false,
  flushDelay: Number(process.argv[2] ?? 0),
});
await server.listen();
process.send?.({ port: server.address.port });
process.on('disconnect', () => process.exit(0));
