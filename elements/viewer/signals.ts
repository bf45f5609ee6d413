/**
 * The awareness field `slate` (docs/PROTOCOL.md, "Following and talking"): the client that a session follows, and that
 * it asks everyone to come along. Everything that is read here comes from the network and is checked.
 */
import type { Member, PointerPosition, Room, Session, User } from '../../src/index.js';

/** The longest address of a pointer on the wire, in bytes; addresses are ASCII. */
const MAX_ANCHOR = 256;

/** The states of a room. */
export interface RoomStates {
  readonly client: number;
  readonly awareness: Pick<Room['awareness'], 'getStates'>;
}

export interface Signals {
  /** The client that this one follows. */
  readonly follow?: number | undefined;
  /** Asks everyone to follow; another number is another request. */
  readonly gather?: number | undefined;
}

/** The signals of a client now. */
export function signalsOf(room: RoomStates, client: number): Signals {
  const { follow, gather } = (room.awareness.getStates().get(client)?.slate ?? {}) as Record<string, unknown>;
  return {
    follow: Number.isSafeInteger(follow) ? (follow as number) : undefined,
    gather: Number.isSafeInteger(gather) ? (gather as number) : undefined,
  };
}

/** Changes one's own signals; undefined takes one back. */
export function setSignals(room: Room, change: Signals): void {
  const signals = { ...signalsOf(room, room.client), ...change };
  const none = signals.follow === undefined && signals.gather === undefined;
  room.awareness.setLocalStateField('slate', none ? undefined : signals);
}

/**
 * The client whose view a follower of `client` sees: `client` itself, or the one that it follows in turn. Undefined
 * where they follow each other in a ring: then everyone stands still until someone moves by hand. `known` keeps the
 * result for every client on the way, so that one map for all clients takes time in proportion to their number.
 */
export function leaderOf(
  room: RoomStates,
  client: number,
  known = new Map<number, number | undefined>(),
): number | undefined {
  const states = room.awareness.getStates();
  const passed: number[] = [];
  let at = client;
  while (!known.has(at)) {
    known.set(at, undefined); // who comes here again goes round in a ring
    passed.push(at);
    const { follow } = signalsOf(room, at);
    if (follow === undefined || !states.has(follow)) known.set(at, at);
    else at = follow;
  }
  const leader = known.get(at);
  for (const one of passed) known.set(one, leader);
  return leader;
}

/** The clients of others that see what this session sees. */
export function followersOf(room: RoomStates): number[] {
  const known = new Map<number, number | undefined>();
  return [...room.awareness.getStates().keys()].filter(
    (client) => client !== room.client && leaderOf(room, client, known) === room.client,
  );
}

/** A position that someone sent; undefined where the value is none. */
export function positionOf(value: unknown): PointerPosition | undefined {
  const { x, y, anchor } = (value ?? {}) as Record<string, unknown>;
  const isFraction = (part: unknown): part is number => typeof part === 'number' && part >= 0 && part <= 1;
  return isFraction(x) && isFraction(y) && typeof anchor === 'string' && anchor.length <= MAX_ANCHOR
    ? { x, y, anchor }
    : undefined;
}

/** The user of every client. */
export function usersOf(room: Room): Map<number, User> {
  return new Map(room.members.flatMap(({ user, sessions }) => sessions.map(({ client }) => [client, user])));
}

/** The session with this client id. */
export function sessionOf(room: Room, client: number): Session | undefined {
  return room.members.flatMap(({ sessions }) => sessions).find((one) => one.client === client);
}

/** The member whose session this client is. */
export function memberOf(room: Room, client: number): Member | undefined {
  return room.members.find(({ sessions }) => sessions.some((one) => one.client === client));
}
