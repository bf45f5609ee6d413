/** What makes a connection and its sockets, as the bus sees it. Types only. */
import type { BusStats } from '../bus.js';

/** A bus over a connection that the page brought has none. */
export interface NatsLink {
  /** Bytes on all sockets since the bus was made. */
  readonly bytes: Pick<BusStats, 'bytesIn' | 'bytesOut'> & { readonly buffered: number };
  /** The address of the server of the last attempt. */
  readonly url: string;
  /** Each attempt may present other credentials, so a refusal is not final. */
  readonly renews: boolean;
  /** Gives the socket up at once; another attempt follows. */
  abandon(): void;
  /** Makes the next attempt at once. Does nothing while there is a connection. */
  hurry(): void;
  /** Gives the socket up, and makes no other before `hurry`. */
  rest(): void;
  /** Closes the socket and makes no other. Idempotent. */
  close(): void;
}
