/**
 * The order of the people in the stack: oneself, whom one follows, who is active, idle, away; each in order of arrival.
 * While somebody points into the stack or has the focus there, nobody moves: newcomers come last.
 */
import type { Member, MemberStatus } from '../../src/index.js';
import { keysOf } from './keys.js';

const RANK: Record<Exclude<MemberStatus, 'stale'>, number> = { active: 2, idle: 3, away: 4 };

export class Order {
  /** By key, the rank of each in the last order: who cannot be reached keeps it, so that a lost line moves nobody. */
  #ranks = new Map<string, number>();
  /** The keys in the last order. */
  #places = new Map<string, number>();

  /** `members` in order of arrival. `leader`: the id of the user one follows. `held`: nobody may move now. */
  arrange(members: readonly Member[], leader: string | undefined, held: boolean): readonly Member[] {
    const keys = keysOf(members);
    const key = (member: Member) => keys.get(member) ?? '';
    const ranks = new Map<string, number>();
    for (const member of members) {
      const { self, status, user } = member;
      const known = this.#ranks.get(key(member));
      const rank = self ? 0 : user.id === leader ? 1 : status === 'stale' ? (known ?? RANK.away) : RANK[status];
      ranks.set(key(member), rank);
    }
    const last = this.#places.size;
    const place = (member: Member) => this.#places.get(key(member)) ?? last;
    const rank = (member: Member) => ranks.get(key(member)) ?? 0;
    const ordered = [...members].sort((a, b) => (held ? place(a) - place(b) : rank(a) - rank(b)));
    if (!held) this.#ranks = ranks;
    this.#places = new Map(ordered.map((member, index) => [key(member), index]));
    return ordered;
  }
}
