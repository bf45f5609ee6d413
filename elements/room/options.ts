/** What the attributes and properties of a `<slate-room>` ask for. An empty one counts as missing. */
import type { Bus, RoomOptions } from '../../src/index.js';
import type { PageCredentials } from '../shared/connections.js';
import { claimTab, type Guest, guest, type IdentityScope, watchTab } from './guest.js';

type Text = string | null | undefined;

/** The properties of `<slate-room>`; its class documents each. */
export interface RoomProperties {
  readonly bus: Bus | null | undefined;
  readonly server: Text;
  readonly token: Text;
  readonly tokenUrl: Text;
  readonly user: Text;
  readonly password: Text;
  readonly project: Text;
  readonly file: Text;
  readonly userId: Text;
  readonly userName: Text;
  readonly userColor: Text;
  readonly userAvatar: Text;
  readonly location: Text;
  readonly identity: IdentityScope | null | undefined;
  readonly jsonPresence: boolean | undefined;
  readonly avatars: RoomOptions['avatars'] | null;
  readonly history: 'kept' | 'live' | '' | null | undefined;
  readonly verified: boolean | undefined;
}

/** What the room is told about the user, also when it changes during the session. */
export interface Profile {
  name?: string;
  color?: string;
  avatar?: string;
  location?: string;
}

/** What stays the same through a session. A change in this list ends the session and starts another. */
export function fixedOptions(properties: RoomProperties) {
  const { bus, server, tokenUrl, user, password, project, file, userId, identity } = properties;
  const { jsonPresence, avatars, verified } = properties;
  const connection = [bus, server, tokenUrl, user, password];
  const options = [...connection, project, file, userId, identity, jsonPresence, avatars, verified];
  return [...options.map((each) => each || undefined), historyOf(properties)];
}

/** What the page presents to the server. */
export function credentialsOf({ token, tokenUrl, user, password, project, file }: RoomProperties): PageCredentials {
  const texts = { token, tokenUrl, user, password, project, file };
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text));
}

/** The option `history` of `joinRoom`. */
export function historyOf({ history }: RoomProperties): boolean | undefined {
  return typeof history === 'string' ? history !== 'live' : undefined;
}

/** True where a page that names no user wants one for each tab. */
const isOfTab = ({ identity, userId }: RoomProperties) => identity === 'tab' && !userId;

/** Resolves once the made-up user is nobody else's. */
export async function claimGuest(properties: RoomProperties): Promise<void> {
  if (isOfTab(properties)) await claimTab();
}

/** Calls `fn` when the made-up user becomes another one. Returns a function that unsubscribes. */
export function watchGuest(properties: RoomProperties, fn: () => void): () => void {
  return watchTab(() => isOfTab(properties) && fn());
}

/** The made-up user, for what the page does not say. */
export function guestOf({ identity }: RoomProperties): Guest {
  return guest(identity === 'tab');
}

/** `id`: the user that the credentials name, if they do. */
export function profileOf(properties: RoomProperties, id: string | undefined): Profile {
  const { userName, userColor, userAvatar, location } = properties;
  return {
    name: userName || id || guestOf(properties).name,
    ...(userColor && { color: userColor }),
    ...(userAvatar && { avatar: userAvatar }),
    ...(location && { location }),
  };
}
