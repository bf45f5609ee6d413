/**
 * The context by which elements find their room. `<slate-room>` provides it with the W3C community context protocol.
 * Its key is a registered symbol, so that two copies of this library on one page find each other's rooms.
 */
import { createContext } from '@lit/context';
import type { Bus, Room, RoomStatus, SlateError } from '../../src/index.js';

/** What is known about a room now. Every change makes a new object. */
export interface RoomState {
  /** The joined room; null before and after. */
  readonly room: Room | null;
  readonly status: RoomStatus;
  /** What is wrong now; undefined while nothing is. */
  readonly error: SlateError | undefined;
  /**
   * The connection, from before the room is joined. Undefined without one, and for a room that the page gave as
   * `.room`.
   */
  readonly bus?: Bus | undefined;
}

export const roomContext = createContext<RoomState>(Symbol.for('slate-collab.room'));
