/**
 * Subscribes to SLATE events while its host is on the page, and subscribes anew when the subject or the connection
 * changes. The connection is the host's `.bus`; else that of its `server` (with `token`; hosts with the same server
 * share one); else that of the `<slate-room>` around the host; else the default one of `configure()`, which the page
 * may call up to {@link CONFIGURE_GRACE_MS} later. Errors are in `error`, for the host to show, and fired from the host
 * as `slate-error`; nothing is thrown.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import {
  type Bus,
  type BusStatus,
  defaultBus,
  InvalidIdError,
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
import type { RoomState } from '../shared/context.js';
import { SlateErrorEvent } from '../shared/room-events.js';
import { findRoom } from './find-room.js';

/**
 * How long a host without any connection waits for `configure()` before it reports that there is none, in milliseconds.
 */
export const CONFIGURE_GRACE_MS = 2000;
const RETRY_MS = 100;

type Unsubscribe = () => void;
/** Subscribes, and returns a function that unsubscribes; anything else where there is nothing to subscribe to. */
type Subscribe = (options: ListenOptions) => Unsubscribe | undefined | null | '';

/** An element that shows events. */
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
 *   (options) => this.project && onBuildEvents(this.project, (event) => this.#receive(event), options),
 * );
 * ```
 */
export class EventsController implements ReactiveController {
  /** Why no events can be received now; undefined where nothing is wrong. */
  error: SlateError | undefined;

  readonly #host: EventsHost;
  readonly #about: () => readonly unknown[];
  readonly #subscribe: Subscribe;
  #bus: Bus | undefined;
  #room: RoomState | undefined;
  #leaveRoom: Unsubscribe | undefined;
  #lease: Lease | undefined;
  #token: string | null | undefined;
  #subscriptions: Unsubscribe[] = [];
  /** What the present subscription depends on; a difference ends it and begins another. */
  #current: readonly unknown[] | undefined;
  /** Until when a missing default connection may still come, by `performance.now()`. */
  #graceEnds = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** Set while the default connection is used: ends the subscription to its status. */
  #defaultStatus: Unsubscribe | undefined;

  /**
   * `about`: the ids that the subscription is about; a difference ends it and begins another. `subscribe` subscribes
   * with the options for the functions `on…Events`, and returns a function that unsubscribes; nothing where there is
   * nothing to subscribe to.
   */
  constructor(host: EventsHost, about: () => readonly unknown[], subscribe: Subscribe) {
    this.#host = host;
    this.#about = about;
    this.#subscribe = subscribe;
    host.addController(this);
  }

  /** The status of its connection; undefined without one. */
  get status(): BusStatus | undefined {
    return this.#bus?.status;
  }

  /** The room around the host, once joined. */
  get room(): Room | null {
    return this.#room?.room ?? null;
  }

  hostConnected(): void {
    this.#leaveRoom = findRoom(this.#host, (state) => {
      this.#room = state;
      this.#host.requestUpdate();
    });
    this.#graceEnds = performance.now() + CONFIGURE_GRACE_MS;
    this.#host.requestUpdate();
  }

  hostUpdate(): void {
    const { bus, server, token } = this.#host;
    const wanted = [bus, server, this.#room?.bus, !this.#room, ...this.#about()];
    const renewed = token === this.#token || this.#lease?.renew(token || undefined);
    this.#token = token;
    if (!renewed || !this.#current || wanted.some((value, index) => value !== this.#current?.[index]))
      this.#begin(wanted);
  }

  hostDisconnected(): void {
    this.#leaveRoom?.();
    this.#leaveRoom = this.#room = undefined;
    this.#end();
  }

  #begin(wanted: readonly unknown[]): void {
    this.#end();
    this.#current = wanted;
    try {
      const bus = this.#findBus();
      this.#bus = bus;
      if (!bus) return; // the room around the host has no connection yet; its state changes when it has one
      // Without a bus in the options, hosts share one subscription.
      const unsubscribe = this.#subscribe(this.#defaultStatus ? {} : { bus });
      if (unsubscribe) this.#subscriptions.push(unsubscribe);
      this.#subscriptions.push(
        bus.on('status', (status) => this.#onStatus(status)),
        bus.on('error', (error) => {
          if (error instanceof PermissionError && error.operation === 'subscribe' && this.#concerns(error.subject)) {
            this.#fail(error);
          }
        }),
      );
      this.#onStatus(bus.status);
    } catch (error) {
      if (error instanceof OptionError && error.option === 'servers' && performance.now() < this.#graceEnds) {
        this.#retry = setTimeout(() => this.#beginAnew(), RETRY_MS); // the page may yet call `configure()`
      } else {
        this.#fail(error);
      }
    }
  }

  /** Throws {@link OptionError} for a server address that is invalid, and where there is no default connection. */
  #findBus(): Bus | undefined {
    const { bus, server, token } = this.#host;
    if (bus) return bus;
    if (server) {
      this.#lease = connections.lease(openBus, server, { token: token || undefined });
      return this.#lease.bus;
    }
    if (this.#room) return this.#room.bus;
    try {
      return defaultBus();
    } finally {
      // The default connection may be opened later, or closed and opened anew, maybe on the same bus.
      let closed = false;
      this.#defaultStatus = onNatsStatus(({ type }) => {
        if (type === 'closed') closed = true;
        else if (closed || this.#bus !== defaultBus()) this.#beginAnew();
      });
    }
  }

  /** Whether a subject contains one of the ids that the subscription is about. */
  #concerns(subject: string): boolean {
    const tokens = subject.split('.');
    return this.#about().some((id) => typeof id === 'string' && id !== '' && tokens.includes(tokenOf(id)));
  }

  #beginAnew(): void {
    this.#current = undefined;
    this.#host.requestUpdate();
  }

  #onStatus(status: BusStatus): void {
    if ('error' in status && status.error) this.#fail(status.error);
    else if (status.type === 'connected' && !(this.error instanceof PermissionError)) this.error = undefined;
    this.#host.requestUpdate();
  }

  #fail(problem: unknown): void {
    const error = problem instanceof SlateError ? problem : new SlateError(String(problem), { cause: problem });
    const again = error.message === this.error?.message; // one more failed try to connect
    this.error = error;
    this.#host.requestUpdate();
    if (again) return;
    this.#host.dispatchEvent(new SlateErrorEvent(error));
    // The words on the page are for its readers; what the author has to do stands in the console.
    if (error instanceof OptionError || error instanceof InvalidIdError)
      console.warn(`<${this.#host.localName}>:`, error.message, this.#host);
  }

  #end(): void {
    clearTimeout(this.#retry);
    this.#defaultStatus?.();
    for (const unsubscribe of this.#subscriptions.splice(0)) unsubscribe();
    this.#lease?.release();
    this.#defaultStatus = this.#lease = this.#bus = this.#current = this.error = undefined;
  }
}

/** An id as it stands in subjects; '' for one that no subject can contain. */
function tokenOf(id: string): string {
  try {
    return NatsSubjects.build.started(id).split('.').at(-1) ?? '';
  } catch {
    return '';
  }
}
