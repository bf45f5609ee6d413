import { ContextProvider } from '@lit/context';
import { css, ReactiveElement } from 'lit';
import { type Bus, OptionError, type Room, type RoomStatus, SlateError } from '../../src/index.js';
import { adoptStyles } from '../shared/adopt-styles.js';
import { type RoomState, roomContext } from '../shared/context.js';
import { SlateErrorEvent, SlateJoinEvent, SlateLeaveEvent, SlateStatusEvent } from '../shared/room-events.js';
import type { IdentityScope } from './guest.js';
import { fixedOptions } from './options.js';
import { Session, type SessionHost } from './session.js';

/** How long the element waits for a `server` or `.bus` before it reports that there is none, in milliseconds. */
export const SERVER_GRACE_MS = 2000;

/** In the styles of the page, which win over them. */
const styles = css`:where(slate-room:not([hidden])){display:contents}`;

/**
 * One session in one room: it connects, joins, and gives the room to the Slate elements inside it. It has no look of
 * its own and does not change the layout of its content.
 *
 * It leaves when it is removed from the page, and it leaves and joins anew when its connection, project, file or user
 * changes. Moving it within the page changes nothing, and a new token is for the next handshake of the same session.
 * Rooms with the same server and credentials share one connection; those with a `token-url` if they have one project.
 *
 * @summary Joins a room and provides it to the elements inside it.
 * @customElement slate-room
 * @fires {SlateJoinEvent} slate-join - The room is joined; `event.room`.
 * @fires {SlateLeaveEvent} slate-leave - The room has been left; `event.room`.
 * @fires {SlateStatusEvent} slate-status - The state of the connection changed; `event.status`, `event.error`.
 * @fires {SlateErrorEvent} slate-error - Something went wrong; `event.error` is one of Slate's error classes.
 */
export class SlateRoom extends ReactiveElement {
  static override properties = {
    server: { reflect: true },
    project: { reflect: true },
    file: { reflect: true },
    token: {},
    tokenUrl: { attribute: 'token-url', reflect: true },
    user: { reflect: true },
    password: {},
    userId: { attribute: 'user-id', reflect: true },
    userName: { attribute: 'user-name', reflect: true },
    userColor: { attribute: 'user-color', reflect: true },
    userAvatar: { attribute: 'user-avatar', reflect: true },
    location: { reflect: true },
    identity: { reflect: true },
    jsonPresence: { attribute: 'json-presence', type: Boolean, reflect: true },
    avatars: { reflect: true },
    history: { reflect: true },
    verified: { type: Boolean, reflect: true },
    bus: { attribute: false },
  };

