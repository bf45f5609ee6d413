/**
 * Programs that speak JSON: events for them when this session joins and leaves (S3), their heartbeats (P2) and their
 * cursors (M2), also on the subjects of programs that know no rooms (M9).
 */
import { type Sparing, sparing } from '../bus/sparing.js';
import type { Clock } from '../clock.js';
import { ProtocolError } from '../errors.js';
import type { Claims } from '../presence/claims.js';
import { heartbeatMs, JSON_LEASE_MS } from '../presence/constants.js';
import type { OwnClient } from '../presence/own-client.js';
import type { Peers } from '../presence/peers.js';
import {
  type CollaborationEvent,
  type CursorScope,
  decodeJsonCursors,
  decodeJsonPresence,
  type JsonCursor,
  looksLikeJson,
} from '../protocol/json-events.js';
import type { Terms } from '../protocol/presence-codec.js';
import type { Speaker } from '../protocol/speaker.js';
import { cleanUser, type State } from '../protocol/state.js';
import { encodeToken } from '../protocol/token.js';
import type { RoomChannel } from './channel.js';
import type { Display } from './display.js';
import type { Pointing } from './pointing.js';
import type { Self } from './self.js';

/** How far apart the timestamps of one message, or of two that follow each other, may be from what was measured. */
const SPREAD_MS = 1_000;

const TERMS: Terms = { kind: 'json', activity: 'active', leaseMs: JSON_LEASE_MS, ageMs: 0 };

/** The share of the room's budget (M6) that messages for other rooms may use on the subject of everyone's cursors. */
const SHARE = 0.2;

export interface JsonProgramsOptions {
  readonly clock: Clock;
  readonly channel: RoomChannel;
  readonly own: OwnClient;
  readonly self: Self;
  readonly peers: Peers;
  readonly claims: Pick<Claims, 'verified' | 'said'>;
  readonly pointing: Pointing;
  readonly display: Display;
  readonly project?: string | undefined;
  readonly file?: string | undefined;
  /** The room's budget (M6). */
  readonly messagesPerSecond: number;
  /** The interval of heartbeats in milliseconds, where no crowd makes it longer (P3). */
  readonly heartbeatMs: number;
  /** Send heartbeats for programs without states (P2). */
  readonly jsonPresence?: boolean | undefined;
}

export class JsonPrograms {
  readonly #options: JsonProgramsOptions;
  /** Our clock minus the timestamps of each client that has moved. */
  readonly #offsets = new Map<number, number>();
  #reported = false;
  /** Everyone's cursors. */
  #all: Sparing | undefined;
  #cancelHeartbeat: (() => void) | undefined;

  constructor(options: JsonProgramsOptions) {
    this.#options = options;
    options.peers.on('removed', ({ client }) => this.#offsets.delete(client));
  }

  /** Subscribes to the cursors of programs that know no rooms (M9). */
  start(): void {
    const { channel, project, file } = this.#options;
    const { fileCursors } = channel.subjects;
    if (fileCursors === undefined) return;
    channel.subscribeOptional(fileCursors, ({ data }, speaker) => {
      const user = speaker === undefined ? {} : { user: encodeToken('user', speaker) };
      this.cursors(data, speaker, { project, file, ...user });
    });
    this.#subscribeToAll();
  }

  stop(): void {
    this.#all?.stop();
    this.#cancelHeartbeat?.();
  }

  /** Tells programs that read events and no states that this session joined or left (S3). */
  announce(type: 'joined' | 'left'): void {
    this.#cancelHeartbeat?.();
    this.#publish(type);
    if (type === 'joined' && this.#options.jsonPresence) this.#heartbeat();
  }

  /** A heartbeat for these programs (P2), and then one in each interval. */
  #heartbeat(): void {
    const { clock, own, peers } = this.#options;
    if (own.state && !peers.some((peer) => peer.kind === 'yjs')) this.#publish('presence', own.id);
    this.#cancelHeartbeat = clock.after(heartbeatMs(peers.size + 1, this.#options.heartbeatMs), () =>
      this.#heartbeat(),
    );
  }

