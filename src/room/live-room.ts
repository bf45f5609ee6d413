/** One session in one room, as a caller holds it: its public face, and the life of its parts. */
import type { Awareness } from 'y-protocols/awareness';
import type { Doc } from 'yjs';
import type { Bus, BusStatus } from '../bus/bus.js';
import { whenConnected } from '../bus/when-connected.js';
import { ConnectionClosedError, OptionError, PermissionError, SlateError } from '../errors.js';
import { watchPage } from '../page.js';
import { Paced } from '../presence/bounds.js';
import { REACTION_MS } from '../presence/constants.js';
import type { Peer } from '../presence/peers.js';
import { type DocumentsCode, LateDocuments } from './documents.js';
import type { ReadOptions } from './options.js';
import { makeParts, type Parts, type VerifiedCode } from './parts.js';
import type { Activity, Member, Role, Room, RoomEvents, RoomStats, RoomStatus, UserInit, WorkChange } from './types.js';
import { unlessAborted } from './unless-aborted.js';

/** What a room needs only by its options. */
export interface LateCode {
  readonly documents?: DocumentsCode | undefined;
  readonly verified?: VerifiedCode | undefined;
}

export class LiveRoom implements Room {
  readonly project: string | undefined;
  readonly file: string | undefined;
  readonly verified: boolean;
  readonly role: Role;
  readonly doc: Doc | undefined;
  readonly awareness: Awareness;
  readonly pointer: Room['pointer'];
  readonly pointers: Room['pointers'];
  readonly documents: LateDocuments;
  readonly #parts: Parts;
  /** Aborts the join. */
  readonly #abort = new AbortController();
  /** Unsubscribe from what the room listens to, and cancel its timers. */
  readonly #cleanups: (() => void)[] = [];
  /** For stock Yjs clients that have arrived. */
  readonly #introduction: Paced;