  readonly #provider: ContextProvider<typeof roomContext, this>;
  readonly #host: SessionHost = {
    properties: this,
    show: (room, status) => this.#show(room, status, status === 'connected' ? undefined : this.#error),
    restart: () => {
      this.#options = [];
      this.requestUpdate();
    },
    report: (problem) => this.#report(problem),
    fail: (problem) => this.#fail(problem),
  };
  #session: Session | undefined;
  /** What the session was started with; empty without one. */
  #options: readonly unknown[] = [];
  /** Ends the session after a removal, or reports a missing server. */
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** WebSocket address of the NATS server (`wss://…`), or several separated by commas or white space. */
  declare server: string | null | undefined;
  /**
   * The id of the project whose room this is. It may be the address of a page, of any length; see `roomOf`. Default:
   * the lobby that all sessions without a project share.
   */
  declare project: string | null | undefined;
  /** The id of a file in the project. Pointers are shared only with members in the same file. Default: none. */
  declare file: string | null | undefined;
  /**
   * Access token for the server. It is not reflected to the attribute. Set a new one before or after the last one
   * expires: the next handshake presents it, and the session goes on.
   */
  declare token: string | null | undefined;
  /**
   * Where to ask for a token, in place of `token`: the address gets a POST of `{ project, file }` as JSON, with cookies
   * (which one of another origin has to allow), and answers `{ jwt, seed, expires, server? }`, as `slate tokens` does.
   * It is asked again in good time before the token ends, and the room goes on. Where it does not answer, or says no,
   * it is asked again after 1 s, 2 s, 4 s … 32 s. Its `server` is used where this element names none.
   */
  declare tokenUrl: string | null | undefined;
  /** The user by whom the server knows this page, with `password`. Others do not see it: see `user-id`. */
  declare user: string | null | undefined;
  /** The password of `user`. It is not reflected to the attribute. */
  declare password: string | null | undefined;
  /**
   * The user's stable and unique id. Default: the user that the token names, if it names one; else an id that is made
   * once and kept, see `identity`.
   */
  declare userId: string | null | undefined;
  /**
   * The name that others see, at most 64 characters. Default: the user that the token names, if it names one; else a
   * friendly name that is made once and kept.
   */
  declare userName: string | null | undefined;
  /**
   * The user's colour: hexadecimal, a name, rgb(), hsl(), hwb(), oklab() or oklch(). Default: one of twelve that nobody
   * in the room has.
   */
  declare userColor: string | null | undefined;
  /** Address of the user's picture (`https:`, `blob:` or `data:`). Default: none. */
  declare userAvatar: string | null | undefined;
  /** Where the user is, as others read it: a page, a file, a heading. Default: nowhere. */
  declare location: string | null | undefined;
  /**
   * Where the made-up id and name are kept: `browser` (two tabs are one user) or `tab` (each tab is a user of its own,
   * also one that was duplicated). Default `browser`.
   */
  declare identity: IdentityScope | null | undefined;
  /**
   * Also sends a JSON heartbeat every 5 s, so that programs that read JSON and know no rooms see who is here. Default
   * false.
   */
  declare jsonPresence: boolean | undefined;
  /**
   * Which pictures of others are shown. `all`: any, though one at an address of its owner's choice tells that address
   * the IP addresses of those who see it. `same-origin`: those at the origin of this page, and those without an address
   * (`data:`). `data`: only the latter. The others have initials. Default `all`.
   */
  declare avatars: 'data' | 'same-origin' | 'all' | null | undefined;
  /**
   * Shares a document with everyone in the same file: `room.doc`, also through `<slate-text>`. `kept`, or no value: the
   * server keeps it. `live`: it lives while somebody has it open. Default: no document.
   */
  declare history: 'kept' | 'live' | '' | null | undefined;
  /**
   * Joins the verified room of the project, in which the server vouches for the user of each message. Default: where
   * the token names the user.
   */
  declare verified: boolean | undefined;
  /** A bus that the page already has, in place of `server` and credentials. The element does not close it. */
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

  /**
   * The state of the session: `connecting` until the room is joined, `closed` where it cannot be joined and after it
   * was left, else `connected` or `reconnecting`.
   */
  get status(): RoomStatus {
    return this.#provider.value.status;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    adoptStyles(this.getRootNode() as Document | ShadowRoot, styles);
    clearTimeout(this.#timer);
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // A move within the page is a removal and a return in one task: an element that is still out afterwards was
    // removed.
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end('closed'));
  }

  protected override updated(): void {
    if (!this.isConnected) return;
    const options = fixedOptions(this);
    if (options.every((option, index) => option === this.#options[index]) && this.#session?.renew() !== false) {
      this.#session?.update();
    } else {
      this.#end('connecting');
      this.#options = options;
      this.#start();
    }
  }

  #start(): void {
    clearTimeout(this.#timer);
    if (this.bus || this.server || this.tokenUrl) {
      this.#session = new Session(this.#host);
      void this.#session.start();
    } else {
      const missing = () =>
        this.#fail(new OptionError('server', 'is missing, and neither a token-url nor a .bus was given'));
      this.#timer = setTimeout(missing, SERVER_GRACE_MS);
    }
  }

  /** Ends the session, if there is one. */
  #end(status: RoomStatus): void {
    const { room } = this;
    const session = this.#session;
    this.#session = undefined;
    this.#options = [];
    this.#show(null, status, undefined);
    void session?.end();
    if (room) this.dispatchEvent(new SlateLeaveEvent(room));
  }

  get #error(): SlateError | undefined {
    return this.#provider.value.error;
  }

  #report(problem: unknown, status = this.status): void {
    const error = problem instanceof SlateError ? problem : new SlateError(String(problem), { cause: problem });
    // The same error again is one more failed try to connect.
    const again = status !== 'connected' && error.message === this.#error?.message;
    this.#show(this.room, status, error);
    if (again) return;
    this.dispatchEvent(new SlateErrorEvent(error));
    if ((error as { advice?: string }).advice) console.warn('<slate-room>:', error.message, this);
  }

  #fail(problem: unknown): void {
    this.#report(problem, 'closed');
    console.warn('<slate-room> cannot join:', problem, this);
  }

  /** Gives the state to the elements inside. */
  #show(room: Room | null, status: RoomStatus, error: SlateError | undefined): void {
    const before = this.#provider.value;
    this.#provider.value = { room, status, error, bus: this.#session?.bus };
    if (status !== before.status) this.dispatchEvent(new SlateStatusEvent(status, error));
    if (room && !before.room) this.dispatchEvent(new SlateJoinEvent(room));
  }

  /** No shadow root: CodeMirror takes the one around its slot for its own, and never sees that it has the focus. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'slate-room': SlateRoom;
  }
}
