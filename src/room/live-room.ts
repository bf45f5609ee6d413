/**
 * One session in one room: the only place that puts presence and cursors together, and what a caller holds. It wires
 * the parts and keeps their life: join, reconnect, put away, leave. Past 300 lines because the public face and the
 * wiring of all parts are one idea.
 */
import type { Awareness } from 'y-protocols/awareness';
import type { Doc } from 'yjs';
import type { Bus, BusStatus } from '../bus/bus.js';
import { type Clock, every, type Random } from '../clock.js';
import { Emitter } from '../emitter.js';
import { ConnectionClosedError, NotConnectedError, ProtocolError, SlateError } from '../errors.js';
import { Announcer } from '../presence/announcer.js';
import { Asker } from '../presence/asker.js';
import { AwarenessMirror, createAwareness } from '../presence/awareness.js';
import { SLEPT_MS, SWEEP_MS } from '../presence/constants.js';
import { Joiner } from '../presence/joiner.js';
import { type Peer, Peers } from '../presence/peers.js';
import { Prober } from '../presence/prober.js';
import { Roster, type RosterEntry } from '../presence/roster.js';
import type { CollaborationEvent } from '../protocol/json-events.js';
import { encodeAsk, encodeUnreachable, type PresenceMessage } from '../protocol/presence-codec.js';
import { roomSubjects } from '../protocol/subjects.js';
import { unlessAborted, whenConnected } from './connected.js';
import { Inbound } from './inbound.js';
import type { ReadOptions } from './options.js';
import { Overheard } from './overheard.js';
import { Own } from './own.js';
import { watchPage } from './page.js';
import { Pointing } from './pointing.js';
import type { Activity, Member, Room, RoomEvents, RoomStats, RoomStatus, UserInit } from './types.js';
import { RoomWire } from './wire.js';

/** M5: received motion enters Awareness once a frame. Milliseconds. */
const FRAME_MS = 16;

export class LiveRoom implements Room {
  readonly project: string | undefined;
  readonly file: string | undefined;
  readonly doc: Doc | undefined;
  readonly awareness: Awareness;
  readonly pointer: Room['pointer'];
  readonly pointers: Room['pointers'];

  readonly #clock: Clock;
  readonly #random: Random;
  readonly #emitter = new Emitter<RoomEvents>();
  readonly #wire: RoomWire;
  readonly #mirror: AwarenessMirror;
  readonly #peers: Peers;
  readonly #roster = new Roster();
  readonly #announcer: Announcer;
  readonly #joiner: Joiner;
  readonly #asker: Asker;
  readonly #inbound: Inbound;
  readonly #own: Own;
  readonly #pointing: Pointing;
  readonly #messagesPerSecond: number;
  readonly #undo: (() => void)[] = [];

  #prober: Prober | undefined;
  #status: RoomStatus = 'connecting';
  /** P6: said goodbye on `pagehide`, and may come back. */
  #putAway = false;
  #offlineAt: number | undefined;
  #sweptAt: number;
  /** The clients whose place in the roster is to be looked at. */
  readonly #changed = new Set<number>();
  /** M1: someone would see our motion now. */
  #audience = false;
  #cancelFrame: (() => void) | undefined;
  /** Counts the runs of `#sync`; the newest wins. */
  #syncs = 0;
  #syncBegan = 0;

