/**
 * One session in one room, as a caller holds it. It makes the parts, connects them, and starts and stops them; each
 * part does its own work.
 */
import type { Awareness } from 'y-protocols/awareness';
import type { Doc } from 'yjs';
import type { Bus, BusStatus } from '../bus/bus.js';
import { whenConnected } from '../bus/when-connected.js';
import type { Clock, Random } from '../clock.js';
import { Emitter } from '../emitter.js';
import { ConnectionClosedError, SlateError } from '../errors.js';
import { Announcer } from '../presence/announcer.js';
import { createAwareness } from '../presence/awareness.js';
import { Changes } from '../presence/changes.js';
import { Joiner } from '../presence/joiner.js';
import { OwnClient } from '../presence/own-client.js';
import { type Peer, Peers } from '../presence/peers.js';
import { roomSubjects } from '../protocol/subjects.js';
import { Attendance } from './attendance.js';
import { RoomChannel } from './channel.js';
import { Display } from './display.js';
import { Inbound } from './inbound.js';
import { JsonPrograms } from './json-programs.js';
import { Neighbours } from './neighbours.js';
import type { ReadOptions } from './options.js';
import { watchPage } from './page.js';
import { Pointing } from './pointing.js';
import { Self } from './self.js';
import type { Activity, Member, Room, RoomEvents, RoomStats, RoomStatus, UserInit } from './types.js';

export class LiveRoom implements Room {
  readonly project: string | undefined;
  readonly file: string | undefined;
  readonly doc: Doc | undefined;
  readonly awareness: Awareness;
  readonly pointer: Room['pointer'];
  readonly pointers: Room['pointers'];

  readonly #clock: Clock;
  readonly #random: Random;
  readonly #events = new Emitter<RoomEvents>();
  readonly #channel: RoomChannel;
  readonly #self: Self;
  readonly #peers: Peers;
  readonly #pointing: Pointing;
  readonly #announcer: Announcer;
  readonly #display: Display;
  readonly #json: JsonPrograms;
  readonly #inbound: Inbound;
  readonly #neighbours: Neighbours;
  readonly #attendance: Attendance;
  /** Unsubscribe from what the room listens to, and cancel its timers. */
  readonly #cleanups: (() => void)[] = [];

