/**
 * How an element finds its room: one context, provided by `<slate-room>` with the W3C community context protocol.
 * The key is a registered symbol, so that two copies of this library on one page still find each other.
 */
import { createContext } from '@lit/context';
import type { Bus, Room, RoomStatus, SlateError } from '../../src/index.js';

/** What is known of a room now. A change makes a new object. */
export interface RoomState {
  /** The joined room; null before and after. */
  readonly room: Room | null;
  readonly status: RoomStatus;
  /** What the trouble is, while there is any. */
  readonly error: SlateError | undefined;
  /** The connection, from before the room is joined; undefined without one, and for a room that the page handed in. */
  readonly bus?: Bus | undefined;
}

export const roomContext = createContext<RoomState>(Symbol.for('slate-collab.room'));
