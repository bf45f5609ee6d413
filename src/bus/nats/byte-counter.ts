/** Counts the bytes that pass through sockets, one socket after another. */
export class ByteCounter {
  bytesIn = 0;
  bytesOut = 0;
  #socket: WebSocket | undefined;

  /** The bytes that the last socket has not handed to the network yet. */
  get buffered(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /** Counts the bytes of this socket from now on. The NATS client sends buffers, and receives buffers or text. */
  watch(socket: WebSocket): void {
    this.#socket = socket;
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