  constructor(bus: Bus, options: ReadOptions) {
    const { project, file, doc, clock, random, user, messagesPerSecond } = options;
    this.project = project;
    this.file = file;
    this.doc = doc;
    this.#clock = clock;
    this.#random = random;
    this.#sweptAt = clock.now();
    const subjects = roomSubjects(project, file);
    this.#wire = new RoomWire(bus, subjects, (error) => this.#emitter.emit('error', error));
    this.awareness = createAwareness(doc, Math.floor(random() * 2 ** 32));
    this.#own = new Own(this.awareness, options);
    this.#mirror = new AwarenessMirror(this.awareness, this, clock);
    this.#peers = new Peers(this.#mirror, clock);
    this.#messagesPerSecond = messagesPerSecond;
    const client = () => this.client;
    const ownClock = () => this.awareness.meta.get(this.client)?.clock ?? 0;
    this.#pointing = new Pointing({
      clock,
      random,
      messagesPerSecond,
      peers: this.#peers,
      client,
      clocks: () => ({ clock: ownClock(), presence: Math.min(ownClock(), this.#announcer.presenceClock) }),
      send: (batch) => this.#wire.say(subjects.cursors, batch),
      audience: () => this.#audience,
    });
    const { batcher, playout, pace } = this.#pointing;
    this.pointer = this.#pointing.pointer;
    this.pointers = this.#pointing.pointers;

    const onError = (error: unknown, subject: string) => this.#wire.fail(error, subject);
    const receive = (message: PresenceMessage) => {
      this.#inbound.take(message);
      this.#settle();
    };
    this.#announcer = new Announcer({
      awareness: this.awareness,
      clock,
      random,
      fastFields: options.fastFields,
      publish: (bytes) => this.#wire.say(subjects.presence, bytes),
      onMotion: (fields) => batcher.set(fields),
      onState: () => batcher.dropFields(),
      headcount: () => this.#peers.size + 1,
      withStock: () => this.#some((peer) => peer.kind === 'yjs'),
      onError: (error) => onError(error, subjects.presence),
    });
    this.#joiner = new Joiner({
      bus,
      subjects,
      client,
      peers: this.#peers,
      now: () => clock.now(),
      self: () => this.#announcer.entry(),
      resting: (asker) => this.#pointing.resting(asker),
      receive: (answer, complete) => {
        this.#inbound.roster(answer, this.#syncBegan);
        if (complete) this.#pointing.retain(answer.batches, this.#syncBegan);
        this.#settle();
      },
      onError,
    });
    this.#asker = new Asker({
      bus,
      clock,
      client,
      subject: subjects.alive,
      receive,
      gone: (peer) => {
        this.#peers.markUnreachable(peer, Number.MAX_SAFE_INTEGER);
        this.#settle();
      },
      onError,
    });
    this.#inbound = new Inbound({
      peers: this.#peers,
      playout,
      pace,
      announcer: this.#announcer,
      asker: this.#asker,
      now: () => clock.now(),
      client,
      ownClock,
      userId: user.id,
      project,
      file,
      settle: () => this.#settle(),
      nextFrame: () => this.#nextFrame(),
    });
    this.#peers.on('roster', (peer) => this.#changed.add(peer));
    this.#peers.on('arrived', (peer) => this.#welcome(peer));
    this.#peers.on('removed', (peer) => playout.remove(peer.client));
    const onLocalChange = (_: unknown, origin: unknown) => {
      if (origin === 'local') this.#redraw([]);
    };
    this.awareness.on('change', onLocalChange);
    this.#undo.push(this.#own.stop, () => this.awareness.off('change', onLocalChange));
    this.#redraw();
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
    return { ...this.#wire.stats };
  }

  now(): number {
    return this.#clock.now();
  }

  roundTrip(): Promise<number> {
    return this.#wire.bus.roundTrip();
  }

  on<K extends keyof RoomEvents>(type: K, fn: (event: RoomEvents[K]) => void): () => void {
    return this.#emitter.on(type, fn);
  }

  setLocation(location: string | undefined): void {
    this.#own.setLocation(location);
  }

  setUser(change: Partial<Omit<UserInit, 'id'>>): void {
    this.#own.setUser(change);
  }

  setActivity(activity: Activity): void {
    this.#own.activity = activity;
    this.#showActivity();
  }

  /** P5. Rejects as `joinRoom` does, and leaves nothing running then. */
  async join(signal?: AbortSignal): Promise<void> {
    try {
      await whenConnected(this.#wire.bus, signal);
      this.#start();
      await unlessAborted(this.#sync(), signal);
      if (this.#wire.refused) throw this.#wire.refused;
      if (this.#status === 'closed') throw new ConnectionClosedError();
    } catch (error) {
      this.#announcer.goodbye(); // whoever heard our announcement
      this.#stop();
      throw error;
    }
    this.#tell('joined');
    this.#undo.push(this.#clock.after(0, () => this.#wire.admit())); // when the caller can listen
  }

  async leave(): Promise<void> {
    if (this.#status === 'closed') return;
    if (!this.#putAway) this.#sayGoodbye();
    const sent = this.#wire.connected ? this.#wire.bus.flush() : Promise.resolve();
    this.#stop();
    await sent.catch((error: unknown) => {
      if (!(error instanceof SlateError)) throw error; // the connection went first: then everyone sees us gone anyway
    });
  }

  #start(): void {
    const { bus, subjects } = this.#wire;
    const inbox = bus.inbox();
    this.#prober = new Prober({
      clock: this.#clock,
      client: () => this.client,
      peers: this.#peers,
      probe: (client, ask) =>
        this.#wire.say(subjects.alive(client), ask ? encodeAsk(this.client) : NOTHING, `${inbox}.${client}`),
      ping: () => bus.flush(),
      unreachable: (peer) => this.#declareUnreachable(peer),
    });
    const prober = this.#prober;
    this.#wire.hear(subjects.presence, (message) => this.#inbound.presence(message));
    this.#wire.hear(subjects.cursors, (message) => this.#inbound.cursors(message));
    this.#overhear();
    this.#wire.hear(subjects.alive(this.client), (message) => {
      if (!this.#putAway) this.#inbound.direct(message);
    });
    this.#wire.hear(`${inbox}.*`, (message) => {
      if (message.noResponders) prober.noResponders(Number(message.subject.slice(inbox.length + 1)));
      else this.#inbound.presence(message);
    });
    this.#undo.push(
      () => prober.stop(),
      bus.on('status', (status) => this.#onBusStatus(status)),
      bus.on('error', (error) => {
        if (this.#wire.concerns(error)) this.#emitter.emit('error', error);
      }),
      every(this.#clock, SWEEP_MS, () => this.#sweep()),
      watchPage({
        hidden: (hidden) => {
          this.#own.hidden = hidden;
          this.#showActivity();
        },
        putAway: () => this.#sayGoodbye(),
        broughtBack: () => void this.#resync(),
      }),
    );
  }

  /** M9: programs that know no rooms. */
  #overhear(): void {
    const { fileCursors, allCursors } = this.#wire.subjects;
    if (fileCursors === undefined || allCursors === undefined) return;
    this.#wire.overhear(fileCursors, (message) => this.#inbound.fileCursors(message));
    const overheard = new Overheard({
      clock: this.#clock,
      messagesPerSecond: this.#messagesPerSecond,
      listen: (handler) => this.#wire.overhear(allCursors, handler),
      take: (message) => this.#inbound.allCursors(message),
      tooMuch: (limit) => {
        const detail = `over ${limit} messages a second that are for others; it is not heard for a while`;
        this.#wire.fail(new ProtocolError('limit', detail), allCursors);
      },
    });
    this.#undo.push(() => overheard.stop());
  }

  /** P5, P7: ask, announce, answer. */
  async #sync(): Promise<void> {
    const run = ++this.#syncs;
    const open = this.#inbound.beginSync();
    this.#syncBegan = this.#clock.now();
    this.#pointing.pace.begin();
    const asked = this.#joiner.ask();
    this.#announcer.start();
    const result = await asked;
    if (run !== this.#syncs) return;
    const missing = open();
    this.#joiner.answer();
    // Two who joined at once have each found nobody: whoever answers from now on says so, and the other asks.
    if (result !== 'answered') this.#announcer.beat();
    for (const client of missing) {
      // Whom an answer does not name has left while we were away, perhaps; where all are coming back, none did.
      if (result === 'answered' || !this.#peers.get(client)) this.#asker.ask(client);
    }
    this.#setStatus('connected');
  }

  async #resync(): Promise<void> {
    if (!this.#wire.connected) return; // its reconnection will do it
    const now = this.#clock.now();
    if (this.#offlineAt !== undefined) this.#peers.extendLeases(now - this.#offlineAt);
    this.#offlineAt = undefined;
    this.#putAway = false;
    this.#sweptAt = now;
    try {
      await this.#sync();
    } catch (error) {
      // Lost again: the next reconnection does it.
      if (!(error instanceof NotConnectedError)) this.#wire.fail(error, this.#wire.subjects.sync);
    }
  }

  #onBusStatus(status: BusStatus): void {
    if (status.type === 'connected') void this.#resync();
    else if (status.type === 'closed') {
      if (status.error) this.#emitter.emit('error', status.error);
      this.#stop();
    } else {
      this.#offlineAt ??= this.#clock.now();
      this.#syncs++;
      this.#joiner.stop();
      this.#setStatus('reconnecting');
    }
  }

  #setStatus(status: RoomStatus): void {
    if (status === this.#status || this.#status === 'closed') return;
    this.#status = status;
    this.#emitter.emit('status', status);
    this.#redraw();
  }

  /** P6. What was heard of others stays, for a return out of the back/forward cache. */
  #sayGoodbye(): void {
    this.#syncs++; // one under way would answer others for us
    this.#joiner.stop();
    this.#pointing.batcher.stop();
    this.#announcer.goodbye();
    this.#tell('left');
    this.#putAway = true;
  }

  #stop(): void {
    this.#syncs++;
    for (const undo of this.#undo.splice(0)) undo();
    this.#wire.close();
    this.#cancelFrame?.();
    this.#asker.stop();
    this.#joiner.stop();
    this.#pointing.batcher.stop();
    this.#announcer.stop();
    for (const peer of [...this.#peers]) this.#peers.remove(peer.client);
    this.awareness.destroy();
    this.#setStatus('closed');
    this.#redraw();
  }

  /** S3: for listeners that want events, not state. */
  #tell(type: 'joined' | 'left'): void {
    const subject = this.#wire.subjects[type];
    const { user, location } = this.#own.identity;
    if (subject === undefined || this.project === undefined) return;
    const data = { name: user.name, ...(location !== undefined && { location }) };
    const timestamp = this.#clock.date();
    const event: CollaborationEvent = { type, projectId: this.project, userId: user.id, timestamp, data };
    this.#wire.say(subject, utf8.encode(JSON.stringify(event)));
  }

  #showActivity(): void {
    this.#announcer.activity = this.#own.shown;
    this.#redraw();
  }

  #declareUnreachable({ client, clock }: Peer): void {
    this.#wire.say(this.#wire.subjects.presence, encodeUnreachable(this.client, client, clock));
    this.#peers.markUnreachable(client, clock);
    this.#settle();
  }

  /** M4: what waited for its state is applied; M7: it knows no anchor of ours; P1: a stock client gets our state. */
  #welcome(peer: Peer): void {
    this.#inbound.release(peer);
    this.#pointing.spellAgain();
    if (peer.kind === 'yjs') {
      // It knows nobody yet, and takes only what is said to all; not all of a crowd at once.
      const within = Math.min(1_000, 10 * this.#peers.size);
      this.#undo.push(this.#clock.after(this.#random() * within, () => this.#announcer.announce()));
    }
  }

  /** Where nobody would notice there is no need of a frame: a timer costs more than a batch. */
  #nextFrame(): void {
    if (this.#changed.size === 0 && !this.#mirror.pending && !this.#emitter.has('pointers')) return;
    this.#cancelFrame ??= this.#clock.after(FRAME_MS, () => {
      this.#cancelFrame = undefined;
      this.#settle();
      this.#emitter.emit('pointers', undefined);
    });
  }

  /** Shows everything that changed at once: Awareness first, the roster after it. */
  #settle(): void {
    this.#mirror.flush();
    if (this.#changed.size === 0) return;
    const audience = this.#audience;
    this.#audience = this.#status === 'connected' && !this.#own.hidden && this.#some((peer) => this.#watchesUs(peer));
    if (this.#audience && !audience) this.#pointing.batcher.catchUp();
    for (const client of this.#changed) this.#roster.set(client, this.#entry(client));
    this.#changed.clear();
    if (this.#roster.settle()) this.#emitter.emit('members', this.#roster.members);
  }

  /** What is shown of some clients may differ: our own, and where not given that of everyone here. */
  #redraw(peers: Iterable<Peer> = this.#peers): void {
    this.#changed.add(this.client);
    for (const { client } of peers) this.#changed.add(client);
    this.#settle();
  }

  #entry(client: number): RosterEntry | undefined {
    if (client === this.client) {
      const state = this.awareness.getLocalState();
      return state ? { client, kind: 'slate', status: this.#own.shown, state, self: true } : undefined;
    }
    const peer = this.#peers.get(client);
    if (!peer) return undefined;
    // Without a connection we hear nobody, so nobody is known to be here.
    const stale = this.#status !== 'connected' || peer.unreachableAt !== undefined;
    return { client, kind: peer.kind, status: stale ? 'stale' : peer.activity, state: peer.state, self: false };
  }

  #watchesUs({ kind, state, unreachableAt }: Peer): boolean {
    return unreachableAt === undefined && (kind === 'json' || (kind === 'slate' && state.file === this.file));
  }

  #some(test: (peer: Peer) => boolean): boolean {
    for (const peer of this.#peers) if (test(peer)) return true;
    return false;
  }

  /** P7: while we were away or asleep, silence said nothing about the others. */
  #sweep(): void {
    const now = this.#clock.now();
    const late = now - this.#sweptAt - SWEEP_MS;
    this.#sweptAt = now;
    if (this.#offlineAt !== undefined || this.#putAway) return;
    if (late > SLEPT_MS) this.#peers.extendLeases(late);
    this.#peers.sweep();
    this.#settle();
  }
}

const NOTHING = new Uint8Array(0);
const utf8 = new TextEncoder();
