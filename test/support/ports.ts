/**
 * Ports of 127.0.0.1 on which nobody listens. They lie below those that the system gives to whoever asks for any port
 * and to outgoing connections (32768 and up on Linux): so neither a server of another test nor a connection takes one
 * between here and its use, or while the server that had it is down.
 */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

const [FIRST, END] = [12_000, 32_000];

/** `count` different ports that were free when this was called. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let port = randomInt(FIRST, END); ports.length < count; port = port + 1 < END ? port + 1 : FIRST) {
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

export async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1);
  return port;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
  server.close();
  await once(server, 'close');
  return true;
}
