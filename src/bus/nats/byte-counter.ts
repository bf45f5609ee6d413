/** Counts the bytes that pass through the sockets of one bus. */
export class ByteCounter {
  bytesIn = 0;
  bytesOut = 0;
  readonly #open = new Set<WebSocket>();

  /** The bytes that the open sockets have not handed to the network yet. */
  get buffered(): number {
    let bytes = 0;
    for (const { bufferedAmount } of this.#open) bytes += bufferedAmount;
    return bytes;
  }

  /** Counts the bytes of this socket from now on. The NATS client sends buffers, and receives buffers or text. */
  watch(socket: WebSocket): void {
    this.#open.add(socket);
    socket.addEventListener('close', () => this.#open.delete(socket));
    const send = socket.send;
    socket.send = (data) => {
      this.bytesOut += (data as ArrayBuffer).byteLength;
      send.call(socket, data);
    };
    socket.addEventListener('message', ({ data }) => {
      this.bytesIn += data.byteLength ?? data.length;
    });
  }
}
