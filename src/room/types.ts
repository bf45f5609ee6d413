/** The public shapes of a room: who is here, and where their pointers are. Types only. */
import type { Awareness } from 'y-protocols/awareness';
import type { Doc } from 'yjs';
import type { PointerPosition } from '../cursors/position.js';
import type { SlateError } from '../errors.js';
import type { Activity, Member, User, UserInit } from '../presence/people.js';

export type { PointerPosition } from '../cursors/position.js';
export type { Activity, Member, MemberStatus, Session, User, UserInit } from '../presence/people.js';

/** Where a remote pointer is to be drawn now. */
export interface RemotePointer extends PointerPosition {
  readonly client: number;
  readonly user: User;
  /** Milliseconds since its last sample was played; for fading. */
  readonly restingMs: number;
}

export type RoomStatus = 'connecting' | 'connected' | 'reconnecting' | 'closed';

export interface RoomEvents {
  /** The roster changed; the new one. */
  members: readonly Member[];
  status: RoomStatus;
  /** A message refused at the door, a forbidden subject, a lost server: counted and reported, never thrown. */
  error: SlateError;
  /** Some remote pointer has something new to play: start drawing. Not fired for every sample, at most once a frame. */
  pointers: undefined;
}

/** What went over the wire for this room since it was joined, and what was refused. Bytes are payload bytes. */
export interface RoomStats {
  readonly messagesIn: number;
  readonly messagesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Messages refused at the door. */
  readonly refused: number;
}

/** One session in one room; see `joinRoom`. */
export interface Room {
  readonly project: string | undefined;
  readonly file: string | undefined;
  /** A real y-protocols Awareness: editor bindings take it as it is. */
  readonly awareness: Awareness;
  /** The document handed to `joinRoom`, if one was. */
  readonly doc: Doc | undefined;
  /** This session's client id (that of `doc` where one was given). */
  readonly client: number;
  /** Everyone here, oneself included: in order of arrival, never re-ordered. Frozen; the same array until it changes. */
  readonly members: readonly Member[];
  /** Oneself. Throws {@link ConnectionClosedError} once the room is left: then nobody is here. */
  readonly self: Member;
  readonly status: RoomStatus;
  readonly stats: RoomStats;
  /** One's own pointer, outbound. Cheap: call it on every pointer event. */
  readonly pointer: {
    /** `at`: when it was there, in milliseconds on `room.now()`; now where not given. */
    move(position: PointerPosition, at?: number): void;
    leave(): void;
  };
  /** Everyone else's, played out smoothly. `now` in milliseconds on `room.now()`. */
  readonly pointers: {
    sample(now?: number): readonly RemotePointer[];
    /** True while a pointer is under way, so that the next `sample` differs: keep drawing. */
    readonly moving: boolean;
  };
  /** The room's clock in milliseconds (`performance.now()` outside tests). */
  now(): number;
  /** Round trip to the server in milliseconds. Rejects with {@link NotConnectedError}. */
  roundTrip(): Promise<number>;
  on<K extends keyof RoomEvents>(type: K, fn: (event: RoomEvents[K]) => void): () => void;
  /** Where this session is, as shown to others: a file, a page, a heading. */
  setLocation(location: string | undefined): void;
  /** Changes one's name, colour or picture; everyone sees it at once. `id` cannot change. Throws {@link OptionError}. */
  setUser(user: Partial<Omit<UserInit, 'id'>>): void;
  setActivity(activity: Activity): void;
  /** Says goodbye and stops everything the room started. Idempotent. The bus stays open. */
  leave(): Promise<void>;
}
