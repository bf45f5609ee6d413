/**
 * What arrives in a room: it is decoded here and handed to presence, to playout, or to what reads JSON. No message
 * passes without a decoder (D1), and each one goes on with its speaker. It decides nothing about who is here. Over
 * 300 lines, because all ways in share the questions that are open and the answers that are owed.
 */
import type { BusMessage } from '../bus/bus.js';
import type { Clock, Random } from '../clock.js';
import { ProtocolError } from '../errors.js';
import type { Announcer } from '../presence/announcer.js';
import { Asker, type StateReceiver } from '../presence/asker.js';
import { Allowance, Paced, type Share } from '../presence/bounds.js';
import type { Census } from '../presence/census.js';
import type { Claims } from '../presence/claims.js';
import type { Clash } from '../presence/clash.js';
import { ANSWERS, HEARSAY_ASKS, REACTION_MS, REPORTS } from '../presence/constants.js';
import type { RosterQuestion, RosterReceiver } from '../presence/joiner.js';
import type { OwnClient } from '../presence/own-client.js';
import { MAX_FOLLOWED_JUMP, type Outcome, type Peer, type Peers, type Source } from '../presence/peers.js';
import { NOBODY } from '../presence/prober.js';
import type { Questions } from '../presence/questions.js';
import { ReceivedAnchors } from '../protocol/anchor-numbers.js';
import { type CursorBatch, clockOf, decodeBatch } from '../protocol/cursor-codec.js';
import { JSON_CLIENTS, looksLikeJson } from '../protocol/json-events.js';
import {
  attempt,
  decodePresence,
  encodeStates,
  encodeUnreachable,
  type PresenceMessage,
  type StateEntry,
} from '../protocol/presence-codec.js';
import type { RosterAnswer } from '../protocol/roster-codec.js';
import { senderOf } from '../protocol/sender.js';
import type { Speaker } from '../protocol/speaker.js';
import type { CleanUser } from '../protocol/state.js';
import type { RoomChannel } from './channel.js';
import type { Display } from './display.js';
import type { JsonPrograms } from './json-programs.js';
import type { Pointing } from './pointing.js';
import { Waiting } from './waiting.js';

export interface InboundOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly channel: RoomChannel;
  readonly own: OwnClient;
  readonly peers: Peers;
  readonly claims: Claims;
  readonly questions: Questions;
  readonly announcer: Announcer;
  readonly clash: Pick<Clash, 'heard'>;
  readonly census: Pick<Census, 'heard' | 'ask'>;
  /** Of what the room may answer. */
  readonly share: Share;
  /** Another member, or the server (V8), reported this client as unreachable (P9). */
  readonly doubt: (client: number, ofServer?: boolean) => void;
  /** Answers a question for our roster (P12), of a session of `speaker`. */
  readonly answerRoster: (question: BusMessage, asker: number, speaker: Speaker) => void;
  readonly pointing: Pointing;
  readonly display: Display;
  readonly json: JsonPrograms;
  readonly project?: string | undefined;
  readonly file?: string | undefined;
}

export class Inbound implements StateReceiver, RosterReceiver {
  readonly #options: InboundOptions;
  readonly #asker: Asker;
  readonly #waiting: Waiting;
  /** Of peers, and of all others, who may be invented: those must not take the place of the former (M11). */
  readonly #anchors = new ReceivedAnchors();
  readonly #strangers = new ReceivedAnchors();
  /** The peers of hearsay that were asked (P13). */
  readonly #askedOnce = new WeakSet<Peer>();
  /** P9: another member reported us as unreachable, or said goodbye in our name. */
  readonly #contradiction: Paced;
  /** They also said that nobody knows us, so our state has to follow. */
  #isUnknown = false;
  /** M4: how many questions for our state are answered one by one, and what answers the others. */
  readonly #answers: Allowance;
  readonly #answerToAll: Paced;
  /** M4: how often we say of an id that nobody has it. */
  readonly #reports: Allowance;
  /** The message was not sent by us, though it speaks for our client (P8). */
  #foreign = false;
  /** The ids here of those whom the roster that is applied names, by their ids on the wire. */
  readonly #told = new Map<number, number>();
  /** While the question for the roster is open (P5): the clients that its answer has to mention. */
  #open: Set<number> | undefined;

  constructor(options: InboundOptions) {
    this.#options = options;
    const { clock, announcer } = options;
    this.#waiting = new Waiting(clock);
    this.#asker = new Asker({ ...options, receiver: this });
    this.#contradiction = new Paced(clock, REACTION_MS, () => this.#contradict());
    this.#answers = new Allowance(clock, ANSWERS);
    this.#reports = new Allowance(clock, REPORTS);
    this.#answerToAll = new Paced(clock, REACTION_MS, () => announcer.announce());
  }

