/**
 * What tells the members of one list apart. It is the user's id, so that a rename keeps the avatar; in an open room
 * several members may claim one id, and all but the first of them have their name behind it.
 */
import type { Member } from '../../src/index.js';

export function keysOf(members: readonly Member[]): ReadonlyMap<Member, string> {
  const keys = new Map<Member, string>();
  const ids = new Set<string>();
  for (const member of members) {
    const { id, name } = member.user;
    keys.set(member, ids.has(id) ? `${id}\n${name}` : id);
    ids.add(id);
  }
  return keys;
}
