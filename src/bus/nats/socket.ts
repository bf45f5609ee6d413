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
    return tellPolicy(new Socket(url), url);
  } catch (cause) {
    const { message } = cause as Error;
    throw new OptionError('servers', `has ${url}, which cannot be opened here (${message})`, { cause });
  }
}

interface Violation extends Event {
  readonly blockedURI: string;
  readonly disposition: string;
}

/** Where the page's policy forbids the address, the error event of the socket says so, as those of Node say why. */
function tellPolicy(socket: WebSocket, url: string): WebSocket {
  const { document } = globalThis as { readonly document?: EventTarget };
  const { href } = new URL(url);
  const onViolation = (event: Event) => {
    const { blockedURI, disposition } = event as Violation;
    if (disposition !== 'enforce' || !blockedURI || !href.startsWith(blockedURI)) return;
    const reason = `has ${url}, which the Content-Security-Policy of this page forbids: add it to connect-src`;
    socket.dispatchEvent(Object.assign(new Event('error'), { error: new OptionError('servers', reason) }));
  };
  const stop = () => document?.removeEventListener('securitypolicyviolation', onViolation);
  document?.addEventListener('securitypolicyviolation', onViolation);
  for (const type of ['open', 'error', 'close']) socket.addEventListener(type, stop);
  return socket;
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
