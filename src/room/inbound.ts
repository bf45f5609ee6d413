/**
 * What arrives in a room, routed: bytes are decoded here (the door has no other side) and handed to presence or to
 * playout. It decides nothing about people; it must never let a message through that did not pass a decoder.
 */
import type { BusMessage } from '../bus/bus.js';
import type { Pace } from '../cursors/pace.js';
import type { Playout } from '../cursors/playout.js';
import { ProtocolError } from '../errors.js';
import type { Announcer } from '../presence/announcer.js';
import type { Asker } from '../presence/asker.js';
import { JSON_LEASE_MS } from '../presence/constants.js';
import { MAX_CLOCK_JUMP, type Peer, type Peers } from '../presence/peers.js';
import { ReceivedAnchors } from '../protocol/anchor-numbers.js';
import { type CursorBatch, decodeBatch, senderOf } from '../protocol/cursor-codec.js';
import {
  type CursorScope,
  decodeJsonCursors,
  decodeJsonPresence,
  type JsonCursor,
  type JsonPresence,
  looksLikeJson,
} from '../protocol/json-events.js';
import { decodePresence, encodeStates, type PresenceMessage, type Terms } from '../protocol/presence-codec.js';
import type { RosterAnswer } from '../protocol/roster-codec.js';
import { cleanUser, type State } from '../protocol/state.js';
import { cursorUser } from '../protocol/subjects.js';

/** M4: batches kept for senders whose state has not come yet. */
const MAX_WAITING = 256;
/** P9: how often we answer to being called unreachable. Milliseconds. */
const SPEAK_INTERVAL_MS = 1_000;

const JSON_TERMS: Terms = { kind: 'json', activity: 'active', leaseMs: JSON_LEASE_MS, ageMs: 0 };

export interface InboundOptions {
  readonly peers: Peers;
  readonly playout: Playout;
  readonly pace: Pace;
  readonly announcer: Announcer;
  readonly asker: Asker;
  readonly now: () => number;
  readonly client: () => number;
  /** Our own awareness clock. */
  readonly ownClock: () => number;
  readonly userId: string;
  readonly project: string | undefined;
  readonly file: string | undefined;
  /** Presence changed: show it now. Motion changed: show it with the next frame (M5). */
  readonly settle: () => void;
  readonly nextFrame: () => void;
}

export class Inbound {
  readonly #options: InboundOptions;
  readonly #waiting = new Map<number, CursorBatch>();
  readonly #anchors = new ReceivedAnchors();
  #spokeAt = Number.NEGATIVE_INFINITY;
  #open: Set<number> | undefined;

  constructor(options: InboundOptions) {
    this.#options = options;
  }

  /** S1. */
  presence({ data }: BusMessage): void {
    if (looksLikeJson(data)) {
      const event = decodeJsonPresence(data);
      if (event) this.#applyJson(event);
    } else this.take(decodePresence(data));
    this.#options.settle();
  }

