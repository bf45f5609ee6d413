/** The people of a room, as everyone sees them. Types only. */

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
