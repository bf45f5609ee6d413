/** The public shapes of a room: who is here, and where their pointers are. Types only. */
import type { Awareness } from 'y-protocols/awareness';
import type { Doc } from 'yjs';
import type { SlateError } from '../errors.js';

/** A person. One person may be here several times, one session a tab. */
export interface User {
  /** Stable and unique; any Unicode, at most 256 bytes as a subject token. */
  readonly id: string;
  /** At most 64 characters; control and bidi-override characters are stripped. */
  readonly name: string;
  /** A CSS colour; derived from the id where none was given. */
  readonly color: string;
  /** `https:`, `blob:` or `data:image/(png|jpeg|webp|gif|avif)`. */
  readonly avatar?: string;
}

/** What a caller says of itself; what is missing is derived. */
export interface UserInit {
  readonly id: string;
  readonly name?: string | undefined;
  readonly color?: string | undefined;
  readonly avatar?: string | undefined;
}

/** active: input lately · idle: none for a minute · away: the page is hidden · stale: unreachable, or we are offline. */
export type Activity = 'active' | 'idle' | 'away';
export type MemberStatus = Activity | 'stale';

/** One tab (or any other client) of a person. */
export interface Session {
  readonly client: number;
  /** slate: this protocol · yjs: a stock Yjs client · json: JSON heartbeats only. */
  readonly kind: 'slate' | 'yjs' | 'json';
  readonly status: MemberStatus;
  readonly file?: string;
  readonly location?: string;
  /** True for the session this room is. */
  readonly self: boolean;
}

/** One person, with all their sessions. Frozen; a change makes a new object. */
export interface Member {
  readonly user: User;
  /** At least one; the most present first. */
  readonly sessions: readonly Session[];
  /** The best of the sessions': active, then idle, away, stale. */
  readonly status: MemberStatus;
  /** Of the most present session that has one. */
  readonly location?: string;
  /** True where one of the sessions is this room's own. */
  readonly self: boolean;
}

/** A pointer as one reports it: `x`, `y` are fractions (0 to 1) of the box of the anchor, `anchor` its address. */
export interface PointerPosition {
  readonly x: number;
  readonly y: number;
  /** A string both sides can resolve to the same element; '' for the whole shared surface. At most 256 UTF-8 bytes. */
  readonly anchor: string;
}

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
