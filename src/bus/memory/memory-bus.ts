/** What users see of a client of a {@link MemoryHub}: a bus whose connection a test can break. */
import type { Bus } from '../bus.js';

/** One client of a {@link MemoryHub}, made by `hub.connect()`. */
export interface MemoryBus extends Bus {
  /**
   * Breaks the connection: the status becomes `reconnecting` until `reconnect()`, and messages sent to this client
   * meanwhile are lost. Does nothing when there is no connection.
   */
  disconnect(): void;
  /**
   * Restores the connection and every subscription. Does nothing when the client is connected, closed or killed, or
   * while the hub is down.
   */
  reconnect(): void;
}
