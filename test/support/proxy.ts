/** A TCP proxy before a server: a line that a test can let die, without a word or with one. */
import { connect, createServer, type Socket } from 'node:net';

export interface Proxy extends AsyncDisposable {
  /** `ws://127.0.0.1:…` */
  readonly wsUrl: string;
  /** The lines that are open now carry nothing from here on, and none is closed. Later lines are well. */
  swallow(): void;
  /** Breaks the lines that are open, and refuses others until `restore`. */
  cut(): void;
  restore(): void;
}

export async function proxyOf(wsUrl: string): Promise<Proxy> {
  const target = new URL(wsUrl);
  const sockets = new Set<Socket>();
  let live = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    near.on('error', () => undefined); // its close follows
    if (isCut) {
      near.destroy();
      return;
    }
    const far = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      live.add(from);
      from.on('data', (data) => live.has(from) && to.write(data));
      from.on('close', () => live.has(from) && to.destroy());
      from.on('error', () => undefined);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const destroyAll = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    wsUrl: `ws://127.0.0.1:${port}`,
    swallow() {
      live = new Set();
    },
    cut() {
      isCut = true;
      destroyAll();
    },
    restore() {
      isCut = false;
    },
    async [Symbol.asyncDispose]() {
      destroyAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
