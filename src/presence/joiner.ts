/**
 * Gets the roster, and answers those who ask for it (P5). A joiner subscribes, asks and announces; the members form one
 * queue group, so exactly one of them answers. A member answers only after its own question is settled.
 */
import type { BusMessage, BusSubscription } from '../bus/bus.js';
import { isOfServer } from '../bus/server-words.js';
import type { Clock } from '../clock.js';
import { NoRespondersError, ProtocolError, RequestTimeoutError } from '../errors.js';
import {
  ALIASES,
  decodePresence,
  encodeAsk,
  encodeStates,
  MAX_CLIENTS,
  type OutgoingEntry,
} from '../protocol/presence-codec.js';
import { decodeRoster, encodeRoster, type RosterAnswer } from '../protocol/roster-codec.js';
import { type Speaker, speakerOf } from '../protocol/speaker.js';
import { MAX_STATE_BYTES } from '../protocol/state.js';
import { SYNC_QUEUE } from '../protocol/subjects.js';
import { fits } from '../protocol/utf8.js';
import type { Announcer } from './announcer.js';
import { Allowance, type Share } from './bounds.js';
import type { Channel } from './channel.js';
import type { Claims } from './claims.js';
import { ROSTERS, SYNC_ATTEMPTS, SYNC_LATE_MS, SYNC_TIMEOUT_MS } from './constants.js';
import type { OwnClient } from './own-client.js';
import type { Peers } from './peers.js';
import { answererOf, type Questions } from './questions.js';

/**
 * A roster has at most this many bytes, and half of what the server takes; of further clients it holds only heartbeats.
 */
const MAX_ROSTER_BYTES = 512 * 1024;

/** P5: no roster has more bytes. */
const MAX_ANSWER_BYTES = 1_048_576;

/** What a roster takes besides its states and batches. */
const ROSTER_FRAME_BYTES = 64;

/** The question that an answer belongs to. */
export interface RosterQuestion {
  /** When it was asked, on the room's clock in milliseconds. */
  readonly askedAt: number;
  /** True when it went to the members in the same file, so that the answer holds every pointer there. */
  readonly sameFile: boolean;
}

export interface RosterReceiver {
  /**
   * An answer arrived; throws {@link ProtocolError} for one that is no roster. Returns the error of the entries that
   * were left out of it, if there were any.
   */
  roster(answer: RosterAnswer, question: RosterQuestion, speaker: Speaker): ProtocolError | undefined;
}

export interface RestingPointers {
  /** The pointers that rest in our file, our own included, as cursor batches; without that of `asker`. */
  resting(asker: number): readonly Uint8Array[];
}

export interface JoinerOptions {
  readonly channel: Pick<Channel, 'bus' | 'subjects' | 'fail'>;
  readonly questions: Questions;
  readonly claims: Pick<Claims, 'said' | 'onWire'>;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly own: Pick<OwnClient, 'id'>;
  readonly announcer: Pick<Announcer, 'entry'>;
  readonly peers: Peers;
  readonly pointers: RestingPointers;
  readonly receiver: RosterReceiver;
  /** Of what the room may answer. */
  readonly share: Share;
}

export type SyncResult = 'alone' | 'answered' | 'unanswered';

export class Joiner {
  readonly #options: JoinerOptions;
  #subscriptions: BusSubscription[] = [];
  /** Counts the questions; an answer to an earlier one comes too late. */
  #run = 0;

  readonly #answers: Allowance;

  constructor(options: JoinerOptions) {
    this.#options = options;
    this.#answers = new Allowance(options.clock, ROSTERS);
  }

  /**
   * Asks for the roster: first the members in the same file, who also know its pointers, then all. Rejects with what
   * the request rejects with, except {@link NoRespondersError} and {@link RequestTimeoutError}, which are results.
   */
  async ask(): Promise<SyncResult> {
    const { channel, clock } = this.#options;
    this.stop(); // otherwise our own question could come to ourselves
    const askedAt = clock.now();
    let sameFile = true;
    for (let unanswered = 0; unanswered < SYNC_ATTEMPTS; sameFile = false) {
      const { syncFile, sync } = channel.subjects;
      const result = await this.#ask(sameFile ? syncFile : sync, { askedAt, sameFile });
      if (result === 'answered' || (result === 'alone' && (!sameFile || sync === syncFile))) return result;
      if (result === 'unanswered') unanswered++;
    }
    return 'unanswered';
  }

