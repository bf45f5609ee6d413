/**
 * Finds the room of an element and keeps up with it: `.room` (a Room), `room="id"` (a `<slate-room>` anywhere in the
 * document, also one that appears later), else the nearest `<slate-room>` around it. Lets go on disconnect, so that a
 * move in the page is a move. Says once in the console when there is no room at all.
 */
import { ContextEvent } from '@lit/context';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Room } from '../../src/index.js';
import { type RoomState, roomContext } from '../shared/context.js';

/** How long an element may be without a room before it says so, in milliseconds: elements upgrade in any order. */
export const ROOM_GRACE_MS = 2000;

export type RoomSource = Room | string | null | undefined;
export type RoomHost = HTMLElement & ReactiveControllerHost & { room?: RoomSource };
type Undo = () => void;

export class RoomController implements ReactiveController {
  /** What is known of the room; undefined while no `<slate-room>` or `.room` has been found. */
  state: RoomState | undefined;

  readonly #host: RoomHost;
  readonly #listen: (room: Room) => readonly Undo[];
  #source: RoomSource;
  #release: Undo | undefined;
  #room: Room | null = null;
  #listening: readonly Undo[] = [];
  #grace: ReturnType<typeof setTimeout> | undefined;
  #warned = false;

  /** `listen` is called with every room that comes, and what it returns when that room goes. */
  constructor(host: RoomHost, listen: (room: Room) => readonly Undo[]) {
    this.#host = host;
    this.#listen = listen;
    host.addController(this);
  }

  /** The room, once joined. */
  get room(): Room | null {
    return this.#room;
  }

  hostConnected(): void {
    // Capture: a provider stops this event on its way up, and one that comes late is what we wait for.
    document.addEventListener('context-provider', this.#providerCame, true);
    this.#seek();
  }

  hostUpdate(): void {
    if (this.#host.room !== this.#source) this.#seek();
  }

  hostDisconnected(): void {
    document.removeEventListener('context-provider', this.#providerCame, true);
    this.#drop();
  }

  readonly #providerCame = (): void => {
    if (!this.#release || typeof this.#source === 'string') this.#seek();
  };

  #seek(): void {
    this.#drop();
    const source = this.#host.room;
    this.#source = source;
    if (source && typeof source === 'object') {
      this.#follow(source);
    } else {
      // Asked by id, the answer must not be re-parented to a provider around the host: no host then.
      const asking = source ? document.createElement('i') : this.#host;
      const target = source ? this.#byId(source) : this.#host;
      const answer = (state: RoomState, unsubscribe?: Undo): void => {
        if (this.#release !== unsubscribe) this.#release?.();
        this.#release = unsubscribe;
        this.#set(state);
      };
      target?.dispatchEvent(new ContextEvent(roomContext, asking, answer, true));
    }
    if (!this.#release) {
      this.#set(undefined);
      this.#grace = setTimeout(() => this.#warn(), ROOM_GRACE_MS);
    }
  }

  /** A room handed in: its own events make the state that a `<slate-room>` would have told. */
  #follow(room: Room): void {
    const tell = (error?: RoomState['error']): void => this.#set({ room, status: room.status, error });
    const undo = [
      room.on('status', (status) => tell(status === 'connected' ? undefined : this.state?.error)),
      room.on('error', tell),
    ];
    this.#release = () => {
      for (const fn of undo) fn();
    };
    tell();
  }

  #byId(id: string): Element | null {
    const root = this.#host.getRootNode();
    return (root instanceof ShadowRoot ? root.getElementById(id) : null) ?? document.getElementById(id);
  }

  #set(state: RoomState | undefined): void {
    this.state = state;
    this.#attend(state?.room ?? null);
    this.#host.requestUpdate();
  }

  #attend(room: Room | null): void {
    if (room === this.#room) return;
    for (const undo of this.#listening) undo();
    this.#room = room;
    this.#listening = room ? this.#listen(room) : [];
  }

  #drop(): void {
    clearTimeout(this.#grace);
    this.#release?.();
    this.#release = undefined;
    this.#attend(null);
  }

  #warn(): void {
    if (this.#warned) return;
    this.#warned = true;
    const tag = `<${this.#host.localName}>`;
    console.warn(`${tag} has no room: put it inside <slate-room>, or give it room="id" or .room.`, this.#host);
  }
}
