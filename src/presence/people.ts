/** The people of a room, as everyone sees them. Types only. */
import type { Work } from '../protocol/work.js';

/** A person. One user may be in a room several times, with one session for each tab. */
export interface User {
  /** Stable and unique: any well-formed Unicode, at most 256 bytes as a subject token. */
  readonly id: string;
  /** At most 64 characters, of which one can be seen. Controls, and what reorders or hides text, are removed. */
  readonly name: string;
  /**
   * `#rrggbb`. Where none was given, one of twelve that the others here do not have (docs/PROTOCOL.md, P15).
   */
  readonly color: string;
  /**
   * What tells this person from others of the same colour, where more than twelve are here: 1 is a ring, 2 dashes, 3
   * dots. Absent: nothing.
   */
  readonly mark?: number;
  /** The address of a picture: `https:`, `blob:` or `data:image/(png|jpeg|webp|gif|avif)`. */
  readonly avatar?: string;
}

/** A user as given to `joinRoom`; what is missing follows from the id. */
export interface UserInit {
  /** Stable and unique: any well-formed Unicode, not empty, at most 256 bytes as a subject token. */
  readonly id: string;
  /** At most 64 characters are shown, and something has to be to see. @defaultValue the id */
  readonly name?: string | undefined;
  /**
   * A CSS colour that anyone would see: hexadecimal, a name, `rgb()`, `hsl()`, `hwb()`, `oklab()` or `oklch()`. Others
   * get it as `#rrggbb`, which every editor binding can draw.
   * @defaultValue the one of twelve colours that the id prefers and nobody here has; it stays while the session does
   */
  readonly color?: string | undefined;
  /**
   * The address of a picture: `https:`, `blob:` or `data:image/(png|jpeg|webp|gif|avif)`, at most 12 KiB. Everyone who
   * sees it loads it, which tells their IP addresses to an `https:` address; they may choose not to (`avatars`).
   * @defaultValue none; elements show initials
   */
  readonly avatar?: string | undefined;
}

/** How active a session is. `active`: input lately. `idle`: no input for a minute. `away`: its page is hidden. */
export type Activity = 'active' | 'idle' | 'away';

/**
 * An {@link Activity}, or `stale`: the session cannot be reached, or this room has no connection and so cannot know.
 */
export type MemberStatus = Activity | 'stale';

/** One tab or program of a user in the room. */
export interface Session {
  /** The client id, by which Yjs and the wire know the session. */
  readonly client: number;
  /** What the session speaks. `slate`: this protocol. `yjs`: stock Yjs. `json`: JSON events only. */
  readonly kind: 'slate' | 'yjs' | 'json';
  readonly status: MemberStatus;
  /** The file that the session is in. */
  readonly file?: string;
  /** Where the session is, in words for people; at most 256 characters. */
  readonly location?: string;
  /** What the user is doing there; absent where nothing is known, and while the session is away or unreachable. */
  readonly work?: Work;
  /** True for the session of this room. */
  readonly self: boolean;
}

/**
 * One user in a room, with all their sessions. Frozen; a change makes a new object. In an open room, sessions that give
 * the same id and other names are members of their own (docs/PROTOCOL.md, P14).
 */
export interface Member {
  /**
   * In a verified room as the most present session shows the user; in an open one as the session that came first does
   * (docs/PROTOCOL.md, P14).
   */
  readonly user: User;
  /** The name to show: `user.name`, with the id behind it where somebody else has a name that looks alike. */
  readonly label: string;
  /** At least one, the most present first. */
  readonly sessions: readonly Session[];
  /** The best status of the sessions: `active` before `idle`, `away` and `stale`. */
  readonly status: MemberStatus;
  /** The location of the most present session that has one. */
  readonly location?: string;
  /** What they are doing, in the most present session of which anything is known. */
  readonly work?: Work;
  /** True when one of the sessions is this room's own. */
  readonly self: boolean;
}