  constructor(bus: Bus, options: ReadOptions) {
    const { project, file, doc, clock, random, messagesPerSecond, fastFields } = options;
    this.project = project;
    this.file = file;
    this.doc = doc;
    this.awareness = createAwareness(doc, Math.floor(random() * 2 ** 32));
    const own = new OwnClient(this.awareness);
    const channel = new RoomChannel(bus, roomSubjects(project, file), this.#events);
    const self = new Self(own, options);
    const changes = new Changes();
    const peers = new Peers(changes, clock);
    const pointing = new Pointing({ clock, random, messagesPerSecond, peers, own, channel });
    const motion = pointing.batcher;
    const announcer = new Announcer({ own, clock, random, fastFields, channel, peers, motion });
    const events = this.#events;
    const display = new Display({ clock, events, own, self, peers, changes, pointing, file, origin: this });
    const json = new JsonPrograms({ clock, channel, self, peers, pointing, display, project, file, messagesPerSecond });
    const room = { clock, channel, own, self, peers, announcer, pointing, display, json, project, file };
    const inbound = new Inbound(room);
    const joiner = new Joiner({ ...room, pointers: pointing, receiver: inbound });

    this.#neighbours = new Neighbours({ ...room, inbound });
    this.#attendance = new Attendance({ ...room, inbound, joiner });
    this.#clock = clock;
    this.#random = random;
    this.#channel = channel;
    this.#self = self;
    this.#peers = peers;
    this.#pointing = pointing;
    this.#announcer = announcer;
    this.#display = display;
    this.#json = json;
    this.#inbound = inbound;
    this.pointer = pointing.pointer;
    this.pointers = pointing.pointers;
    peers.on('arrived', (peer) => this.#welcome(peer));
    peers.on('removed', (peer) => pointing.playout.remove(peer.client));
  }

  get client(): number {
    return this.awareness.clientID;
  }

  get members(): readonly Member[] {
    return this.#display.members;
  }

  get self(): Member {
    const own = this.members.find((member) => member.self);
    if (!own) throw new ConnectionClosedError();
    return own;
  }

  get status(): RoomStatus {
    return this.#display.status;
  }

  get stats(): RoomStats {
    return { ...this.#channel.stats };
  }

  now(): number {
    return this.#clock.now();
  }

  roundTrip(): Promise<number> {
    return this.#channel.bus.roundTrip();
  }

  on<K extends keyof RoomEvents>(type: K, fn: (event: RoomEvents[K]) => void): () => void {
    return this.#events.on(type, fn);
  }

  setLocation(location: string | undefined): void {
    this.#self.setLocation(location);
  }

  setUser(change: Partial<Omit<UserInit, 'id'>>): void {
    this.#self.setUser(change);
  }

  setActivity(activity: Activity): void {
    this.#self.activity = activity;
    this.#attendance.showActivity();
  }

  /** Joins (P5). Rejects as `joinRoom` does; nothing is left running then. */
  async join(signal?: AbortSignal): Promise<void> {
    try {
      await whenConnected(this.#channel.bus, { signal });
      this.#start();
      await unlessAborted(this.#attendance.sync(), signal);
      if (this.#channel.refused) throw this.#channel.refused;
      if (this.status === 'closed') throw new ConnectionClosedError();
    } catch (error) {
      this.#announcer.goodbye(); // for those who received our announcement
      this.#stop();
      throw error;
    }
    this.#json.announce('joined');
    // The caller can listen for the `error` event only after `joinRoom` has returned.
    this.#cleanups.push(this.#clock.after(0, () => this.#channel.reportForbidden()));
  }

  async leave(): Promise<void> {
    if (this.status === 'closed') return;
    this.#attendance.goodbye();
    const sent = this.#channel.connected ? this.#channel.bus.flush() : Promise.resolve();
    this.#stop();
    await sent.catch((error: unknown) => {
      // The connection was lost first: then the others see us leave anyway.
      if (!(error instanceof SlateError)) throw error;
    });
  }

  #start(): void {
    const { bus, subjects } = this.#channel;
    this.#channel.subscribe(subjects.presence, (message) => this.#inbound.presence(message));
    this.#channel.subscribe(subjects.cursors, (message) => this.#inbound.cursors(message));
    this.#json.start();
    this.#neighbours.start();
    this.#cleanups.push(bus.on('status', (status) => this.#onBusStatus(status)));
    this.#channel.reportBusErrors();
    this.#attendance.start();
    this.#cleanups.push(watchPage(this.#attendance));
  }

  #stop(): void {
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
    this.#neighbours.stop();
    this.#json.stop();
    this.#channel.close();
    this.#inbound.stop();
    this.#attendance.stop();
    this.#self.stop();
    this.#display.stop();
    for (const peer of [...this.#peers]) this.#peers.remove(peer.client);
    this.awareness.destroy();
    this.#display.setStatus('closed');
  }

  #onBusStatus(status: BusStatus): void {
    if (status.type === 'connected') void this.#attendance.resync();
    else if (status.type === 'closed') {
      if (status.error) this.#events.emit('error', status.error);
      this.#stop();
    } else this.#attendance.disconnected();
  }

  /**
   * A new client: its waiting batch is applied (M4), it knows none of our anchors (M7), and perhaps not even us (P1).
   */
  #welcome(peer: Peer): void {
    this.#inbound.release(peer);
    this.#pointing.spellAgain();
    if (peer.kind !== 'yjs') return;
    // A stock Yjs client knows nobody yet, and reads only what is published to all; a crowd spreads its answers.
    const within = Math.min(1_000, 10 * this.#peers.size);
    this.#cleanups.push(this.#clock.after(this.#random() * within, () => this.#announcer.announce()));
  }
}

/** The result of `promise`, or a rejection with the signal's reason as soon as the signal aborts. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
