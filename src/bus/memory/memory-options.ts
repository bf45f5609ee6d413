/** The options of a memory hub, with which a test decides what the network and the server do. */
import type { Clock, Random } from '../../clock.js';
import type { MemoryBus } from './memory-bus.js';
import type { Arrival } from './memory-port.js';

/** One message on its way from one client to one subscription of another client, or of the same one. */
export interface Delivery extends Arrival {
  readonly from: MemoryBus;
  readonly to: MemoryBus;
}

export interface MemoryHubOptions {
  /** Measures time for every client of the hub. @defaultValue the system's clock */
  readonly clock?: Clock;
  /**
   * Chooses the member of a queue group that receives a message, and makes the names of inboxes.
   * @defaultValue a generator with a fixed seed, so that every run is the same
   */
  readonly random?: Random;
  /** The largest payload, headers included, in bytes. @defaultValue 1 048 576 (1 MiB) */
  readonly maxPayload?: number;
  /**
   * The network between hub and client. `send` delivers the message: not called, the message is lost; called twice,
   * it is duplicated; called later (`clock.after(60, send)`), it is late. A call inside `deliver` delivers on the
   * next microtask, a later call delivers at once. A message is also lost when its receiver loses its connection
   * before `send` is called.
   * @defaultValue calls `send` at once
   */
  readonly deliver?: (delivery: Delivery, send: () => void) => void;
  /**
   * Permissions: returns false for an operation that the server forbids. The client then reports a {@link
   * PermissionError}, as it does with a real server.
   * @defaultValue permits everything
   */
  readonly permits?: (operation: 'publish' | 'subscribe', subject: string, bus: MemoryBus) => boolean;
}
