/**
 * The beginning of a connection as its socket shows it: the server greets (INFO), and accepts the client with its first
 * PONG or says in words why it does not (-ERR). It reads nothing after that PONG.
 *
 * The NATS client drops those words. It also waits for its time limit where a socket ends before the PONG, cleanly or
 * not, so it is told of the end in the one way that it acts upon. And it believes for ever that it is connected where
 * the end comes within the same task as the PONG, while it still takes the acceptance in (Node reads several messages
 * in one task), so it hears what follows the PONG one task later.
 */
import { nextTask } from '../../next-task.js';

export interface Handshake {
  /** The server has greeted. */
  greeted(): void;
  /** The server has accepted the client. */
  accepted(): void;
  /** The socket ended before. `said`: the server's words, if it said why; `cause`: the reason that Node gives. */
  failed(said: string | undefined, cause: unknown): void;
}

/** A greeting has about 500 bytes, and perhaps the addresses of a cluster. */
const MAX_CHARS = 65_536;
/** A refusal ends an attempt of the client at once. */
const REFUSAL = /* @__PURE__ */ new TextEncoder().encode("-ERR 'Authorization Violation'\r\n");

/** `WebSocket.CLOSED`; Node 20 has no such global. */
const CLOSED = 3;

/** The client's own handlers on a socket. */
interface ClientSide {
  onmessage?: ((event: { readonly data: ArrayBufferLike }) => void) | null | undefined;
  onclose?: ((event: { readonly wasClean: boolean }) => void) | null | undefined;
}

/**
 * Watches a socket that the client does not have yet. Returns a function that ends the socket, and lets the client know
 * at once: a socket on a dead line waits long for its own end.
 */
export function watchHandshake(socket: WebSocket, { greeted, accepted, failed }: Handshake): () => void {
  const client = socket as unknown as ClientSide;
  const utf8 = new TextDecoder();
  let text = '';
  let said: string | undefined;
  let cause: unknown;
  let isAccepted = false;
  let isOver = false;

  const onMessage = (event: { readonly data: unknown }) => {
    const { data } = event;
    text += typeof data === 'string' ? data : utf8.decode(data as ArrayBuffer, { stream: true });
    if (text.length > MAX_CHARS) end();
    const lines = text.split('\r\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('INFO')) greeted();
      else if (line.startsWith('-ERR'))
        said = line
          .slice(4)
          .trim()
          .replace(/^'(.*)'$/, '$1');
      else if (line.startsWith('PONG')) {
        isAccepted = true;
        holdNext(client, event);
        socket.removeEventListener('message', onMessage);
        accepted();
        return;
      }
    }
  };
  const onOver = () => {
    if (isOver) return;
    isOver = true;
    if (isAccepted) return;
    client.onmessage?.({ data: REFUSAL.slice().buffer });
    failed(said, cause);
  };
  const end = () => {
    const before = isOver;
    socket.close();
    onOver();
    if (!before) client.onclose?.({ wasClean: true });
  };
  socket.addEventListener('message', onMessage);
  socket.addEventListener('error', (event) => {
    cause ??= (event as { error?: unknown }).error;
    if (socket.readyState === CLOSED) onOver(); // where the page's policy forbids a socket, no other event follows
  });
  socket.addEventListener('close', onOver);
  return end;
}

/** Keeps from the client, until the next task, what its socket carries after the event `accepted`. */
function holdNext(client: ClientSide, accepted: unknown): void {
  const { onmessage, onclose } = client;
  const held: (() => void)[] = [];
  // Whether a handler that is replaced now, or the one in its place, hears of `accepted` differs from socket to socket.
  client.onmessage = (event) => {
    if (event === accepted) onmessage?.(event);
    else held.push(() => onmessage?.(event));
  };
  client.onclose = (event) => held.push(() => onclose?.(event));
  void nextTask().then(() => {
    Object.assign(client, { onmessage, onclose });
    for (const tell of held) tell();
  });
}
