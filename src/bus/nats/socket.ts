/** Makes the WebSocket of a connection, in a page or in Node. */
import { OptionError } from '../../errors.js';

/** Makes a socket for one attempt. An {@link OptionError} that it throws during the first connection ends the bus. */
export type SocketFactory = (url: string) => WebSocket | Promise<WebSocket>;

/**
 * The WebSocket of the page, or of Node from 22 on; in an older Node, that of the package `ws`. Throws {@link
 * OptionError}.
 */
export async function systemSocket(url: string): Promise<WebSocket> {
  const Socket = globalThis.WebSocket ?? (await packagedSocket());
  try {
    return new Socket(url);
  } catch (cause) {
    const { message } = cause as Error;
    throw new OptionError('servers', `has ${url}, which cannot be opened here (${message})`, { cause });
  }
}

async function packagedSocket(): Promise<typeof WebSocket> {
  const name = 'ws'; // a variable and these words, so that no bundler puts the package into a page, or warns of it
  try {
    const module = await import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ name);
    return (module as { WebSocket: typeof WebSocket }).WebSocket;
  } catch (cause) {
    throw new OptionError('WebSocket', 'is needed where none is built in: install "ws", or use Node 22', { cause });
  }
}
