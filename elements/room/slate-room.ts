import { ContextProvider } from '@lit/context';
import { css, html, LitElement } from 'lit';
import { type Bus, OptionError, PartMissingError, type Room, type RoomStatus, SlateError } from '../../src/index.js';
import { lease } from '../shared/connections.js';
import { type RoomState, roomContext } from '../shared/context.js';
import { SlateErrorEvent, SlateJoinEvent, SlateLeaveEvent, SlateStatusEvent } from '../shared/room-events.js';
import { watchActivity } from './activity.js';
import { type IdentityScope, identity } from './identity.js';

/** How long the element waits for a `server` or `.bus` before it says that there is none, in milliseconds. */
export const SERVER_GRACE_MS = 2000;

type Rooms = typeof import('../../src/rooms.js');
type Undo = () => void;
type Profile = { name?: string; color?: string; avatar?: string };

/**
 * One session in one room: connects, joins, and gives the room to the Slate elements inside it. It has no look of its
 * own and does not change the layout of what it holds.
 *
 * It leaves when it is removed from the page or when its server, project, file or user changes; moving it within the
 * page is harmless. Rooms with the same server and token share one connection.
 *
 * @summary Joins a room and provides it to its descendants.
 * @slot - Anything; Slate elements in it find this room.
 *
 * @attr {string} server - WebSocket address of the NATS server (`wss://…`); several separated by commas.
 * @attr {string} project - The room. Without one it is the common lobby of the server.
 * @attr {string} file - A file of the project: pointers are shared with people in the same file.
 * @attr {string} token - Access token for the server. Not reflected.
 * @attr {string} user-id - Stable and unique. Without one, one is made and kept, see `identity`.
 * @attr {string} user-name - The name others see. Without one, a friendly one is made and kept.
 * @attr {string} user-color - A CSS colour. Without one, it follows from the user id.
 * @attr {string} user-avatar - Address of a picture (`https:`, `blob:` or `data:`).
 * @attr {string} location - Where this person is, as others see it: a page, a file, a heading.
 * @attr {'browser' | 'tab'} identity - For whom a made identity is kept: `browser` (the default; two tabs are one
 *   person) or `tab` (each window is its own person).
 *
 * @fires {SlateJoinEvent} slate-join - The room is joined; `event.room`.
 * @fires {SlateLeaveEvent} slate-leave - The room has been left; `event.room`.
 * @fires {SlateStatusEvent} slate-status - The connection changed; `event.status`, `event.error`.
 * @fires {SlateErrorEvent} slate-error - Something went wrong; `event.error`, one of Slate's error classes.
 */
export class SlateRoom extends LitElement {
  static override styles = css`:host{display:contents}:host([hidden]){display:none}`;

  static override properties = {
    server: { reflect: true },
    project: { reflect: true },
    file: { reflect: true },
    token: {},
    userId: { attribute: 'user-id', reflect: true },
    userName: { attribute: 'user-name', reflect: true },
    userColor: { attribute: 'user-color', reflect: true },
    userAvatar: { attribute: 'user-avatar', reflect: true },
    location: { reflect: true },
    identity: { reflect: true },
    bus: { attribute: false },
  };

  readonly #provider: ContextProvider<typeof roomContext, this>;
  /** What the present session was begun with; a difference ends it and begins another. */
  #session: readonly unknown[] = [];
  #abort: AbortController | undefined;
  #listening: Undo[] = [];
  #release: Undo | undefined;
  #connection: Bus | undefined;
  /** What the room has been told of the person, to tell only what changed. */
  #told: Profile = {};
  #toldLocation: string | null | undefined;
  #later: ReturnType<typeof setTimeout> | undefined;

  declare server: string | null | undefined;
  declare project: string | null | undefined;
  declare file: string | null | undefined;
  declare token: string | null | undefined;
  declare userId: string | null | undefined;
  declare userName: string | null | undefined;
  declare userColor: string | null | undefined;
  declare userAvatar: string | null | undefined;
  declare location: string | null | undefined;
  declare identity: IdentityScope | null | undefined;
  /** A bus that the page already has, in place of `server` and `token`. It is left open. */
  declare bus: Bus | null | undefined;

  constructor() {
    super();
    const initialValue: RoomState = { room: null, status: 'connecting', error: undefined };
    this.#provider = new ContextProvider(this, { context: roomContext, initialValue });
  }

  /** The joined room; null before and after. */
  get room(): Room | null {
    return this.#provider.value.room;
  }

