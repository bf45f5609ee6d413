/**
 * One session in one room: the only place that puts presence and cursors together. It wires, routes and reports; what a
 * message means is decided in the parts. Past 300 lines because the public face and the wiring of all parts are one idea.
 */
import type { Awareness } from 'y-protocols/awareness';
import type { Doc } from 'yjs';
import type { Bus, BusMessage, BusStatus, BusSubscription } from '../bus/bus.js';
import { type Clock, every } from '../clock.js';
import { Batcher, type Motion } from '../cursors/batcher.js';
import { Playout } from '../cursors/playout.js';
import { Emitter } from '../emitter.js';
import { ConnectionClosedError, NotConnectedError, OptionError, ProtocolError, SlateError } from '../errors.js';
import { Announcer } from '../presence/announcer.js';
import { Asker } from '../presence/asker.js';
import { AwarenessMirror, createAwareness } from '../presence/awareness.js';
import { JSON_LEASE_MS, SWEEP_MS } from '../presence/constants.js';
import { type Identity, keepIdentity } from '../presence/identity.js';
import { Joiner } from '../presence/joiner.js';
import { type Peer, Peers } from '../presence/peers.js';
import { Prober } from '../presence/prober.js';
import { Roster, type RosterEntry } from '../presence/roster.js';
import {
  BATCH_VERSION,
  type CursorBatch,
  decodeBatch,
  encodeBatch,
  MAX_ANCHOR_BYTES,
  senderOf,
} from '../protocol/cursor-codec.js';
import {
  type CollaborationEvent,
  decodeJsonCursors,
  decodeJsonPresence,
  looksLikeJson,
} from '../protocol/json-events.js';
import {
  decodePresence,
  encodeStates,
  encodeUnreachable,
  type PresenceMessage,
  type Terms,
} from '../protocol/presence-codec.js';
import { cleanText } from '../protocol/state.js';
import { type RoomSubjects, roomSubjects } from '../protocol/subjects.js';
import { makeUser, type ReadOptions } from './options.js';
import { watchPage } from './page.js';
import type {
  Activity,
  Member,
  RemotePointer,
  Room,
  RoomEvents,
  RoomStats,
  RoomStatus,
  User,
  UserInit,
} from './types.js';

/** M5: received motion enters Awareness once a frame. Milliseconds. */
const FRAME_MS = 16;
/** M4: batches kept for senders whose state has not come yet. */
const MAX_WAITING = 256;

const JSON_TERMS: Terms = { kind: 'json', activity: 'active', leaseMs: JSON_LEASE_MS, ageMs: 0, joining: false };

export class LiveRoom implements Room {
  readonly project: string | undefined;
  readonly file: string | undefined;
  readonly doc: Doc | undefined;
  readonly awareness: Awareness;
  readonly pointer: Room['pointer'];
  readonly pointers: Room['pointers'];

  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #subjects: RoomSubjects;
  readonly #emitter = new Emitter<RoomEvents>();
  readonly #mirror: AwarenessMirror;
  readonly #peers: Peers;
  readonly #roster = new Roster();
  readonly #announcer: Announcer;
  readonly #joiner: Joiner;
  readonly #asker: Asker;
  readonly #batcher: Batcher;
  readonly #playout: Playout;
  readonly #waiting = new Map<number, CursorBatch>();
  readonly #undo: (() => void)[] = [];
  readonly #subscriptions: BusSubscription[] = [];
  readonly #stats = { messagesIn: 0, messagesOut: 0, bytesIn: 0, bytesOut: 0, refused: 0 };

  #identity: Identity;
  #prober: Prober | undefined;
  #status: RoomStatus = 'connecting';
  #activity: Activity = 'active';
  #hidden = false;
  /** P6: said goodbye on `pagehide`, and may come back. */
  #putAway = false;
  #offlineAt: number | undefined;
  #sweptAt: number;
  #rosterDirty = false;
  #audience = false;
  #frame: (() => void) | undefined;
  #refused: SlateError | undefined;
  #syncs = 0;