  /** Asks one member for its roster (P12). An answer that does not come changes nothing. */
  async askMember(client: number): Promise<void> {
    const { channel, questions, clock, own } = this.#options;
    const subject = channel.subjects.alive(client);
    const question = { askedAt: clock.now(), sameFile: false };
    const run = this.#run;
    try {
      const answer = await questions.request(subject, encodeAsk(own.id, 'askRoster'), SYNC_LATE_MS);
      if (run === this.#run) this.#take(answer, subject, question);
    } catch (error) {
      if (run === this.#run && !isSilence(error)) channel.fail(error, subject);
    }
  }

  /** Starts to answer others. */
  answer(): void {
    if (this.#subscriptions.length > 0) return;
    const { bus, subjects } = this.#options.channel;
    for (const subject of new Set([subjects.syncFileAll, subjects.syncAll])) {
      const handle = (message: BusMessage) => this.#reply(message, speakerOf(message.subject, subject));
      this.#subscriptions.push(bus.subscribe(subject, handle, { queue: SYNC_QUEUE }));
    }
  }

  /** Stops answering others, and ignores the answer to a question that is still open. */
  stop(): void {
    this.#run++;
    for (const subscription of this.#subscriptions.splice(0)) subscription.unsubscribe();
  }

  /** Resolves after {@link SYNC_TIMEOUT_MS} at the latest. A later answer is merged all the same. */
  #ask(subject: string, question: RosterQuestion): Promise<SyncResult> {
    const { questions, clock, own } = this.#options;
    const run = this.#run;
    return new Promise((resolve, reject) => {
      const cancel = clock.after(SYNC_TIMEOUT_MS, () => resolve('unanswered'));
      questions
        .request(subject, encodeAsk(own.id), SYNC_LATE_MS)
        .then(
          (answer) => (run === this.#run ? this.#take(answer, subject, question) : 'answered'),
          (error: unknown) => {
            if (!isSilence(error)) throw error;
            return error instanceof NoRespondersError ? 'alone' : 'unanswered';
          },
        )
        .then(resolve, reject)
        .finally(cancel);
    });
  }

  /** A bad answer is no answer. */
  #take(message: BusMessage, asked: string, question: RosterQuestion): SyncResult {
    const { channel, receiver } = this.#options;
    const { data } = message;
    const speaker = answererOf(message, asked);
    const fail = (error: unknown) => {
      if (error instanceof ProtocolError) error.user = speaker;
      channel.fail(error, asked);
    };
    try {
      if (data.length > MAX_ANSWER_BYTES) throw new ProtocolError('limit', `a roster of ${data.length} bytes`);
      const error = receiver.roster(decodeRoster(data), question, speaker);
      if (error) fail(error);
      return 'answered';
    } catch (error) {
      fail(error);
      return 'unanswered';
    }
  }

  #reply(message: BusMessage, speaker: Speaker): void {
    if (speaker !== undefined && isOfServer(message)) return; // nobody's word (V12)
    try {
      const question = decodePresence(message.data);
      if (question.type !== 'ask') return;
      this.reply(message, this.#options.claims.said(question.by, speaker), speaker);
    } catch (error) {
      this.#options.channel.fail(error, message.subject);
    }
  }

  /**
   * Answers `asker`, a session of `speaker`, with the roster, unless we ask for it ourselves. Unanswered, the question
   * is asked again.
   */
  reply(message: BusMessage, asker: number, speaker: Speaker): void {
    const { announcer, channel, questions, pointers, share } = this.#options;
    if (!questions.takes(message, speaker)) return;
    if (this.#subscriptions.length === 0 || !share.isFree || !this.#answers.take()) return;
    try {
      // A member that asks (P12) asks those for their states of whom we only heard (P13).
      const { syncAll, syncFileAll } = channel.subjects;
      const passesOn = [syncAll, syncFileAll].some((pattern) => isOn(pattern, message.subject));
      const states = this.#states(announcer.entry(), asker, passesOn);
      const batches: Uint8Array[] = [];
      let left = Math.min(channel.bus.maxPayload, MAX_ANSWER_BYTES) - states.length - ROSTER_FRAME_BYTES;
      for (const batch of isOn(syncFileAll, message.subject) ? pointers.resting(asker) : []) {
        left -= batch.length + 2;
        if (left >= 0) batches.push(batch);
      }
      const answer = encodeRoster({ states, batches });
      share.use(answer.length);
      questions.respond(message, speaker, answer);
    } catch (error) {
      channel.fail(error, message.subject);
    }
  }

  /**
   * Our own entry, and that of every peer that is not known to be unreachable, with the age of its last sign of life.
   */
  #states(own: OutgoingEntry, asker: number, passesOn: boolean): Uint8Array {
    const { channel, peers, clock } = this.#options;
    const budget = Math.min(MAX_ROSTER_BYTES, channel.bus.maxPayload / 2);
    const entries = [own];
    const more = [];
    // The asker has to raise its clock above what is known of its id, or all would take it for old (P6).
    const known = peers.clockOf(asker);
    const { client: wire } = this.#options.claims.onWire(asker);
    if (known !== undefined) more.push({ type: 'heartbeat' as const, client: wire, clock: known, terms: own.terms });
    let size = 0;
    for (const peer of peers) {
      if (peer.client === asker || peer.client >= ALIASES || peer.unreachableAt !== undefined) continue;
      const { client, activity, kind, leaseMs } = peer;
      const ageMs = Math.max(0, clock.now() - peer.receivedAt);
      const terms = { activity, kind, leaseMs, ageMs };
      const { clock: peerClock, state } = peers.effective(peer);
      const json = JSON.stringify(state);
      size += json.length * 2;
      // Two messages of ours may make one state that is too large for a third (D2): its owner is asked.
      const isSmall = size < budget && fits(json, MAX_STATE_BYTES);
      const isOwnWord = passesOn || peer.source !== 'hearsay';
      if (isSmall && isOwnWord && entries.length < MAX_CLIENTS)
        entries.push({ client, clock: peerClock, state, terms, json });
      else more.push({ type: 'heartbeat' as const, client, clock: peerClock, terms });
    }
    return encodeStates(entries, more);
  }
}

/** Whether a question came on this subject of questions, whose last token may be who asks (V1). */
const isOn = (pattern: string, subject: string) =>
  pattern.endsWith('*') ? subject.startsWith(pattern.slice(0, -1)) : subject === pattern;

const isSilence = (error: unknown) => error instanceof NoRespondersError || error instanceof RequestTimeoutError;