  start(): void {
    const { channel } = this.#options;
    const { presenceAll, cursorsAll, gone } = channel.subjects;
    channel.subscribe(presenceAll, (message, speaker) => this.presence(message, speaker));
    channel.subscribe(cursorsAll, (message, speaker) => this.cursors(message, speaker));
    channel.subscribeOptional(gone, ({ data }) => this.gone(data));
  }

  /** A message on the presence subject (S1). */
  presence({ data }: Pick<BusMessage, 'data'>, speaker: Speaker): void {
    const { json, display, own, claims } = this.#options;
    if (looksLikeJson(data)) json.presence(data, speaker);
    else {
      const message = decodePresence(data);
      if (message.type === 'states' && message.entries.length + message.more.length !== 1) {
        throw new ProtocolError('limit', 'a message to all tells of its sender alone'); // P1
      }
      // Each message that we published here comes back once. One more is somebody else's.
      const isOurs = speaksFor(message) === own.id && claims.isOurs(speaker);
      this.#foreign = isOurs && own.unheard === 0;
      if (isOurs && own.unheard > 0) own.unheard--;
      try {
        this.#apply(message, speaker);
      } finally {
        this.#foreign = false;
      }
    }
    display.showPaced();
  }

  /** A message on the cursor subject (S2). */
  cursors({ data }: Pick<BusMessage, 'data'>, speaker: Speaker): void {
    const { project, file, own, clash, claims, peers } = this.#options;
    const sender = senderOf(data);
    if (sender === own.id && claims.isOurs(speaker)) {
      const clock = clockOf(data);
      if (clock > own.clock) clash.heard(clock); // in our name, and not by us (D5)
      return;
    }
    if (looksLikeJson(data)) {
      this.#options.json.cursors(data, speaker, { project, file, shared: project === undefined && file === undefined });
      return;
    }
    checkClient(sender, 'said');
    const client = claims.said(sender, speaker);
    const batch = decodeBatch(data, peers.get(client) ? this.#anchors : this.#strangers, client);
    this.#applyBatch(batch, speaker);
    this.#options.pointing.count(batch.client, batch.samples.length > 1 ? (batch.samples[0]?.ago ?? 0) : 0);
  }

  /** What only this client receives: a probe (receiving it is the answer), or a question for its state (M4). */
  direct(message: BusMessage, speaker: Speaker): void {
    const { announcer, claims, questions, share } = this.#options;
    if (!announcer.announcing || message.data.length === 0 || !questions.takes(message, speaker)) return;
    const question = decodePresence(message.data);
    if (question.type === 'askRoster') {
      const asker = claims.said(question.by, speaker);
      this.#options.answerRoster(message, asker, speaker);
      this.#options.census.ask(asker); // it holds others than we do
    }
    if (question.type !== 'ask') return;
    if (!share.isFree || !this.#answers.take()) {
      this.#answerToAll.run();
      return;
    }
    const answer = encodeStates([announcer.entry()]);
    share.use(answer.length);
    questions.respond(message, speaker, answer);
  }

  /** The answer of `client` to a question for its state (M4), or to a probe (P10). */
  answer(data: Uint8Array, speaker: Speaker, client: number): void {
    try {
      const message = decodePresence(data);
      const sender = speaksFor(message);
      const isAsked = sender !== undefined && this.#options.claims.said(sender, speaker) === client;
      if (message.type !== 'states' || message.entries.length !== 1 || !isAsked) {
        throw new ProtocolError('identity', `asked client ${client}, and received another one's words`);
      }
      this.#apply(message, speaker, 'answered');
    } catch (error) {
      if (error instanceof ProtocolError) error.user = speaker;
      throw error;
    }
    this.#options.display.show();
  }

  /** A client that was asked for its state does not subscribe any more. */
  unreachable(client: number): void {
    const { peers, channel, own, claims } = this.#options;
    peers.markUnreachable(client);
    this.#options.display.show();
    // Nobody has that id: a crowd need not find out one by one. In a verified room nobody may say so (V5).
    if (claims.verified || peers.get(client) || peers.size <= ANSWERS || !this.#reports.take()) return;
    channel.publish(channel.subjects.presence, encodeUnreachable(own.id, client, 0));
  }

  /**
   * The answer to the question for the roster (P5). Each of its parts is applied whole or left out (D1). Throws where
   * nothing of it can be read; returns one error for all parts that were left out.
   */
  roster(
    { states, batches }: RosterAnswer,
    { askedAt, sameFile }: RosterQuestion,
    speaker: Speaker,
  ): ProtocolError | undefined {
    const refused: ProtocolError[] = [];
    const refuse = (error: ProtocolError) => refused.push(error);
    const message = decodePresence(states, refuse);
    if (message.type !== 'states' || message.entries.length === 0) {
      throw refused[0] ?? new ProtocolError('shape', 'a roster without states');
    }
    this.#told.clear();
    this.#apply(message, speaker, 'hearsay', refuse);
    const { claims, pointing, display } = this.#options;
    // A batch names no user: it is of the session whose state the same answer tells (V5).
    const idOf = (client: number) => (claims.verified ? (this.#told.get(client) ?? -1) : client);
    for (const batch of batches) {
      attempt(refuse, () => {
        // Its anchors have numbers of this answer alone (M7).
        const { client, samples } = decodeBatch(batch, undefined, idOf(senderOf(batch)));
        const sample = samples.at(-1);
        // Second-hand, so no sign of life.
        if (sample && this.#options.peers.get(client)) pointing.playout.restore(client, sample, sample.ago, askedAt);
      });
    }
    display.showInFrame();
    if (sameFile) {
      const clients = batches.map((batch) => idOf(senderOf(batch)));
      pointing.retain(clients, askedAt);
    }
    display.show();
    const [first] = refused;
    if (!first || refused.length === 1) return first;
    return new ProtocolError(
      first.reason,
      `${refused.length} parts of a roster are left out, the first: ${first.detail}`,
    );
  }

  /**
   * Starts a question for the roster (P5). Until it is settled no client is asked on its own, because the answer will
   * mention it. Returns a function that settles it, and returns the clients still to ask: peers that were neither
   * mentioned nor received from since, and senders whose state has not come.
   */
  beginSync(): () => number[] {
    const open = new Set([...this.#options.peers].filter(({ kind }) => kind === 'slate').map(({ client }) => client));
    this.#open = open;
    return () => {
      if (this.#open === open) this.#open = undefined;
      return [...open];
    };
  }

  /** Asks one client for its state (M4). */
  ask(client: number): void {
    this.#asker.ask(client);
  }

  /** To be called about every `SWEEP_MS`: asks some of those of whom only others told (P13). */
  askHearsay(): void {
    let left = HEARSAY_ASKS;
    for (const peer of this.#options.peers) {
      if (left === 0) return;
      if (peer.source !== 'hearsay' || peer.kind !== 'slate' || this.#askedOnce.has(peer)) continue;
      if (!this.#asker.ask(peer.client)) continue;
      this.#askedOnce.add(peer);
      left--;
    }
  }

  /** The state of a new peer has come: applies the batch that waited for it (M4). */
  release({ client }: Peer): void {
    const waiting = this.#waiting.take(client);
    this.#strangers.move(client, this.#anchors);
    if (!waiting) return;
    try {
      this.#applyBatch(waiting.batch, waiting.speaker);
    } catch (error) {
      const { channel } = this.#options;
      channel.fail(error, channel.subjects.cursors); // the state that came is good all the same
    }
  }

  stop(): void {
    for (const part of [this.#asker, this.#contradiction, this.#answerToAll, this.#waiting]) part.stop();
  }

  /** With `refuse`, which a roster is applied with (P5), an entry that is refused is handed to it and left out. */
  #apply(
    message: PresenceMessage,
    speaker: Speaker,
    source: Source = 'said',
    refuse?: (error: ProtocolError) => void,
  ): void {
    const { peers, own, claims } = this.#options;
    if (message.type === 'states') {
      for (const entry of message.entries) attempt(refuse, () => this.#applyState(entry, speaker, source));
      for (const heartbeat of message.more) attempt(refuse, () => this.#apply(heartbeat, speaker, source));
    } else if (message.type === 'heartbeat') {
      const { clock, digest } = message;
      if (this.#isOwn(message.client, clock, source === 'hearsay' ? undefined : speaker, source)) return;
      if (source === 'hearsay' && claims.verified) return; // it names no user (V5)
      if (source === 'said') checkClient(message.client, source);
      const client = claims.said(message.client, speaker);
      this.#open?.delete(client);
      this.#askIfMissing(peers.applyHeartbeat({ ...message, client }, speaker, source), client);
      if (digest !== undefined) this.#options.census.heard(client, digest);
    } else if (message.type === 'unreachable') {
      const by = claims.said(message.by, speaker);
      if (message.client === own.id) {
        this.#isUnknown ||= message.clock === 0;
        this.#contradiction.run();
      }
      for (const client of claims.known(message.client)) {
        if (client === own.id) continue;
        if (peers.mayBeUnreachable({ ...message, by, client }, speaker)) this.#options.doubt(client);
        else if (!claims.verified && peers.get(by) && !peers.get(client)) this.#asker.heard(client);
      }
    }
  }

  /** V8: the server ended a connection, says a janitor. Who looks into it believes the server alone. */
  gone(data: Uint8Array): void {
    const message = decodePresence(data);
    if (message.type !== 'unreachable' || message.by !== NOBODY) {
      throw new ProtocolError('identity', 'a janitor reports what nobody answers for, and nothing else');
    }
    for (const client of this.#options.claims.known(message.client)) this.#options.doubt(client, true);
  }

  #applyState(given: StateEntry, speaker: Speaker, source: Source): void {
    const { peers, claims } = this.#options;
    const { clock, state, terms } = given;
    if (source === 'hearsay' && state === null && claims.verified) return; // it names no user (V5)
    const owner = source === 'hearsay' ? (state?.user as CleanUser | undefined)?.id : speaker;
    if (this.#isOwn(given.client, clock, owner, source, state === null)) return;
    checkClient(given.client, source, terms?.kind === 'json');
    const entry = claims.state(given, speaker, source);
    const { client } = entry;
    this.#told.set(given.client, client);
    peers.check([entry], speaker, source);
    // A goodbye in a roster is none (P13): whether the client left, it is asked itself.
    if (state !== null || source !== 'hearsay') this.#open?.delete(client);
    const outcome = peers.applyState(entry, speaker, source);
    const peer = peers.get(client);
    if (peer && state === null) this.#askedOnce.delete(peer); // a goodbye that needs an answer (P6)
    if (outcome === 'behind') this.#askIfMissing(outcome, client);
    else if (source !== 'hearsay') this.#asker.heard(client);
  }

  /** We live, whatever others say (P9). */
  #contradict(): void {
    const { announcer } = this.#options;
    if (!announcer.announcing) return;
    if (this.#isUnknown) announcer.announce();
    else announcer.heartbeat();
    this.#isUnknown = false;
  }

  #applyBatch(batch: CursorBatch, speaker: Speaker): void {
    const { client, samples, left, tapped, sentAt } = batch;
    const outcome = this.#options.peers.applyMotion(batch, speaker);
    if (outcome === 'unknown') this.#waiting.keep(batch, speaker);
    else if (outcome !== 'stale') this.#options.pointing.playout.push(client, sentAt, samples, left, tapped);
    this.#askIfMissing(outcome, client);
    this.#options.display.showInFrame();
  }

  #askIfMissing(outcome: Outcome, client: number): void {
    if (outcome !== 'unknown' && outcome !== 'behind') return;
    if (this.#open) this.#open.add(client);
    else this.#asker.ask(client);
  }

  /**
   * Whether a message is about our own client: our echo, or someone else's use of our id, which we then correct (P8).
   * `user`: whose client it is, where that is known. `ended`: it says that we left, which needs a correction at
   * whatever clock.
   */
  #isOwn(client: number, clock: number, user: Speaker, source: Source, ended = false): boolean {
    const { own, clash, claims, announcer } = this.#options;
    if (client !== own.id || (user !== undefined && !claims.isOurs(user))) return false;
    if (source === 'hearsay' && claims.verified) {
      // What others hold of our id is no clash: our next word is above it (P6), and where it cannot be, they are wrong.
      if (clock > own.clock && clock - own.clock <= MAX_FOLLOWED_JUMP) announcer.reassert(clock);
      return true;
    }
    if (ended && own.state && announcer.announcing && (clock > own.clock || this.#foreign)) announcer.guard();
    if (clock > own.clock || this.#foreign) clash.heard(ended ? Math.max(clock, own.clock) : clock);
    // It may be our own goodbye that comes back, after the state that followed it.
    else if (ended && own.state && announcer.announcing) this.#contradiction.run();
    return true;
  }
}

/** JSON programs have client ids of their own (P2): nothing binary speaks for them, but a roster of them. */
function checkClient(client: number, source: Source, isJson = false): void {
  if (client >= JSON_CLIENTS !== isJson || (isJson && source !== 'hearsay')) {
    throw new ProtocolError('identity', `client ${client} speaks JSON, or another client calls itself so`);
  }
}

/** The client that a message on the presence subject speaks for (P1). */
function speaksFor(message: PresenceMessage): number | undefined {
  if (message.type === 'states') return message.entries[0]?.client;
  return message.type === 'heartbeat' ? message.client : undefined;
}