  #publish(type: CollaborationEvent['type'], client?: number): void {
    const { channel, project, self, clock } = this.#options;
    const subject = channel.subjects[type];
    if (subject === undefined || project === undefined) return;
    const { user, location } = self.identity;
    const event: CollaborationEvent = {
      type,
      projectId: project,
      userId: user.id,
      timestamp: clock.date(),
      data: {
        name: user.name,
        ...(location !== undefined && { location }),
        ...(client !== undefined && { color: user.color, client }),
      },
    };
    channel.publish(subject, utf8.encode(JSON.stringify(event)));
  }

  /** A heartbeat (P2). A user who is here with a session of ours needs no JSON session besides. */
  presence(data: Uint8Array, speaker: Speaker): void {
    const { peers, project, claims } = this.#options;
    const event = decodeJsonPresence(data, { project, ...this.#signer(speaker) });
    if (!event) return;
    const { state } = event;
    const client = claims.said(event.client, speaker);
    if (state && (state.user as { id?: string } | undefined)?.id === this.#options.self.identity.user.id) return;
    const before = peers.get(client);
    const known = state && before && peers.effective(before).state;
    const entry = {
      client,
      clock: this.#next(client),
      state: state && { ...(known && unsaid(known)), ...state },
      terms: TERMS,
    };
    peers.check([entry], speaker);
    peers.applyState(entry, speaker);
  }

  /**
   * Cursors (M2). A cursor is a sign of life like a heartbeat, and may come before the first one. The message is
   * applied whole or not at all (D1), so everything that can be refused is checked first. True when any of it was for
   * this place.
   */
  cursors(data: Uint8Array, speaker: Speaker, place: CursorScope): boolean {
    const { peers, pointing, claims, file } = this.#options;
    const cursors = decodeJsonCursors(data, { ...place, ...this.#signer(speaker) });
    const byClient = new Map<number, JsonCursor[]>();
    for (const cursor of cursors) {
      if (cursor.userId === this.#options.self.identity.user.id) continue;
      const client = claims.said(cursor.client, speaker);
      const own = byClient.get(client);
      if (own) own.push(cursor);
      else byClient.set(client, [cursor]);
    }
    const moves = [...byClient].map(([client, all]) => {
      const { userId: id, at, position, point } = all.at(-1) as JsonCursor;
      const user = cleanUser({ id, name: id });
      const state = { user, ...(file !== undefined && { file }), position };
      const samples = all
        .flatMap((one) => (one.point ? [{ ...one.point, ago: at - one.at }] : []))
        .filter(({ ago }) => ago >= 0 && ago <= SPREAD_MS)
        .sort((a, b) => b.ago - a.ago);
      const entry = { client, clock: this.#next(client), state, terms: TERMS };
      return { entry, at, samples, left: point === undefined };
    });
    peers.check(
      moves.map(({ entry }) => entry),
      speaker,
    );
    for (const { entry, at, samples, left } of moves) {
      const { client, clock, state } = entry;
      const motion = { client, clock, presence: 0, fields: { position: state.position } };
      if (peers.applyMotion(motion, speaker) === 'unknown') peers.applyState(entry, speaker);
      pointing.count(client, 0);
      if (peers.get(client)) pointing.playout.push(client, this.#sentAt(client, at), samples, left);
    }
    this.#options.display.showInFrame();
    return cursors.length > 0;
  }

  /** V2: in a verified room an event is of the user whom the subject names, or it does not count. */
  #signer(speaker: Speaker): { user?: string } {
    return this.#options.claims.verified && speaker ? { user: encodeToken('user', speaker) } : {};
  }

  /** P2: events count in the order of their arrival, so each gets a clock above all that is known. */
  #next(client: number): number {
    return (this.#options.peers.clockOf(client) ?? 0) + 1;
  }

  /**
   * When the positions of a message were sent, on our clock: as far from those before as their timestamps say (M8), or
   * now where these jump, because a clock was set or another machine of the same user goes on.
   */
  #sentAt(client: number, at: number): number {
    const now = this.#options.clock.now();
    const sentAt = at + (this.#offsets.get(client) ?? Number.NaN);
    if (Math.abs(now - sentAt) < SPREAD_MS) return sentAt;
    this.#offsets.set(client, now - at);
    return now;
  }

  /** Everyone's cursors (M9). NATS cannot select those of this room, so a room also receives what is for others. */
  #subscribeToAll(): void {
    const { channel, clock, project, file, messagesPerSecond } = this.#options;
    const { allCursors } = channel.subjects;
    if (allCursors === undefined) return;
    const limit = SHARE * messagesPerSecond;
    const subscribe = () =>
      channel.subscribeOptional(allCursors, ({ data }, speaker) => {
        let ours = false;
        try {
          ours = looksLikeJson(data) && this.cursors(data, speaker, { project, file, shared: true });
        } finally {
          if (!ours) this.#all?.forOthers();
        }
      });
    this.#all = sparing(clock, limit, subscribe, () => {
      if (this.#reported) return;
      this.#reported = true;
      const detail = `over ${limit} messages a second are for other rooms; it unsubscribes for 30 s each time`;
      channel.fail(new ProtocolError('limit', detail), allCursors);
    });
  }
}

/** What a heartbeat does not mention, and cursors do: the file and the position. */
const unsaid = ({ file, position }: State): State => ({
  ...(file !== undefined && { file }),
  ...(position !== undefined && { position }),
});

const utf8 = new TextEncoder();
