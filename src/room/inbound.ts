/**
 * What arrives in a room, routed: bytes are decoded here (the door has no other side) and handed to presence or to
 * playout. It decides nothing about people; it must never let a message through that did not pass a decoder.
 */
import type { BusMessage } from '../bus/bus.js';
import type { Playout } from '../cursors/playout.js';
import { ProtocolError } from '../errors.js';
import type { Announcer } from '../presence/announcer.js';
import type { Asker } from '../presence/asker.js';
import { JSON_LEASE_MS } from '../presence/constants.js';
import { MAX_CLOCK_JUMP, type Peer, type Peers } from '../presence/peers.js';
import { type CursorBatch, decodeBatch, senderOf } from '../protocol/cursor-codec.js';
import { decodeJsonCursors, decodeJsonPresence, type JsonPresence, looksLikeJson } from '../protocol/json-events.js';
import { decodePresence, encodeStates, type PresenceMessage, type Terms } from '../protocol/presence-codec.js';
import type { RosterAnswer } from '../protocol/roster-codec.js';
import { cleanUser } from '../protocol/state.js';

/** M4: batches kept for senders whose state has not come yet. */
const MAX_WAITING = 256;
/** P9: how often we answer to being called unreachable. Milliseconds. */
const SPEAK_INTERVAL_MS = 1_000;

const JSON_TERMS: Terms = { kind: 'json', activity: 'active', leaseMs: JSON_LEASE_MS, ageMs: 0 };

export interface InboundOptions {
  readonly peers: Peers;
  readonly playout: Playout;
  readonly announcer: Announcer;
  readonly asker: Asker;
  readonly now: () => number;
  readonly client: () => number;
  /** Our own awareness clock. */
  readonly ownClock: () => number;
  readonly userId: string;
  readonly file: string | undefined;
  /** Presence changed: show it now. Motion changed: show it with the next frame (M5). */
  readonly settle: () => void;
  readonly nextFrame: () => void;
}

export class Inbound {
  readonly #options: InboundOptions;
  readonly #waiting = new Map<number, CursorBatch>();
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
    if (looksLikeJson(data)) this.#jsonCursors(data);
    else this.#applyBatch(decodeBatch(data));
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
    } else if (message.type === 'beat') {
      if (this.#isOwn(message.client, message.clock)) return;
      this.#open?.delete(message.client);
      this.#askIf(peers.applyBeat(message.client, message.clock, message.terms), message.client);
    } else if (message.type === 'unreachable') {
      if (message.client === client()) this.#speak(announcer);
      else if (peers.get(message.by)) peers.markUnreachable(message.client, message.clock);
    }
  }

  /** P5: the answer to a joiner, taken whole: every part is decoded before any is applied. */
  roster({ states, batches }: RosterAnswer): void {
    const message = decodePresence(states);
    const pointers = batches.map(decodeBatch);
    this.take(message);
    const { peers, playout, nextFrame } = this.#options;
    for (const { client, sentAt, samples } of pointers) {
      const sample = samples.at(-1);
      if (sample && peers.get(client)) playout.restore(client, sample, sentAt - sample.ago); // second-hand: no sign of life
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
      const before = this.#waiting.get(client);
      if (before && sentAt <= before.sentAt) return;
      this.#waiting.delete(client); // to the end of the line
      const [oldest] = this.#waiting.keys();
      if (this.#waiting.size >= MAX_WAITING && oldest !== undefined) this.#waiting.delete(oldest);
      this.#waiting.set(client, batch);
    } else if (outcome !== 'stale' && (samples.length > 0 || left)) playout.push(client, sentAt, samples, left);
    this.#askIf(outcome, client);
    nextFrame();
  }

  #askIf(outcome: string, client: number): void {
    if (outcome !== 'unknown' && outcome !== 'behind') return;
    if (this.#open) this.#open.add(client);
    else this.#options.asker.ask(client);
  }

  /** P2. A person who is here with a Slate session of ours needs no JSON one beside it. */
  #applyJson(event: JsonPresence): void {
    const { peers, userId } = this.#options;
    if ((event.state?.user as { id?: string } | undefined)?.id === userId) return;
    const entry = { ...event, terms: JSON_TERMS };
    peers.check([entry]);
    peers.applyState(entry);
  }

  /** M2. A cursor is a sign of life like a heartbeat, and may come before the first one. */
  #jsonCursors(data: Uint8Array): void {
    const { peers, playout, userId, file, nextFrame } = this.#options;
    for (const { client, userId: id, clock, position, point } of decodeJsonCursors(data)) {
      if (id === userId) continue;
      if (peers.applyMotion(client, clock, 0, { position }) === 'unknown') {
        this.#applyJson({
          client,
          clock,
          state: { user: cleanUser({ id, name: id }), ...(file !== undefined && { file }), position },
        });
      }
      if (point && peers.get(client)) playout.push(client, clock, [{ ...point, ago: 0 }], false);
    }
    nextFrame();
  }
}
