/** A TCP proxy before a server: a line that a test can let die without a word, as when a laptop wakes up elsewhere. */
import { connect, createServer, type Socket } from 'node:net';

export interface Proxy extends AsyncDisposable {
  /** `ws://127.0.0.1:…` */
  readonly wsUrl: string;
  /** The lines that are open now carry nothing from here on, and none is closed. Later lines are well. */
  swallow(): void;
}

export async function proxyOf(wsUrl: string): Promise<Proxy> {
  const target = new URL(wsUrl);
  const sockets = new Set<Socket>();
  let live = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      live.add(from);
      from.on('data', (data) => live.has(from) && to.write(data));
      from.on('close', () => live.has(from) && to.destroy());
      from.on('error', () => undefined); // its close follows
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    wsUrl: `ws://127.0.0.1:${port}`,
    swallow() {
      live = new Set();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
