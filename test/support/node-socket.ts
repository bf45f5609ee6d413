/** Sockets for the NATS clients in Node, which has no WebSocket of its own before version 22. */
import { WebSocket } from 'ws';

export function nodeSocket(url: string): globalThis.WebSocket {
  return new WebSocket(url) as unknown as globalThis.WebSocket;
}

/** What both NATS clients call `wsFactory`. The types of nats.ws leave that option out: `{ ...{ wsFactory } }`. */
export async function wsFactory(url: string): Promise<{ socket: globalThis.WebSocket; encrypted: boolean }> {
  return { socket: nodeSocket(url), encrypted: false };
}
