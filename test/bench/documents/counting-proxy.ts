/** A TCP proxy on a free port of 127.0.0.1 that counts the bytes of everyone who connects through it. */
import { connect, createServer, type Socket } from 'node:net';

export interface Counted {
  readonly up: number;
  readonly down: number;
}

export interface CountingProxy extends AsyncDisposable {
  readonly url: string;
  /** Bytes since the proxy began, from the client to the server and back. */
  counts(): Counted;
}

export async function countingProxy(target: string): Promise<CountingProxy> {
  const { port: targetPort, hostname } = new URL(target);
  const sockets = new Set<Socket>();
  let up = 0;
  let down = 0;
  const server = createServer((near) => {
    const far = connect(Number(targetPort), hostname);
    near.on('data', (data) => {
      up += data.length;
    });
    far.on('data', (data) => {
      down += data.length;
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.setNoDelay(true);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `ws://127.0.0.1:${port}`,
    counts: () => ({ up, down }),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