  constructor(bus: Bus, options: ReadOptions) {
    const { project, file, doc, clock, random, user, location } = options;
    this.project = project;
    this.file = file;
    this.doc = doc;
    this.#bus = bus;
    this.#clock = clock;
    this.#random = random;
    this.#subjects = roomSubjects(project, file);
    this.#identity = { user, ...(file !== undefined && { file }), ...(location !== undefined && { location }) };
    this.#sweptAt = clock.now();
    this.awareness = createAwareness(doc, Math.floor(random() * 2 ** 32));
    this.awareness.setLocalState({ ...this.#identity });
    this.#mirror = new AwarenessMirror(this.awareness, this, clock);
    this.#peers = new Peers(this.#mirror, clock);
    this.#playout = new Playout(clock);
    const client = () => this.client;
    const onError = (error: unknown, subject: string) => this.#fail(error, subject);
    const receive = (message: PresenceMessage) => this.#settle(() => this.#onPresenceMessage(message));
    this.#undo.push(keepIdentity(this.awareness, () => this.#identity));
    this.#announcer = new Announcer({
      awareness: this.awareness,
      clock,
      random,
      fastFields: options.fastFields,
      publish: (bytes) => this.#publish(this.#subjects.presence, bytes),
      onMotion: (fields) => this.#batcher.set(fields),
      headcount: () => this.#peers.size + 1,
      withStock: () => this.#some((peer) => peer.kind === 'yjs'),
      onError: (error) => this.#fail(error, this.#subjects.presence),
    });
    this.#joiner = new Joiner({
      bus,
      subject: this.#subjects.sync,
      client,
      peers: this.#peers,
      now: () => clock.now(),
      self: () => this.#announcer.entry(),
      receive,
      onError,
    });
    this.#asker = new Asker({
      bus,
      clock,
      client,
      subject: this.#subjects.alive,
      receive,
      gone: (gone) => this.#settle(() => this.#peers.markUnreachable(gone, Number.MAX_SAFE_INTEGER)),
      onError,
    });
    this.#batcher = new Batcher({ clock, send: (motion) => this.#sendMotion(motion), audience: () => this.#audience });
    this.pointer = {
      move: ({ x, y, anchor }, at = clock.now()) => {
        if (!Number.isFinite(x) || !Number.isFinite(y)) return;
        this.#batcher.move({ x, y, anchor: fittingAnchor(anchor) }, at);
      },
      leave: () => this.#batcher.leave(),
    };
    const { sample, moving } = {
      sample: (now?: number) => this.#samplePointers(now),
      moving: () => this.#playout.moving,
    };
    this.pointers = {
      sample,
      get moving() {
        return moving();
      },
    };
    this.#peers.on('roster', () => {
      this.#rosterDirty = true;
    });
    this.#peers.on('arrived', (peer) => this.#welcome(peer));
    this.#peers.on('removed', (peer) => this.#playout.remove(peer.client));
    const onLocal = (_: unknown, origin: unknown) => {
      if (origin === 'local') this.#settle(() => (this.#rosterDirty = true));
    };
    this.awareness.on('change', onLocal);
    this.#undo.push(() => this.awareness.off('change', onLocal));
    this.#settle(() => (this.#rosterDirty = true));
  }

  get client(): number {
    return this.awareness.clientID;
  }

  get members(): readonly Member[] {
    return this.#roster.members;
  }

  get self(): Member {
    const own = this.members.find((member) => member.self);
    if (!own) throw new ConnectionClosedError();
    return own;
  }

  get status(): RoomStatus {
    return this.#status;
  }

  get stats(): RoomStats {
    return { ...this.#stats };
  }

  now(): number {
    return this.#clock.now();
  }

  roundTrip(): Promise<number> {
    return this.#bus.roundTrip();
  }

  on<K extends keyof RoomEvents>(type: K, fn: (event: RoomEvents[K]) => void): () => void {
    return this.#emitter.on(type, fn);
  }

  setLocation(location: string | undefined): void {
    const { location: _, ...rest } = this.#identity;
    const text = cleanText(location, 256);
    this.#identity = text ? { ...rest, location: text } : rest;
    const { location: __, ...state } = this.awareness.getLocalState() ?? {};
    this.awareness.setLocalState({ ...state, ...this.#identity, user: state.user ?? this.#identity.user });
  }

  setUser(change: Partial<Omit<UserInit, 'id'>>): void {
    if ('id' in change && (change as UserInit).id !== this.#identity.user.id) {
      throw new OptionError('user.id', 'cannot change in a room; leave and join again');
    }
    const user = makeUser({ ...(this.self.user as User), ...change, id: this.#identity.user.id });
    this.#identity = { ...this.#identity, user };
    this.awareness.setLocalStateField('user', user);
  }

  setActivity(activity: Activity): void {
    this.#activity = activity;
    this.#showActivity();
  }

  /** P5. Rejects with what forbids it: {@link PermissionError}, {@link AuthenticationError}, {@link ConnectionClosedError}. */
  async join(signal?: AbortSignal): Promise<void> {
    try {
      await this.#connected(signal);
      this.#listen();
      await this.#sync();
      signal?.throwIfAborted();
      if (this.#refused) throw this.#refused;
    } catch (error) {
      this.#stop();
      throw error;
    }
    const { clock, peers } = { clock: this.#clock, peers: this.#peers };
    this.#prober = new Prober({
      clock,
      client: () => this.client,
      peers,
      probe: (client) => this.#probe(client),
      unreachable: ({ client, clock: known }) =>
        this.#settle(() => {
          this.#publish(this.#subjects.presence, encodeUnreachable(this.client, client, known));
          this.#peers.markUnreachable(client, known);
        }),
    });
    this.#undo.push(
      every(clock, SWEEP_MS, () => this.#sweep()),
      watchPage({
        hidden: (hidden) => {
          this.#hidden = hidden;
          this.#showActivity();
        },
        putAway: () => this.#sayGoodbye(),
        broughtBack: () => void this.#resync(),
      }),
    );
    this.#tell('joined');
  }

  async leave(): Promise<void> {
    if (this.#status === 'closed') return;
    if (!this.#putAway) this.#sayGoodbye();
    const gone = this.#bus.status.type === 'connected' ? this.#bus.flush() : Promise.resolve();
    this.#stop();
    await gone.catch((error: unknown) => {
      if (!(error instanceof SlateError)) throw error; // the connection went first: then everyone sees us gone anyway
    });
  }

  // --- coming and going ---

  #connected(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (status: BusStatus) => {
        if (status.type !== 'connected' && status.type !== 'closed') return;
        undo();
        signal?.removeEventListener('abort', onAbort);
        if (status.type === 'connected') resolve();
        else reject(status.error ?? new ConnectionClosedError());
      };
      const onAbort = () => {
        undo();
        reject(signal?.reason);
      };
      const undo = this.#bus.on('status', settle);
      signal?.addEventListener('abort', onAbort);
      if (signal?.aborted) onAbort();
      else settle(this.#bus.status);
    });
  }

  #listen(): void {
    const { presence, cursors, alive } = this.#subjects;
    const inbox = this.#bus.inbox();
    this.#hear(presence, (message) => this.#onPresence(message));
    this.#hear(cursors, (message) => this.#onCursors(message));
    this.#hear(alive(this.client), (message) => this.#onAlive(message));
    this.#hear(`${inbox}.*`, (message) => {
      if (message.noResponders) this.#prober?.noResponders(Number(message.subject.slice(inbox.length + 1)));
    });
    this.#probeInbox = inbox;
    this.#undo.push(
      this.#bus.on('status', (status) => this.#onBusStatus(status)),
      this.#bus.on('error', (error) => {
        if (!('subject' in error) || this.#isOurs(String(error.subject))) this.#emitter.emit('error', error);
      }),
    );
  }

  #probeInbox = '';

  #hear(subject: string, handler: (message: BusMessage) => void): void {
    const subscription = this.#bus.subscribe(subject, (message) => {
      this.#stats.messagesIn++;
      this.#stats.bytesIn += message.data.length;
      try {
        handler(message);
      } catch (error) {
        this.#fail(error, message.subject);
      }
    });
    this.#subscriptions.push(subscription);
    void subscription.closed.then((error) => {
      if (error) this.#refused = error;
    });
  }

  /** P5, P7: announce, ask, answer. The newest run wins; an older one that is overtaken says nothing more. */
  async #sync(): Promise<void> {
    const run = ++this.#syncs;
    const missing = new Set([...this.#peers].filter((peer) => peer.kind === 'slate').map((peer) => peer.client));
    this.#answered = missing;
    this.#announcer.start(true);
    const result = await this.#joiner.ask();
    if (run !== this.#syncs || this.#status === 'closed') return;
    this.#answered = undefined;
    this.#joiner.answer();
    // Two who joined at once have each found nobody: whoever answers now says so, and the other asks (rule P5).
    if (result !== 'answered') this.#announcer.beat();
    else for (const client of missing) if (this.#peers.get(client)) this.#asker.ask(client);
    this.#setStatus('connected');
  }

  /** While a question is out: the peers that its answer has not named. */
  #answered: Set<number> | undefined;

  async #resync(): Promise<void> {
    if (this.#bus.status.type !== 'connected') return; // its reconnection will do it
    this.#putAway = false;
    if (this.#offlineAt !== undefined) this.#peers.extendLeases(this.#clock.now() - this.#offlineAt);
    this.#offlineAt = undefined;
    this.#sweptAt = this.#clock.now();
    try {
      await this.#sync();
    } catch (error) {
      if (!(error instanceof NotConnectedError)) this.#fail(error, this.#subjects.sync); // else lost again: the next one does it
    }
  }

  #onBusStatus(status: BusStatus): void {
    if (status.type === 'connected') void this.#resync();
    else if (status.type === 'closed') {
      if (status.error) this.#emitter.emit('error', status.error);
      this.#setStatus('closed');
    } else {
      this.#offlineAt ??= this.#clock.now();
      this.#syncs++;
      this.#setStatus('reconnecting');
    }
  }

  #setStatus(status: RoomStatus): void {
    if (status === this.#status) return;
    this.#status = status;
    this.#emitter.emit('status', status);
    this.#settle(() => (this.#rosterDirty = true));
  }

  #sayGoodbye(): void {
    this.#joiner.stop();
    this.#batcher.stop();
    this.#announcer.goodbye();
    this.#tell('left');
    this.#putAway = true;
  }

  #stop(): void {
    this.#syncs++;
    for (const undo of this.#undo.splice(0)) undo();
    for (const subscription of this.#subscriptions.splice(0)) subscription.unsubscribe();
    this.#frame?.();
    this.#prober?.stop();
    this.#asker.stop();
    this.#joiner.stop();
    this.#batcher.stop();
    this.#announcer.stop();
    for (const peer of [...this.#peers]) this.#peers.remove(peer.client);
    this.#mirror.flush();
    this.awareness.destroy();
    this.#setStatus('closed');
  }

  /** S3: for listeners that want events, not state. */
  #tell(type: CollaborationEvent['type']): void {
    const subject = type === 'joined' ? this.#subjects.joined : this.#subjects.left;
    const { user, location } = this.#identity;
    if (subject === undefined || this.project === undefined) return;
    const data = { name: user.name, ...(location !== undefined && { location }) };
    const event: CollaborationEvent = {
      type,
      projectId: this.project,
      userId: user.id,
      timestamp: this.#clock.date(),
      data,
    };
    this.#publish(subject, new TextEncoder().encode(JSON.stringify(event)));
  }

  #showActivity(): void {
    this.#announcer.activity = this.#hidden ? 'away' : this.#activity;
    this.#settle(() => (this.#rosterDirty = true));
  }

  // --- inbound ---

  #onPresence({ data }: BusMessage): void {
    if (looksLikeJson(data)) {
      const event = decodeJsonPresence(data);
      if (event && event.state?.user) this.#applyJson(event);
      else if (event) this.#settle(() => this.#peers.applyState({ ...event, terms: JSON_TERMS }));
    } else this.#settle(() => this.#onPresenceMessage(decodePresence(data)));
  }

  #applyJson(event: NonNullable<ReturnType<typeof decodeJsonPresence>>): void {
    const entry = { ...event, terms: JSON_TERMS };
    const { user } = event.state as { user: User };
    // A Slate session announces itself in JSON too (S3); only people who speak nothing else become JSON members.
    if (user.id === this.#identity.user.id) return;
    this.#settle(() => {
      this.#peers.check([entry]);
      this.#peers.applyState(entry);
    });
  }

  #onPresenceMessage(message: PresenceMessage): void {
    if (message.type === 'states') {
      const others = message.entries.filter((entry) => !this.#isSelf(entry.client, entry.clock));
      this.#peers.check(others);
      for (const entry of others) {
        this.#answered?.delete(entry.client);
        this.#peers.applyState(entry);
      }
      for (const beat of message.more) this.#onPresenceMessage(beat);
    } else if (message.type === 'beat') {
      const { client, clock, terms } = message;
      if (this.#isSelf(client, clock)) return;
      this.#answered?.delete(client);
      const outcome = this.#peers.applyBeat(client, clock, terms);
      if (outcome === 'unknown' || outcome === 'behind') this.#asker.ask(client);
    } else if (message.type === 'unreachable') {
      const { by, client, clock } = message;
      if (client === this.client) this.#speak();
      else if (this.#peers.get(by)) this.#peers.markUnreachable(client, clock);
    }
  }

  /** P8: our own id, in our echo or in someone else's mouth. */
  #isSelf(client: number, clock: number): boolean {
    if (client !== this.client) return false;
    const own = this.awareness.meta.get(client)?.clock ?? 0;
    if (clock > own) {
      if (clock - own > 2 ** 24) throw new ProtocolError('clock', 'someone spoke in our name with a clock far ahead');
      this.#announcer.reassert(clock);
    }
    return true;
  }

  /** P9: we are said not to answer; at most once a second we say that we do. */
  #spokeAt = Number.NEGATIVE_INFINITY;
  #speak(): void {
    if (this.#clock.now() - this.#spokeAt < 1_000) return;
    this.#spokeAt = this.#clock.now();
    this.#announcer.beat();
  }

  #onAlive(message: BusMessage): void {
    if (message.data.length === 0) return; // a probe; that we hear it is the answer
    if (message.data[0] === BATCH_VERSION) {
      this.#applyBatch(decodeBatch(message.data));
      return;
    }
    const question = decodePresence(message.data);
    const entry = this.#announcer.entry();
    if (question.type === 'ask' && entry && !this.#putAway) message.respond(encodeStates([entry]));
  }

  #onCursors({ data }: BusMessage): void {
    if (senderOf(data) === this.client) return;
    if (!looksLikeJson(data)) return this.#applyBatch(decodeBatch(data));
    for (const { client, userId, clock, position, point } of decodeJsonCursors(data)) {
      if (userId === this.#identity.user.id) continue;
      if (this.#peers.applyMotion(client, clock, 0, { position }) === 'unknown') {
        this.#applyJson({
          client,
          clock,
          state: { user: makeUser({ id: userId }), ...(this.file !== undefined && { file: this.file }), position },
        });
      }
      if (point) this.#playout.push(client, clock, [{ ...point, ago: 0 }], false);
    }
    this.#nextFrame();
  }

  #applyBatch(batch: CursorBatch): void {
    const { client, clock, presence, fields, samples, left, sentAt } = batch;
    const outcome = this.#peers.applyMotion(client, clock, presence, fields);
    if (outcome === 'unknown') {
      const before = this.#waiting.get(client);
      if (before ? sentAt > before.sentAt : this.#waiting.size < MAX_WAITING) this.#waiting.set(client, batch);
    } else if (samples.length > 0 || left) this.#playout.push(client, sentAt, samples, left);
    if (outcome === 'unknown' || outcome === 'behind') this.#asker.ask(client);
    this.#nextFrame();
  }

  /** M4, M5: what waited for its sender's state is applied, and the newcomer gets our resting pointer. */
  #welcome(peer: Peer): void {
    const batch = this.#waiting.get(peer.client);
    this.#waiting.delete(peer.client);
    if (batch) this.#applyBatch(batch);
    if (peer.kind === 'slate' && peer.state.file === this.file) {
      const rest = this.#batcher.rest();
      const fields = this.#announcer.fastFields();
      const motion = rest ?? { sentAt: this.now(), samples: [], left: false };
      if (rest || Object.keys(fields).length > 0) {
        this.#publish(this.#subjects.alive(peer.client), this.#encode({ ...motion, fields }));
      }
    } else if (peer.kind === 'yjs') {
      // It knows nobody yet; not all of a crowd at once.
      const within = Math.min(1_000, 10 * this.#peers.size);
      this.#undo.push(this.#clock.after(this.#random() * within, () => this.#announcer.announce()));
    }
  }

  #nextFrame(): void {
    this.#frame ??= this.#clock.after(FRAME_MS, () => {
      this.#frame = undefined;
      this.#settle(() => {});
      this.#emitter.emit('pointers', undefined);
    });
  }

  /** Runs a change of what is known, then shows all of it at once: Awareness first, the roster after it. */
  #settle(change: () => void): void {
    try {
      change();
    } finally {
      this.#mirror.flush();
      if (this.#rosterDirty) this.#updateRoster();
    }
  }

  #updateRoster(): void {
    this.#rosterDirty = false;
    this.#audience = this.#status === 'connected' && !this.#hidden && this.#some((peer) => this.#sees(peer));
    const entries: RosterEntry[] = [];
    const state = this.awareness.getLocalState();
    const status = this.#hidden ? 'away' : this.#activity;
    if (state) entries.push({ client: this.client, kind: 'slate', status, state, self: true });
    for (const { client, kind, state, activity, unreachableAt } of this.#peers) {
      const stale = unreachableAt !== undefined || this.#status !== 'connected';
      entries.push({ client, kind, status: stale ? 'stale' : activity, state, self: false });
    }
    if (this.#roster.update(entries)) this.#emitter.emit('members', this.#roster.members);
  }

  #sees({ kind, state, unreachableAt }: Peer): boolean {
    return unreachableAt === undefined && (kind === 'json' || (kind === 'slate' && state.file === this.file));
  }

  #some(test: (peer: Peer) => boolean): boolean {
    for (const peer of this.#peers) if (test(peer)) return true;
    return false;
  }

  /** P7: while we were away, or asleep, silence said nothing about the others. */
  #sweep(): void {
    const now = this.#clock.now();
    const late = now - this.#sweptAt - SWEEP_MS;
    this.#sweptAt = now;
    if (this.#offlineAt !== undefined || this.#putAway) return;
    if (late > SWEEP_MS) this.#peers.extendLeases(late);
    this.#settle(() => this.#peers.sweep());
  }

  #samplePointers(now = this.#clock.now()): readonly RemotePointer[] {
    return this.#playout.sample(now).flatMap((played) => {
      const peer = this.#peers.get(played.client);
      if (!peer || peer.unreachableAt !== undefined) return [];
      return [{ ...played, user: peer.state.user as User }];
    });
  }

  // --- outbound ---

  #sendMotion(motion: Motion): boolean {
    return this.#publish(this.#subjects.cursors, this.#encode(motion));
  }

  #encode(motion: Motion): Uint8Array {
    const clock = this.awareness.meta.get(this.client)?.clock ?? 0;
    const presence = Math.min(clock, this.#announcer.presenceClock);
    return encodeBatch({ client: this.client, clock, presence, ...motion });
  }

  #probe(client: number): void {
    if (this.#offlineAt === undefined) {
      this.#publish(this.#subjects.alive(client), new Uint8Array(0), `${this.#probeInbox}.${client}`);
    }
  }

  /** False while there is no connection: what is lost then is said again on reconnection (P7, M1). */
  #publish(subject: string, bytes: Uint8Array, reply?: string): boolean {
    if (this.#bus.status.type !== 'connected') return false;
    try {
      this.#bus.publish(subject, bytes, reply === undefined ? {} : { reply });
    } catch (error) {
      this.#fail(error, subject);
      return false;
    }
    this.#stats.messagesOut++;
    this.#stats.bytesOut += bytes.length;
    return true;
  }

  #isOurs(subject: string): boolean {
    const { presence, cursors, sync, joined, left, alive } = this.#subjects;
    const aliveOfAny = alive(0).slice(0, -1);
    return [presence, cursors, sync, joined, left].includes(subject) || subject.startsWith(aliveOfAny);
  }

  /** D1: one counted event, whatever it was. */
  #fail(error: unknown, subject: string): void {
    if (error instanceof ProtocolError) {
      error.subject ||= subject;
      this.#stats.refused++;
    }
    this.#emitter.emit(
      'error',
      error instanceof SlateError ? error : new SlateError(`Failed on ${subject}.`, { cause: error }),
    );
  }
}

const utf8 = new TextEncoder();

/** An address too long for the wire names the whole surface instead. */
function fittingAnchor(anchor: string): string {
  return anchor.length * 3 <= MAX_ANCHOR_BYTES || utf8.encode(anchor).length <= MAX_ANCHOR_BYTES ? anchor : '';
}
