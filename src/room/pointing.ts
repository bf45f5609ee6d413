/**
 * The pointers of a room: our own on its way out, everyone else's as they are to be shown, and where all of them rest,
 * for a newcomer. It joins pointers with the users they belong to; it decides nothing about users.
 */
import type { Clock, Random } from '../clock.js';
import { Batcher, type Motion } from '../cursors/batcher.js';
import { Pace } from '../cursors/pace.js';
import { Playout } from '../cursors/playout.js';
import type { Turns } from '../cursors/turns.js';
import type { OwnClient } from '../presence/own-client.js';
import type { Peers } from '../presence/peers.js';
import { SentAnchors } from '../protocol/anchor-numbers.js';
import { encodeBatch } from '../protocol/cursor-codec.js';
import { ALIASES } from '../protocol/presence-codec.js';
import { fittingAnchor } from '../protocol/samples-codec.js';
import type { RoomChannel } from './channel.js';
import type { Member, RemotePointer, Room, User } from './types.js';

export interface PointingOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** The room's budget (M6). */
  readonly messagesPerSecond: number;
  readonly peers: Peers;
  readonly own: OwnClient;
  readonly channel: Pick<RoomChannel, 'subjects' | 'publish'>;
  readonly turns: Turns;
  /** Whose session this is, as it is shown (P14). @defaultValue nobody is shown yet */
  readonly memberOf?: (client: number) => Member | undefined;
}

export class Pointing {
  readonly pointer: Room['pointer'];
  readonly pointers: Room['pointers'];
  readonly batcher: Batcher;
  readonly playout: Playout;
  readonly #pace: Pace;
  readonly #options: PointingOptions;
  readonly #anchors = new SentAnchors();
  #audience = false;

  constructor(options: PointingOptions) {
    const { clock, random, messagesPerSecond, channel, turns } = options;
    this.#options = options;
    const playout = new Playout(clock);
    const pace = new Pace(clock, random, messagesPerSecond);
    const batcher = new Batcher({
      clock,
      send: (motion) => channel.publish(channel.subjects.cursors, this.#encode(motion, this.#anchors)),
      turns,
      audience: () => this.#audience,
      interval: () => pace.interval,
    });
    this.pointer = {
      move: ({ x, y, anchor, tapped }, at = clock.now()) => {
        if (!Number.isFinite(x) || !Number.isFinite(y)) return;
        batcher.move(
          { x, y, anchor: fittingAnchor(anchor), ...(tapped && { tapped }) },
          Number.isFinite(at) ? at : clock.now(),
        );
      },
      leave: () => batcher.leave(),
    };
    this.pointers = {
      sample: (now = clock.now()) => this.#sample(now),
      get moving() {
        return playout.moving;
      },
    };
    this.playout = playout;
    this.#pace = pace;
    this.batcher = batcher;
  }

  /** Whether anyone would see our motion now (M1). What a new audience missed is sent, as it is now. */
  setAudience(audience: boolean): void {
    const before = this.#audience;
    this.#audience = audience;
    if (audience && !before) this.batcher.catchUp();
  }

  /**
   * This session just asked for the roster: until it has received a batch of everyone, it counts them from the start
   * (M6).
   */
  begin(): void {
    this.#pace.begin();
  }

  /** A batch of `client` arrived, whose first sample was `age` milliseconds old. Only members count (M6). */
  count(client: number, age: number): void {
    if (this.#options.peers.get(client)) this.#pace.received(client, age);
  }

  /** A newcomer knows no anchor of ours (M7). */
  spellAgain(): void {
    this.#anchors.spellOutAll();
  }

  /** Where everyone in our file points, this session included, as batches of one sample each, for `asker` (M5). */
  resting(asker: number): Uint8Array[] {
    const { clock, peers } = this.#options;
    const rest = this.batcher.rest();
    const batches = rest ? [this.#encode(rest)] : [];
    const sentAt = clock.now();
    for (const { client, restingMs, ...position } of this.playout.latest()) {
      const peer = peers.get(client);
      if (!peer || peer.unreachableAt !== undefined || client === asker || client >= ALIASES) continue;
      const { clock } = peers.effective(peer);
      const samples = [{ ...position, ago: restingMs }];
      batches.push(encodeBatch({ client, clock, presence: clock, sentAt, samples, left: false }));
    }
    return batches;
  }

  /** A pointer of none of these clients that has not moved since `askedAt` has left the surface (P5). */
  retain(clients: readonly number[], askedAt: number): void {
    this.playout.retain(clients, askedAt);
  }

  #encode(motion: Motion, anchors?: SentAnchors): Uint8Array {
    const { id: client, clock, presenceClock, motionClock } = this.#options.own;
    const presence = Math.min(clock, presenceClock);
    return encodeBatch({ client, clock: motion.fields ? motionClock : presence, presence, ...motion }, anchors);
  }

  #sample(now: number): readonly RemotePointer[] {
    const shown: RemotePointer[] = [];
    for (const played of this.playout.sample(now)) {
      const peer = this.#options.peers.get(played.client);
      if (!peer || peer.unreachableAt !== undefined) continue;
      const member = this.#options.memberOf?.(played.client);
      const user = member?.user ?? (peer.shown.user as User);
      shown.push({ ...played, user, label: member?.label ?? user.name });
    }
    return shown;
  }
}
