/** A WebSocket without a network: it is open until somebody closes it, and carries what a test dispatches on it. */
import { WebSocket } from 'ws';

class FakeSocket extends EventTarget {
  readyState: number = WebSocket.OPEN;
  onerror: ((event: Event) => void) | null = null;
  readonly sent: unknown[] = [];

  send(data: unknown): void {
    this.sent.push(data);
  }

  close(): void {
    if (this.readyState === WebSocket.CLOSED) return;
    this.readyState = WebSocket.CLOSED;
    this.dispatchEvent(new Event('close'));
  }
}

export function fakeSocket(): globalThis.WebSocket & { readonly sent: readonly unknown[] } {
  return new FakeSocket() as unknown as ReturnType<typeof fakeSocket>;
}
