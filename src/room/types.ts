/** The public shapes of a room: who is here, and where their pointers are. Types only. */
import type { Awareness } from 'y-protocols/awareness';
import type { Doc } from 'yjs';
import type { Identity } from '../bus/bus.js';
import type { PointerPosition } from '../cursors/position.js';
import type { RoomDocuments } from '../documents/types.js';
import type { SlateError } from '../errors.js';
import type { Activity, Member, User, UserInit } from '../presence/people.js';

export type { PointerPosition } from '../cursors/position.js';
export type { Activity, Member, MemberStatus, Session, User, UserInit } from '../presence/people.js';
export type { Work } from '../protocol/work.js';

/** What {@link Room.setWork} changes; see {@link Work}. */
export interface WorkChange {
  readonly typing?: boolean | undefined;
  readonly selected?: number | undefined;
  readonly line?: number | undefined;
  readonly field?: string | undefined;
}

/** Where a remote pointer is to be drawn now. */
export interface RemotePointer extends PointerPosition {
  /** The client id of the session that the pointer belongs to. */
  readonly client: number;
  readonly user: User;
  /** The name to show, as that of the {@link Member}. */
  readonly label: string;
  /** Milliseconds since the last sample was played; for fading the pointer out. */
  readonly restingMs: number;
}

/**
 * The life of a room. `connecting`: the join is not finished. `connected`: everyone here is known. `reconnecting`: the
 * connection was lost, and all others are shown as stale. `closed`: the room was left, its bus closed, its document was
 * destroyed, or the server took the permission to receive from it; this is final.
 */
export type RoomStatus = 'connecting' | 'connected' | 'reconnecting' | 'closed';

/**
 * What the server lets a member of a verified room do (docs/PROTOCOL.md, V6). A `writer` does everything; a `commenter`
 * does not change documents; a `viewer` is seen, and neither points nor talks; a `ghost` sees and is not seen.
 */
export type Role = Identity['role'];

export interface RoomEvents {
  /** The members changed. Carries the new list. */
  members: readonly Member[];
  /** The status changed. Carries the new one. */
  status: RoomStatus;
  /**
   * A refused message ({@link ProtocolError}), a field of the own state that cannot be sent ({@link FieldError}), a
   * forbidden subject, a lost server: reported here, never thrown. Errors of one kind (class, reason and subject;
   * for refused messages the subject alone) that repeat are one event at once, and then one a second, whose error has
   * their number as its `count`.
   */
  error: SlateError;
  /** A remote pointer has something new to play, so drawing should start. Fired once a frame (16 ms) at most. */
  pointers: undefined;
}

/** What this room received and published since it was joined. Bytes are payload bytes. */
export interface RoomStats {
  readonly messagesIn: number;
  readonly messagesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** How many received messages were refused (docs/PROTOCOL.md, section "The door"). */
  readonly refused: number;
}

/** One session in one room; made by `joinRoom`. */
export interface Room {
  /** The project as given to `joinRoom`; `undefined` in the lobby. */
  readonly project: string | undefined;
  /** The file as given to `joinRoom`. */
  readonly file: string | undefined;
  /** Whether the server vouches for who everyone is (docs/PROTOCOL.md, section "Verified rooms"). */
  readonly verified: boolean;
  /** What this session may do; everyone is a `writer` in an open room, unless `joinRoom` was told otherwise. */
  readonly role: Role;
  /**
   * A real y-protocols Awareness, for editor bindings and other providers. What they remove from it or change in it is
   * put back (docs/PROTOCOL.md, P11). Destroying it, or the document, leaves the room. Any field may be set as often as
   * the page likes: what leaves is paced (M10), and a field that JSON cannot write or others would refuse stays here,
   * with one `error` event (D6).
   */
  readonly awareness: Awareness;
  /** The document given to `joinRoom`, or a new one where only `history` was given. */
  readonly doc: Doc | undefined;
  /** The documents that this session shares: `doc`, where the room was joined with `history`, and any others. */
  readonly documents: RoomDocuments;
  /** The client id of this session; that of `doc` when there is one. */
  readonly client: number;
  /**
   * Everyone here, this session's user included (unless it is a ghost), in order of arrival. Frozen; the same array
   * until a member changes. Empty once the room is closed.
   */
  readonly members: readonly Member[];
  /**
   * The member that this session belongs to, also while `awareness.setLocalState(null)` hides it from everyone. Throws
   * {@link ConnectionClosedError} once the room is closed.
   */
  readonly self: Member;
  /** Whether the room is joined and connected now; changes with each `status` event. */
  readonly status: RoomStatus;
  /** Counters of this room's messages, as a copy. */
  readonly stats: RoomStats;
  /** The pointer of this session. */
  readonly pointer: {
    /**
     * Moves the pointer. Cheap enough for every pointer event: batches leave every 100 ms. A position that is not
     * finite is ignored. `at`: when the pointer was there, in milliseconds on `room.now()`. @defaultValue now
     */
    move(position: PointerPosition, at?: number): void;
    /** The pointer left the surface. */
    leave(): void;
  };
  /** The pointers of all other sessions. */
  readonly pointers: {
    /** Where each pointer is to be drawn at `now`, in milliseconds on `room.now()`. @defaultValue now */
    sample(now?: number): readonly RemotePointer[];
    /** True while a pointer moves, so that the next `sample` differs: keep drawing. */
    readonly moving: boolean;
  };
  /** The room's clock in milliseconds: `performance.now()`, unless `joinRoom` was given another clock. */
  now(): number;
  /** Measures the round trip to the server in milliseconds. Rejects with {@link NotConnectedError}. */
  roundTrip(): Promise<number>;
  /** Calls `fn` for every event of this type. Returns a function that unsubscribes. */
  on<K extends keyof RoomEvents>(type: K, fn: (event: RoomEvents[K]) => void): () => void;
  /** Sets where this session is, in words for people: a page, a heading. At most 256 characters are kept. */
  setLocation(location: string | undefined): void;
  /**
   * Says what the user is doing: that they type, how many characters they have selected, in which line their caret is.
   * It changes what is given; `undefined` takes it back, and so does what is no such value. `typing: true` is for every
   * key: it ends by itself 3 s after the last one. Nobody sees it while this session is away. Editors that share
   * `room.doc` need not call it.
   */
  setWork(change: WorkChange): void;
  /**
   * Changes the name, colour or picture of the user, for everyone at once. Throws {@link OptionError}, also for an
   * `id`.
   */
  setUser(user: Partial<Omit<UserInit, 'id'>>): void;
  /**
   * Sets how active this session is; everyone sees it at once. While the page is hidden, others see `away` instead.
   * @defaultValue 'active'
   */
  setActivity(activity: Activity): void;
  /**
   * Leaves the room: publishes the goodbye, so that everyone else sees this session leave at once, and stops everything
   * that the room started. The bus stays open. Resolves when the goodbye has reached the server, or cannot any more.
   * Calling it again does nothing.
   */
  leave(): Promise<void>;
}