  /** S2. */
  cursors({ data }: BusMessage): void {
    if (senderOf(data) === this.#options.client()) return;
    if (looksLikeJson(data)) {
      const { project, file } = this.#options;
      this.#jsonCursors(data, { project, file, shared: project === undefined && file === undefined });
    } else {
      const batch = decodeBatch(data, this.#anchors);
      this.#applyBatch(batch);
      this.#moves(batch.client, batch.samples.length > 1 ? batch.samples[0]?.ago : 0);
    }
  }

  /** M9: cursors of our file, on the subject of one user. */
  fileCursors({ data, subject }: BusMessage): void {
    const { project, file } = this.#options;
    this.#jsonCursors(data, { project, file, user: cursorUser(subject) });
  }

  /** M9: everyone's cursors, and the lobby's bytes. True where something was for us. */
  allCursors({ data }: BusMessage): boolean {
    const { project, file } = this.#options;
    return looksLikeJson(data) && this.#jsonCursors(data, { project, file, shared: true });
  }

  /** What we alone hear: a probe (that it arrives is the answer), or a question (M4). */
  direct(message: BusMessage): void {
    if (message.data.length === 0) return;
    const question = decodePresence(message.data);
    const entry = this.#options.announcer.entry();
    if (question.type === 'ask' && entry) message.respond(encodeStates([entry]));
  }

  /** A decoded presence message, from the subject or in answer to a question of ours. Throws {@link ProtocolError}. */
  take(message: PresenceMessage): void {
    const { peers, announcer, client } = this.#options;
    if (message.type === 'states') {
      const others = message.entries.filter((entry) => !this.#isOwn(entry.client, entry.clock));
      peers.check(others);
      for (const entry of others) {
        this.#open?.delete(entry.client);
        peers.applyState(entry);
      }
      for (const beat of message.more) this.take(beat);
    } else if (message.type === 'heartbeat') {
      if (this.#isOwn(message.client, message.clock)) return;
      this.#open?.delete(message.client);
      this.#askIf(peers.applyBeat(message.client, message.clock, message.terms), message.client);
    } else if (message.type === 'unreachable') {
      if (message.client === client()) this.#speak(announcer);
      else if (peers.get(message.by)) peers.markUnreachable(message.client, message.clock);
    }
  }

  /** P5: the answer to what we asked at `askedAt`, taken whole: every part is decoded before any is applied. */
  roster({ states, batches }: RosterAnswer, askedAt: number): void {
    const message = decodePresence(states);
    const pointers = batches.map((batch) => decodeBatch(batch)); // M7: not by the numbers of their owners
    this.take(message);
    const { peers, playout, nextFrame } = this.#options;
    for (const { client, samples } of pointers) {
      const sample = samples.at(-1);
      if (sample && peers.get(client)) playout.restore(client, sample, sample.ago, askedAt); // second-hand: no sign of life
    }
    nextFrame();
  }

  /**
   * While a question is out (P5) nobody is asked singly: the answer will tell. Gives, when called, whom it left open:
   * peers that were neither named nor heard since, and senders whose state has not come.
   */
  beginSync(): () => number[] {
    const open = new Set([...this.#options.peers].filter(({ kind }) => kind === 'slate').map(({ client }) => client));
    this.#open = open;
    return () => {
      if (this.#open === open) this.#open = undefined;
      return [...open];
    };
  }

  /** M4: the state of `peer` has come: what waited for it is applied. */
  release(peer: Peer): void {
    const batch = this.#waiting.get(peer.client);
    this.#waiting.delete(peer.client);
    if (batch) this.#applyBatch(batch);
  }

  /** P8: our own id, in our echo or in someone else's mouth; then we say who we are, above it. */
  #isOwn(client: number, clock: number): boolean {
    if (client !== this.#options.client()) return false;
    const own = this.#options.ownClock();
    if (clock > own + MAX_CLOCK_JUMP)
      throw new ProtocolError('clock', 'someone spoke in our name, with a clock far ahead');
    if (clock > own) this.#options.announcer.reassert(clock);
    return true;
  }

  /** P9: we are said not to answer, and say that we do. */
  #speak(announcer: Announcer): void {
    const now = this.#options.now();
    if (now - this.#spokeAt < SPEAK_INTERVAL_MS) return;
    this.#spokeAt = now;
    announcer.beat();
  }

  #applyBatch(batch: CursorBatch): void {
    const { peers, playout, nextFrame } = this.#options;
    const { client, clock, presence, fields, samples, left, sentAt } = batch;
    const outcome = peers.applyMotion(client, clock, presence, fields);
    if (outcome === 'unknown') {
      this.#waiting.delete(client); // to the end of the line
      const [oldest] = this.#waiting.keys();
      if (this.#waiting.size >= MAX_WAITING && oldest !== undefined) this.#waiting.delete(oldest);
      this.#waiting.set(client, batch);
    } else if (outcome !== 'stale') playout.push(client, sentAt, samples, left);
    this.#askIf(outcome, client);
    nextFrame();
  }

  /** M6. Only members count. */
  #moves(client: number, age = 0): void {
    const { peers, pace } = this.#options;
    if (peers.get(client)) pace.received(client, age);
  }

  #askIf(outcome: string, client: number): void {
    if (outcome !== 'unknown' && outcome !== 'behind') return;
    if (this.#open) this.#open.add(client);
    else this.#options.asker.ask(client);
  }

  /** P2. A person who is here with a Slate session of ours needs no JSON one beside it. */
  #applyJson({ client, clock, state }: JsonPresence): void {
    const { peers, userId } = this.#options;
    if (state && userOf(state) === userId) return;
    const before = peers.get(client);
    const known = state && before && peers.effective(before).state;
    const kept = known && { ...(known.file !== undefined && { file: known.file }), ...motionOf(known) };
    const entry = { client, clock, state: state && { ...kept, ...state }, terms: JSON_TERMS };
    peers.check([entry]);
    peers.applyState(entry);
  }

  /**
   * M2. A cursor is a sign of life like a heartbeat, and may come before the first one. Whole or not at all (D1): what could
   * be refused is looked at before any of it is applied. False where nothing was for this place.
   */
  #jsonCursors(data: Uint8Array, place: CursorScope): boolean {
    const { peers, playout, userId, file, nextFrame } = this.#options;
    const cursors = decodeJsonCursors(data, place);
    const byClient = new Map<number, JsonCursor[]>();
    for (const cursor of cursors) {
      if (cursor.userId === userId) continue;
      const own = byClient.get(cursor.client);
      if (own) own.push(cursor);
      else byClient.set(cursor.client, [cursor]);
    }
    const entries = [...byClient].map(([client, own]) => {
      own.sort((a, b) => a.clock - b.clock);
      const { userId: id, clock, position } = own.at(-1) as JsonCursor;
      const user = cleanUser({ id, name: id });
      return { client, clock, state: { user, ...(file !== undefined && { file }), position }, terms: JSON_TERMS };
    });
    peers.check(entries);
    for (const entry of entries) {
      const { client, clock, state } = entry;
      if (peers.applyMotion(client, clock, 0, { position: state.position }) === 'unknown') peers.applyState(entry);
      this.#moves(client);
      const samples = (byClient.get(client) ?? []).flatMap((cursor) =>
        cursor.point ? [{ ...cursor.point, ago: clock - cursor.clock }] : [],
      );
      const left = byClient.get(client)?.at(-1)?.point === undefined;
      if (peers.get(client)) playout.push(client, clock, samples, left);
    }
    nextFrame();
    return cursors.length > 0;
  }
}

const userOf = ({ user }: State) => (user as { id?: string } | undefined)?.id;

/** M2: the field that cursors of JSON programs set. */
const motionOf = ({ position }: State) => position !== undefined && { position };