  /** `late`: the code that was loaded for this room. Throws {@link PartMissingError} where a verified one has none. */
  constructor(bus: Bus, options: ReadOptions, late: LateCode = {}) {
    const parts = makeParts(bus, options, this, late.verified);
    const { peers, pointing, own, clock, announcer } = parts;
    this.#parts = parts;
    this.#introduction = new Paced(clock, REACTION_MS, () => announcer.announce());
    this.project = options.project;
    this.file = options.file;
    this.verified = options.verified;
    this.role = options.role;
    this.doc = options.doc;
    this.awareness = own.awareness;
    this.pointer = pointing.pointer;
    this.pointers = pointing.pointers;
    const report = (error: SlateError) => parts.events.emit('error', error);
    const saw = parts.display.saw.bind(parts.display);
    this.documents = new LateDocuments({ ...options, bus, awareness: this.awareness, report, saw });
    if (late.documents && this.doc)
      this.documents.begin(late.documents, this.doc, { ...options.document, history: options.history });
    peers.on('arrived', (peer) => this.#welcome(peer));
    peers.on('removed', (peer) => {
      pointing.playout.remove(peer.client);
      // Of those who are left, one looks after the edits of who may have died (Y9).
      this.documents.rescue(() => [...peers].every(({ client }) => client > own.id));
    });
    const onDestroy = () => this.#destroyed();
    this.awareness.on('destroy', onDestroy);
    this.#cleanups.push(() => this.awareness.off('destroy', onDestroy));
  }

  get client(): number {
    return this.#parts.own.id;
  }

  get members(): readonly Member[] {
    return this.#parts.display.members;
  }

  get self(): Member {
    const { self } = this.#parts.display;
    if (!self) throw new ConnectionClosedError();
    return self;
  }

  get status(): RoomStatus {
    return this.#parts.display.status;
  }

  get stats(): RoomStats {
    return { ...this.#parts.channel.stats };
  }

  now(): number {
    return this.#parts.clock.now();
  }

  roundTrip(): Promise<number> {
    return this.#parts.channel.bus.roundTrip();
  }

  on<K extends keyof RoomEvents>(type: K, fn: (event: RoomEvents[K]) => void): () => void {
    return this.#parts.events.on(type, fn);
  }

  setLocation(location: string | undefined): void {
    this.#parts.self.setLocation(location);
  }

  setUser(change: Partial<Omit<UserInit, 'id'>>): void {
    this.#parts.self.setUser(change);
  }

  setWork(change: WorkChange): void {
    if (this.status !== 'closed') this.#parts.work.set(change);
  }

  setActivity(activity: Activity): void {
    this.#parts.self.activity = activity;
    this.#parts.work.away = activity === 'away';
    this.#parts.attendance.showActivity();
  }

  /** Joins (P5). Rejects as `joinRoom` does; nothing is left running then. */
  async join(aborting?: AbortSignal): Promise<void> {
    const { channel, attendance, announcer, json, clock } = this.#parts;
    const { signal } = this.#abort;
    const onAbort = () => this.#abort.abort(aborting?.reason);
    aborting?.addEventListener('abort', onAbort);
    if (aborting?.aborted) onAbort();
    if (this.doc?.isDestroyed) this.#destroyed();
    try {
      await whenConnected(channel.bus, { signal });
      this.#start();
      await unlessAborted(this.verified ? this.#permitted(attendance.sync()) : attendance.sync(), signal);
      if (channel.refused) throw channel.refused;
      if (this.status === 'closed') throw new ConnectionClosedError();
    } catch (error) {
      announcer.goodbye(); // for those who received our announcement
      this.#stop();
      throw error;
    } finally {
      aborting?.removeEventListener('abort', onAbort);
    }
    channel.onRefused = () => void this.leave(); // a permission was taken away: a deaf room is none
    json.announce('joined');
    // The caller can listen for the `error` event only after `joinRoom` has returned.
    this.#cleanups.push(clock.after(0, () => channel.reportForbidden()));
  }

  async leave(): Promise<void> {
    if (this.status === 'closed') return;
    const { channel, attendance } = this.#parts;
    attendance.putAway();
    const saved = this.documents.close();
    const sent = channel.connected ? channel.bus.flush() : Promise.resolve();
    if (channel.connected) void channel.bus.suspect(); // on a dead line the flush then ends too
    this.#stop();
    await sent.catch((error: unknown) => {
      // The connection was lost first: then the others see us leave anyway.
      if (!(error instanceof SlateError)) throw error;
    });
    await saved;
  }

  /**
   * Rejects where the server forbids what a member has to publish: nobody would see it. A ghost publishes none of it.
   * `synced`: then all of it has left.
   */
  async #permitted(synced: Promise<unknown>): Promise<void> {
    const { bus, subjects } = this.#parts.channel;
    let refused: PermissionError | undefined;
    const stop = bus.on('error', (error) => {
      if (error instanceof PermissionError && error.refused.includes(subjects.presence)) refused = error;
    });
    try {
      await synced;
      await bus.flush();
    } finally {
      stop();
    }
    if (refused) throw refused;
  }

  #start(): void {
    const { channel, inbound, json, neighbours, attendance } = this.#parts;
    for (const part of [inbound, json, neighbours, attendance]) part.start();
    this.#cleanups.push(
      channel.bus.crowd(() => this.#parts.peers.size),
      channel.bus.on('status', (status) => this.#onBusStatus(status)),
      channel.reportBusErrors(),
      watchPage(attendance),
    );
  }

  #stop(): void {
    const { channel, questions, peers, display, inbound, neighbours, attendance, json, self, work, clash, placing } =
      this.#parts;
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
    channel.close();
    for (const part of [
      this.#introduction,
      clash,
      neighbours,
      json,
      inbound,
      attendance,
      questions,
      self,
      work,
      display,
    ])
      part.stop();
    for (const peer of [...peers]) peers.remove(peer.client);
    void this.documents.close();
    display.setStatus('closed'); // while editors still hear of it
    placing.stop(); // the last members were shown
    this.awareness.destroy();
  }

  /** The page destroyed the document, which destroys Awareness too, or Awareness alone (P11). */
  #destroyed(): void {
    this.#abort.abort(new OptionError('doc', 'is destroyed'));
    if (this.status !== 'connecting') void this.leave();
  }

  #onBusStatus(status: BusStatus): void {
    const { attendance, events } = this.#parts;
    if (status.type === 'connected') void attendance.resync();
    else if (status.type === 'closed') {
      if (status.error) events.emit('error', status.error);
      this.#stop();
    } else attendance.disconnected();
  }

  /**
   * A new client: its waiting batch is applied (M4), it knows none of our anchors (M7), and perhaps not even us (P1).
   */
  #welcome(peer: Peer): void {
    const { inbound, pointing, peers, random } = this.#parts;
    inbound.release(peer);
    pointing.spellAgain();
    if (peer.kind !== 'yjs') return;
    // A stock Yjs client knows nobody yet, and reads only what is published to all; a crowd spreads its answers.
    this.#introduction.run(random() * Math.min(1_000, 10 * peers.size));
  }
}
