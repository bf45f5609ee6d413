/**
 * The WebSocket every system is given: `ws` with its bytes and messages counted. Bytes are those on the TCP connection,
 * so frame headers and protocol lines count. It must not change what is sent or when.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import WebSocket from 'ws';
import type { Counts } from './adapter.js';
import { now } from './clock.js';

export interface SocketTotals {
  bytesIn: number;
  bytesOut: number;
  messagesIn: number;
  messagesOut: number;
}

const sockets = new Set<Socket>();
let messagesIn = 0;
let messagesOut = 0;
/** When a socket of this process was opened, in bench milliseconds, in order. */
export const opened: number[] = [];

export class CountedSocket extends WebSocket {
  constructor(address: string | URL, protocols?: string | string[]) {
    super(address, protocols);
    this.on('upgrade', (response: IncomingMessage) => sockets.add(response.socket));
    this.on('open', () => opened.push(now()));
    this.on('message', () => {
      messagesIn += 1;
    });
  }

  override send(data: WebSocket.Data, ...rest: unknown[]): void {
    messagesOut += 1;
    Reflect.apply(super.send, this, [data, ...rest]);
  }
}

/** A socket class that counts the messages of one client alone, for libraries whose messages are WebSocket messages. */
export function messageCounter(): { readonly Socket: typeof CountedSocket; counts(): Counts } {
  const counts = { up: 0, down: 0 };
  class Socket extends CountedSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols);
      this.on('message', () => {
        counts.down += 1;
      });
    }

    override send(data: WebSocket.Data, ...rest: unknown[]): void {
      counts.up += 1;
      Reflect.apply(super.send, this, [data, ...rest]);
    }
  }
  return { Socket, counts: () => ({ ...counts }) };
}

/** Everything since the process began, closed sockets included. */
export function socketTotals(): SocketTotals {
  const totals = { bytesIn: 0, bytesOut: 0, messagesIn, messagesOut };
  for (const socket of sockets) {
    totals.bytesIn += socket.bytesRead;
    totals.bytesOut += socket.bytesWritten;
  }
  return totals;
}

/** Breaks every open connection of this process without a close handshake, as a lost network does. */
export function breakSockets(): void {
  for (const socket of sockets) socket.destroy();
}

/** `nats.ws` takes the global one; the others are handed theirs. */
export function installGlobalSocket(): void {
  Object.assign(globalThis, { WebSocket: CountedSocket });
}
