/**
 * Listens to SLATE events for as long as its host is on the page, and again when what is listened to or the connection changes.
 * The connection: the host's `.bus`, else its `server` (with `token`; shared with all that name the same), else that of the
 * `<slate-room>` around it, else the default one of `configure()`, which may be called up to {@link CONFIGURE_GRACE_MS} later.
 * What goes wrong is in `error`, for the host to show, and fired from the host as `slate-error`; nothing is thrown.
 */
import { ContextEvent } from '@lit/context';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import {
  type Bus,
  type BusStatus,
  defaultBus,
  type ListenOptions,
  NatsSubjects,
  OptionError,
  onNatsStatus,
  openBus,
  PermissionError,
  type Room,
  SlateError,
} from '../../src/index.js';
import { connections, type Lease } from '../shared/connections.js';
import { type RoomState, roomContext } from '../shared/context.js';
import { SlateErrorEvent } from '../shared/room-events.js';

/** How long a host without any connection waits for `configure()` before it says so, in milliseconds. */
export const CONFIGURE_GRACE_MS = 2000;
const LOOK_EVERY_MS = 100;

type Undo = () => void;

export type EventsHost = HTMLElement &
  ReactiveControllerHost & {
    bus?: Bus | null | undefined;
    server?: string | null | undefined;
    token?: string | null | undefined;
  };

/**
 * ```ts
 * readonly #events = new EventsController(
 *   this,
 *   () => [this.project],
 *   (options) => this.project && onBuildEvents(this.project, (event) => this.#take(event), options),
 * );
 * ```
 */
export class EventsController implements ReactiveController {
  /** What keeps it from hearing now. */
  error: SlateError | undefined;

  readonly #host: EventsHost;
  readonly #about: () => readonly unknown[];
  readonly #listen: (options: ListenOptions) => Undo | undefined | null | '';
  #bus: Bus | undefined;
  #room: RoomState | undefined;
  #leaveRoom: Undo | undefined;
  #lease: Lease | undefined;
  #listening: Undo[] = [];
  #now: readonly unknown[] | undefined;
  #until = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #offDefault: Undo | undefined;

  /**
   * `about`: what is listened to; a difference in it ends the listening and begins anew. `listen`: begins, with the options for
   * the functions `on…Events`, and returns the undo; nothing where there is nothing to listen to.
   */
  constructor(
    host: EventsHost,
    about: () => readonly unknown[],
    listen: (options: ListenOptions) => Undo | undefined | null | '',
  ) {
    this.#host = host;
    this.#about = about;
    this.#listen = listen;
    host.addController(this);
  }

  /** How its connection does; undefined without one. */
  get status(): BusStatus | undefined {
    return this.#bus?.status;
  }

  /** The room around the host, once joined. */
  get room(): Room | null {
    return this.#room?.room ?? null;
  }

  hostConnected(): void {
    document.addEventListener('context-provider', this.#seekRoom, true);
    this.#seekRoom();
    this.#until = performance.now() + CONFIGURE_GRACE_MS;
    this.#host.requestUpdate();
  }

  hostUpdate(): void {
    const { bus, server, token } = this.#host;
    const wanted = [bus, server, token, this.#room?.bus, !this.#room, ...this.#about()];
    if (!this.#now || wanted.some((value, index) => value !== this.#now?.[index])) this.#begin(wanted);
  }

  hostDisconnected(): void {
    document.removeEventListener('context-provider', this.#seekRoom, true);
    this.#leaveRoom?.();
    this.#leaveRoom = this.#room = undefined;
    this.#end();
  }

  readonly #seekRoom = (): void => {
    if (this.#leaveRoom) return;
    const answer = (state: RoomState, unsubscribe?: Undo): void => {
      if (this.#leaveRoom !== unsubscribe) this.#leaveRoom?.();
      this.#leaveRoom = unsubscribe;
      this.#room = state;
      this.#host.requestUpdate();
    };
    this.#host.dispatchEvent(new ContextEvent(roomContext, this.#host, answer, true));
  };

  #begin(wanted: readonly unknown[]): void {
    this.#end();
    this.#now = wanted;
    try {
      const bus = this.#find();
      this.#bus = bus;
      if (!bus) return; // the room around it has none yet, and tells when it has
      const undo = this.#listen(this.#offDefault ? {} : { bus }); // those who name no bus share what they listen to
      if (undo) this.#listening.push(undo);
      this.#listening.push(
        bus.on('status', (status) => this.#follow(status)),
        bus.on('error', (error) => {
          if (error instanceof PermissionError && error.operation === 'subscribe' && this.#concerns(error.subject)) {
            this.#fail(error);
          }
        }),
      );
      if ('error' in bus.status && bus.status.error) this.#fail(bus.status.error);
    } catch (error) {
      if (error instanceof OptionError && error.option === 'servers' && performance.now() < this.#until) {
        this.#timer = setTimeout(() => this.#again(), LOOK_EVERY_MS); // `configure()` may be on its way
      } else {
        this.#fail(error);
      }
    }
  }

  /** Throws {@link OptionError} for a server that is none, and where there is no default connection. */
  #find(): Bus | undefined {
    const { bus, server, token } = this.#host;
    if (bus) return bus;
    if (server) {
      this.#lease = connections.lease(openBus, server, token || undefined);
      return this.#lease.bus;
    }
    if (this.#room) return this.#room.bus;
    try {
      return defaultBus();
    } finally {
      // Opened later, or closed and opened anew, maybe on the same bus: that is the one to listen on from then on.
      let over = false;
      this.#offDefault = onNatsStatus(({ type }) => {
        if (type === 'closed') over = true;
        else if (over || this.#bus !== defaultBus()) this.#again();
      });
    }
  }

  /** Whether a subject is one of what is listened to, by the ids in it. */
  #concerns(subject: string): boolean {
    const tokens = subject.split('.');
    return this.#about().some((id) => typeof id === 'string' && id !== '' && tokens.includes(token(id)));
  }

  #again(): void {
    this.#now = undefined;
    this.#host.requestUpdate();
  }

  #follow(status: BusStatus): void {
    if ('error' in status && status.error) this.#fail(status.error);
    else if (status.type === 'connected' && !(this.error instanceof PermissionError)) this.error = undefined;
    this.#host.requestUpdate();
  }

  #fail(problem: unknown): void {
    const error = problem instanceof SlateError ? problem : new SlateError(String(problem), { cause: problem });
    const again = error.message === this.error?.message; // one more failed try to connect
    this.error = error;
    this.#host.requestUpdate();
    if (!again) this.#host.dispatchEvent(new SlateErrorEvent(error));
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#offDefault?.();
    for (const undo of this.#listening.splice(0)) undo();
    this.#lease?.release();
    this.#offDefault = this.#lease = this.#bus = this.#now = this.error = undefined;
  }
}

/** An id as it stands in subjects; what can be none stands in none. */
function token(id: string): string {
  try {
    return NatsSubjects.build.started(id).split('.').at(-1) ?? '';
  } catch {
    return '';
  }
}
