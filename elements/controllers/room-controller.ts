/**
 * Keeps the room of an element: `.room` (a Room), `room="id"` (a `<slate-room>` anywhere in the document, also one that
 * appears later), else the nearest `<slate-room>` around it. Unsubscribes when the element is disconnected, so that an
 * element can be moved in the page. Warns once in the console when there is no room at all.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Room } from '../../src/index.js';
import type { RoomState } from '../shared/context.js';
import { findRoom } from './find-room.js';
import { byId } from './room-element.js';

/** How long an element may be without a room before it warns, in milliseconds: elements upgrade in any order. */
export const ROOM_GRACE_MS = 2000;

/** A room, or the id of a `<slate-room>`; without either, the nearest `<slate-room>` around the element. */
export type RoomSource = Room | string | null | undefined;
/** An element that can be given a room. */
export type RoomHost = HTMLElement & ReactiveControllerHost & { room?: RoomSource };
type Unsubscribe = () => void;

export class RoomController implements ReactiveController {
  /** What is known of the room; undefined while no `<slate-room>` or `.room` has been found. */
  state: RoomState | undefined;

  readonly #host: RoomHost;
  readonly #subscribe: (room: Room) => readonly Unsubscribe[];
  readonly #needed: () => boolean;
  #source: RoomSource;
  #room: Room | null = null;
  /** Ends the subscription to the state of the room. */
  #release: Unsubscribe | undefined;
  #subscriptions: readonly Unsubscribe[] = [];
  #grace: ReturnType<typeof setTimeout> | undefined;
  #warned = false;

  /**
   * `subscribe` is called with every room that comes; the functions that it returns are called when that room goes.
   * There is no warning while a room is not `needed`.
   */
  constructor(host: RoomHost, subscribe: (room: Room) => readonly Unsubscribe[], needed: () => boolean = () => true) {
    this.#host = host;
    this.#subscribe = subscribe;
    this.#needed = needed;
    host.addController(this);
  }

  /** The room, once joined. */
  get room(): Room | null {
    return this.#room;
  }

  hostConnected(): void {
    this.#seek();
  }

  hostUpdate(): void {
    if (this.#host.room !== this.#source) this.#seek();
  }

  hostDisconnected(): void {
    this.#drop();
  }

  #seek(): void {
    this.#drop();
    const source = this.#host.room;
    this.#source = source;
    const host = this.#host;
    const receive = (state: RoomState | undefined): void => this.#set(state);
    if (!source) this.#release = findRoom(host, receive);
    else if (typeof source !== 'string') this.#release = this.#adopt(source);
    else this.#release = findRoom(host, receive, () => byId(host, source), document.createElement('i'));
  }

  /** Makes the state that a `<slate-room>` would provide from the events of a room that the page has set. */
  #adopt(room: Room): Unsubscribe {
    const update = (error?: RoomState['error']): void => this.#set({ room, status: room.status, error });
    const unsubscribe = [
      room.on('status', (status) => update(status === 'connected' ? undefined : this.state?.error)),
      room.on('error', update),
    ];
    update();
    return () => {
      for (const end of unsubscribe) end();
    };
  }

  #set(state: RoomState | undefined): void {
    clearTimeout(this.#grace);
    if (!state) this.#grace = setTimeout(() => this.#warn(), ROOM_GRACE_MS);
    this.state = state;
    this.#setRoom(state?.room ?? null);
    this.#host.requestUpdate();
  }

  #setRoom(room: Room | null): void {
    if (room === this.#room) return;
    for (const unsubscribe of this.#subscriptions) unsubscribe();
    this.#room = room;
    this.#subscriptions = room ? this.#subscribe(room) : [];
  }

  #drop(): void {
    clearTimeout(this.#grace);
    this.#release?.();
    this.#setRoom(null);
  }

  #warn(): void {
    if (this.#warned || !this.#needed()) return;
    this.#warned = true;
    const tag = `<${this.#host.localName}>`;
    console.warn(`${tag} has no room: put it inside <slate-room>, or give it room="id" or .room.`, this.#host);
  }
}
