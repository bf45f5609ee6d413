/**
 * P15: the rule by which people are told apart, as pure functions. Each session says its own arrival and look. Whoever
 * holds the same sessions finds the same answer, whatever the order in which it heard of them.
 */
import { type Look, looksOf, MAX_ARRIVAL, sharedLook } from '../protocol/palette.js';

/** One session, as it tells it of itself. */
export interface Placed extends Look {
  readonly client: number;
  /** The user's id. */
  readonly user: string;
  /** Absent where the session does not say it: it comes last, and nobody moves for it. */
  readonly arrival?: number | undefined;
}

/** What a session says next. */
export type Place = Look & { readonly arrival: number };

/** The order of arrival: below 0 where `one` came first. */
export function byArrival(one: Omit<Placed, keyof Look>, other: Omit<Placed, keyof Look>): number {
  const [a, b] = [one.arrival ?? Number.MAX_VALUE, other.arrival ?? Number.MAX_VALUE];
  // Not infinite: the difference of two of those would be no number.
  return a - b || compare(one.user, other.user) || one.client - other.client;
}

/** The place of a newcomer: that of its user, who is here already, or else the last arrival and the first free look. */
export function choose(user: string, others: readonly Placed[]): Place {
  const own = first(others.filter((other) => other.user === user && other.arrival !== undefined));
  if (own?.arrival !== undefined) return placeOf(own, own.arrival);
  const highest = others.reduce((most, { arrival = 0 }) => Math.max(most, arrival), 0);
  const arrival = Math.min(MAX_ARRIVAL, highest + 1);
  const taken = new Set(others.filter((other) => other.user !== user).map(key));
  return { ...(free(user, taken) ?? sharedLook(user)), arrival };
}

/**
 * Where this session has to move; `undefined` where it stays. A further session of a user follows the first one. The
 * first one moves where an earlier user has its look: everyone who has to move takes the next free look, in the order
 * of arrival. Where none is free, nobody moves. `given`: the page chose the colour, so it stays.
 */
export function moveOf(self: Placed & Place, others: readonly Placed[], given: boolean): Place | undefined {
  const arrived = others.filter(({ arrival }) => arrival !== undefined);
  const leader = first(arrived.filter((other) => other.user === self.user));
  if (leader?.arrival !== undefined && byArrival(leader, self) < 0) {
    const isSame = leader.arrival === self.arrival && (given || key(leader) === key(self));
    return isSame ? undefined : placeOf(leader, leader.arrival);
  }
  const isTaken = (other: Placed) => other.user !== self.user && key(other) === key(self) && byArrival(other, self) < 0;
  if (given || !arrived.some(isTaken)) return undefined;
  const taken = new Set(others.filter(({ arrival }) => arrival === undefined).map(key));
  const movers = [];
  for (const one of users([self, ...arrived])) {
    if (taken.has(key(one))) movers.push(one);
    else taken.add(key(one));
  }
  for (const { user } of movers) {
    const look = free(user, taken);
    if (user === self.user) return look && { ...look, arrival: self.arrival };
    if (look) taken.add(key(look));
  }
  return undefined;
}

const key = ({ color, mark }: Look) => color + mark;

const placeOf = ({ color, mark }: Look, arrival: number): Place => ({ color, mark, arrival });

function free(user: string, taken: ReadonlySet<string>): Look | undefined {
  for (const look of looksOf(user)) if (!taken.has(key(look))) return look;
  return undefined;
}

function first(sessions: readonly Placed[]): Placed | undefined {
  return [...sessions].sort(byArrival)[0];
}

/** The first session of each user, in the order of arrival. */
function users(sessions: readonly Placed[]): Placed[] {
  const seen = new Set<string>();
  return [...sessions].sort(byArrival).filter(({ user }) => !seen.has(user) && seen.add(user));
}

/** The order of ids: by their UTF-16 units. */
export const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