  /** `connecting` until the room is joined, `closed` where it cannot be. */
  get status(): RoomStatus {
    return this.#provider.value.status;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    clearTimeout(this.#later);
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // A move in the page is a removal and a return in one task: only what is still out afterwards has left.
    clearTimeout(this.#later);
    this.#later = setTimeout(() => this.#end('closed'));
  }

  protected override updated(): void {
    if (!this.isConnected) return;
    const { bus, server, token, project, file, userId, identity: scope } = this;
    const wanted = [bus, server, token, project, file, userId, scope].map((value) => value || undefined);
    if (wanted.some((value, index) => value !== this.#session[index])) {
      this.#end('connecting');
      this.#session = wanted;
      clearTimeout(this.#later);
      if (bus || server) void this.#begin();
      else
        this.#later = setTimeout(
          () => this.#fail(new OptionError('server', 'is missing, and no .bus was given')),
          SERVER_GRACE_MS,
        );
    } else if (this.room) {
      this.#tellProfile(this.room);
    }
  }

  async #begin(): Promise<void> {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    const waiting: Undo[] = [];
    try {
      const rooms = await loadRooms();
      if (signal.aborted) return;
      const bus = this.bus ?? this.#connect(rooms);
      this.#connection = bus;
      this.#set({ room: null, status: 'connecting', error: undefined });
      const report = (error: unknown): void => this.#report(error);
      waiting.push(
        bus.on('error', report),
        bus.on('status', (status) => 'error' in status && report(status.error)),
      );
      if ('error' in bus.status) report(bus.status.error); // a shared connection that has its trouble already
      const room = await this.#join(rooms, bus, signal);
      if (signal.aborted) void room.leave();
      else this.#joined(room);
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    } finally {
      for (const undo of waiting) undo(); // from here on the room speaks for the bus
    }
  }

  /** Joins; a name, colour or picture that cannot be used is reported and left out, as it is no reason to stay away. */
  async #join({ joinRoom }: Rooms, bus: Bus, signal: AbortSignal): Promise<Room> {
    const { project, file, location } = this;
    this.#told = this.#profile();
    const profile = { ...this.#told };
    this.#toldLocation = location;
    for (;;) {
      try {
        return await joinRoom(bus, {
          user: { ...profile, id: this.userId || this.#made.id },
          signal,
          ...(project && { project }),
          ...(file && { file }),
          ...(location && { location }),
        });
      } catch (error) {
        const field = error instanceof OptionError && error.option.replace('user.', '');
        if (signal.aborted || !field || !(field in profile)) throw error;
        delete profile[field as keyof Profile];
        this.#report(error);
      }
    }
  }

  #connect({ openBus }: Rooms): Bus {
    const { bus, release } = lease(openBus, this.server || '', this.token || undefined);
    this.#release = release;
    return bus;
  }

  #joined(room: Room): void {
    this.#listening.push(
      room.on('status', (status) =>
        this.#set({ room, status, error: status === 'connected' ? undefined : this.#error }),
      ),
      room.on('error', (error) => this.#report(error)),
      watchActivity((activity) => room.setActivity(activity)),
    );
    this.#set({ room, status: room.status, error: undefined });
    this.dispatchEvent(new SlateJoinEvent(room));
    this.#tellProfile(room); // what changed while joining
  }

  /** Leaves what there is; harmless where there is nothing. */
  #end(status: RoomStatus): void {
    const { room } = this;
    for (const undo of this.#listening.splice(0)) undo();
    const release = this.#release;
    this.#release = undefined;
    this.#abort?.abort();
    this.#session = [];
    this.#connection = undefined;
    this.#set({ room: null, status, error: undefined });
    const goodbye = room?.leave().catch(reportError) ?? Promise.resolve();
    void goodbye.then(release); // the connection goes after the goodbye
    if (room) this.dispatchEvent(new SlateLeaveEvent(room));
  }

  get #made() {
    return identity(this.identity === 'tab' ? 'tab' : 'browser');
  }

  #profile(): Profile {
    const { userName, userColor, userAvatar } = this;
    return {
      name: userName || this.#made.name,
      ...(userColor && { color: userColor }),
      ...(userAvatar && { avatar: userAvatar }),
    };
  }

  /** Tells the room what changed; what it refuses is reported, and the rest still told. */
  #tellProfile(room: Room): void {
    const told = this.#told;
    const profile = this.#profile();
    this.#told = profile;
    for (const key of ['name', 'color', 'avatar'] as const) {
      if (profile[key] !== told[key]) this.#attempt(() => room.setUser({ [key]: profile[key] }));
    }
    if (this.location === this.#toldLocation) return;
    this.#toldLocation = this.location;
    this.#attempt(() => room.setLocation(this.location || undefined));
  }

  #attempt(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.#report(error);
    }
  }

  get #error(): SlateError | undefined {
    return this.#provider.value.error;
  }

  #report(problem: unknown, status = this.status): void {
    const error = problem instanceof SlateError ? problem : new SlateError(String(problem), { cause: problem });
    const again = status !== 'connected' && error.message === this.#error?.message; // one more failed try to connect
    this.#set({ room: this.room, status, error });
    if (!again) this.dispatchEvent(new SlateErrorEvent(error));
  }

  #fail(problem: unknown): void {
    this.#release?.();
    this.#report(problem, 'closed');
    console.warn('<slate-room> cannot join:', problem, this);
  }

  #set(state: RoomState): void {
    const before = this.#provider.value;
    this.#provider.value = { ...state, bus: this.#connection };
    if (state.status !== before.status) this.dispatchEvent(new SlateStatusEvent(state.status, state.error));
  }

  protected override render() {
    return html`<slot></slot>`;
  }
}

/** Drawing need not wait for the code that connects and joins; a bundler makes a file of its own of it. */
async function loadRooms(): Promise<Rooms> {
  try {
    return await import('../../src/rooms.js');
  } catch (cause) {
    throw new PartMissingError('joins rooms', { cause });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'slate-room': SlateRoom;
  }
}
