/** What the attributes and properties of a `<slate-room>` ask for. An empty one counts as missing. */
import type { Bus } from '../../src/index.js';
import { guest, type IdentityScope } from './guest.js';

type Text = string | null | undefined;

/** The properties of `<slate-room>`; its class documents each. */
export interface RoomProperties {
  readonly bus: Bus | null | undefined;
  readonly server: Text;
  readonly token: Text;
  readonly project: Text;
  readonly file: Text;
  readonly userId: Text;
  readonly userName: Text;
  readonly userColor: Text;
  readonly userAvatar: Text;
  readonly location: Text;
  readonly identity: IdentityScope | null | undefined;
}

/** What stays the same through a session. A change ends the session and starts another. */
const FIXED = ['bus', 'server', 'token', 'project', 'file', 'userId', 'identity'] as const;
export type SessionOptions = Partial<Pick<RoomProperties, (typeof FIXED)[number]>>;

/** What the room is told about the user, also when it changes during the session. */
export interface Profile {
  name?: string;
  color?: string;
  avatar?: string;
}

export function sessionOptions({
  bus,
  server,
  token,
  project,
  file,
  userId,
  identity,
}: RoomProperties): SessionOptions {
  return { bus, server, token, project, file, userId, identity };
}

export function sameSession(one: SessionOptions, other: SessionOptions): boolean {
  return FIXED.every((name) => (one[name] || undefined) === (other[name] || undefined));
}

/** The user id of the session: the one that the page gives, or the guest's. */
export function userIdOf({ userId, identity }: SessionOptions): string {
  return userId || guestOf(identity).id;
}

export function profileOf({ userName, userColor, userAvatar, identity }: RoomProperties): Profile {
  return {
    name: userName || guestOf(identity).name,
    ...(userColor && { color: userColor }),
    ...(userAvatar && { avatar: userAvatar }),
  };
}

const guestOf = (identity: RoomProperties['identity']) => guest(identity === 'tab' ? 'tab' : 'browser');
