/**
 * What people say to each other about following, in the awareness field `slate` (docs/PROTOCOL.md, "Following"): whom I
 * follow, and that I ask everyone to come along. Everything read here comes from the network and is checked.
 */
import type { PointerPosition, Room, User } from '../../src/index.js';

/** As long as the address of a pointer on the wire, in bytes; addresses are ASCII. */
const MAX_ANCHOR = 256;

export interface Signals {
  /** The client whom this one follows. */
  readonly follow?: number | undefined;
  /** Asks everyone to follow; another number is another question. */
  readonly gather?: number | undefined;
}

/** What a client says now. */
export function signalsOf(room: Room, client: number): Signals {
  const { follow, gather } = (room.awareness.getStates().get(client)?.slate ?? {}) as Record<string, unknown>;
  return {
    follow: Number.isSafeInteger(follow) ? (follow as number) : undefined,
    gather: Number.isSafeInteger(gather) ? (gather as number) : undefined,
  };
}

/** Says it; undefined takes it back. */
export function signal(room: Room, change: Signals): void {
  const said = { ...signalsOf(room, room.client), ...change };
  const nothing = said.follow === undefined && said.gather === undefined;
  room.awareness.setLocalStateField('slate', nothing ? undefined : said);
}

/**
 * Whom one sees who follows `client`: that one, or whom that one follows in turn. Undefined where they follow each other
 * in a ring: then everyone stands still until someone moves by hand.
 */
export function leaderOf(room: Room, client: number): number | undefined {
  const passed = new Set<number>();
  for (let at = client; ; ) {
    const next = signalsOf(room, at).follow;
    if (next === undefined || !room.awareness.getStates().has(next)) return at;
    if (passed.has(next)) return undefined;
    passed.add(next);
    at = next;
  }
}

/** The clients of others who see what this one sees. */
export function followersOf(room: Room): number[] {
  return [...room.awareness.getStates().keys()].filter(
    (client) =>
      client !== room.client && signalsOf(room, client).follow !== undefined && leaderOf(room, client) === room.client,
  );
}

/** A spot that someone sent; undefined where it is none. */
export function spotOf(value: unknown): PointerPosition | undefined {
  const { x, y, anchor } = (value ?? {}) as Record<string, unknown>;
  const within = (part: unknown): part is number => typeof part === 'number' && part >= 0 && part <= 1;
  return within(x) && within(y) && typeof anchor === 'string' && anchor.length <= MAX_ANCHOR
    ? { x, y, anchor }
    : undefined;
}

/** Whose client it is. */
export function userOf(room: Room, client: number): User | undefined {
  return room.members.find(({ sessions }) => sessions.some((one) => one.client === client))?.user;
}
