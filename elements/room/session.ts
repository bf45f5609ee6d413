/** One session of a `<slate-room>` in one room: it connects, joins, tells the room what changes, and leaves. */
import {
  type Bus,
  OptionError,
  PartMissingError,
  type Room,
  type RoomStatus,
  type SlateError,
} from '../../src/index.js';
import { connections, type Lease } from '../shared/connections.js';
import { pageActivity } from './activity.js';
import { type Profile, profileOf, type RoomProperties, type SessionOptions, userIdOf } from './options.js';

type Rooms = typeof import('../../src/rooms.js');

/** What a session needs of the `<slate-room>` that started it. */
export interface SessionHost {
  /** What the page asks for now. */
  readonly properties: RoomProperties;
  /** The error that is shown now. */
  readonly error: SlateError | undefined;
  show(room: Room | null, status: RoomStatus, error: SlateError | undefined): void;
  report(problem: unknown): void;
  /** Called once the session has joined. */
  joined(room: Room): void;
  /** Called when the session could not join. */
  failed(problem: unknown): void;
}

export class Session {
  /** The connection, from before the room is joined. */
  bus: Bus | undefined;

  readonly #host: SessionHost;
  readonly #options: SessionOptions;
  readonly #abort = new AbortController();
  readonly #unsubscribes: (() => void)[] = [];
  #lease: Lease | undefined;
  #room: Room | undefined;
  /** What the room knows about the user. */
  #told: Profile = {};
  #toldLocation: string | null | undefined;

  constructor(host: SessionHost, options: SessionOptions) {
    this.#host = host;
    this.#options = options;
  }

  /** Connects and joins. It never rejects: the host is told what went wrong. */
  async start(): Promise<void> {
    const { signal } = this.#abort;
    const host = this.#host;
    const waiting: (() => void)[] = [];
    try {
      const rooms = await loadRooms();
      if (signal.aborted) return;
      const bus = this.#options.bus || this.#connect(rooms);
      this.bus = bus;
      host.show(null, 'connecting', undefined);
      waiting.push(
        bus.on('error', (error) => host.report(error)),
        bus.on('status', (status) => 'error' in status && host.report(status.error)),
      );
      if ('error' in bus.status) host.report(bus.status.error); // a shared connection may be in trouble already
      const room = await this.#join(rooms, bus);
      if (signal.aborted) void room.leave();
      else this.#joined(room);
    } catch (error) {
      if (signal.aborted) return;
      this.#lease?.release();
      host.failed(error);
    } finally {
      for (const unsubscribe of waiting) unsubscribe(); // from here on the room reports the errors of its bus
    }
  }

  /** Tells the room what changed about the user. It reports what the room refuses, and still tells the rest. */
  update(): void {
    const room = this.#room;
    if (!room) return;
    const told = this.#told;
    const { properties } = this.#host;
    const profile = profileOf(properties);
    this.#told = profile;
    for (const key of ['name', 'color', 'avatar'] as const) {
      if (profile[key] !== told[key]) this.#attempt(() => room.setUser({ [key]: profile[key] }));
    }
    const { location } = properties;
    if (location === this.#toldLocation) return;
    this.#toldLocation = location;
    this.#attempt(() => room.setLocation(location || undefined));
  }

  /** Leaves the room, or aborts the join, and then releases the connection. */
  end(): void {
    for (const unsubscribe of this.#unsubscribes.splice(0)) unsubscribe();
    this.#abort.abort();
    const goodbye = this.#room?.leave().catch(reportError) ?? Promise.resolve();
    void goodbye.then(() => this.#lease?.release());
  }

  #connect({ openBus }: Rooms): Bus {
    const { server, token } = this.#options;
    this.#lease = connections.lease(openBus, server || '', token || undefined);
    return this.#lease.bus;
  }

  /** Joins. It reports a name, colour or picture that the room refuses, and joins without it. */
  async #join({ joinRoom }: Rooms, bus: Bus): Promise<Room> {
    const { project, file } = this.#options;
    const { signal } = this.#abort;
    const { properties } = this.#host;
    const { location } = properties;
    this.#told = profileOf(properties);
    this.#toldLocation = location;
    const profile = { ...this.#told };
    for (;;) {
      try {
        return await joinRoom(bus, {
          user: { ...profile, id: userIdOf(this.#options) },
          signal,
          ...(project && { project }),
          ...(file && { file }),
          ...(location && { location }),
        });
      } catch (error) {
        const field = error instanceof OptionError && error.option.replace('user.', '');
        if (signal.aborted || !field || !(field in profile)) throw error;
        delete profile[field as keyof Profile];
        this.#host.report(error);
      }
    }
  }

  #joined(room: Room): void {
    const host = this.#host;
    this.#room = room;
    this.#unsubscribes.push(
      room.on('status', (status) => host.show(room, status, status === 'connected' ? undefined : host.error)),
      room.on('error', (error) => host.report(error)),
      pageActivity.watch((activity) => room.setActivity(activity)),
    );
    host.show(room, room.status, undefined);
    host.joined(room);
    this.update(); // what changed during the join
  }

  #attempt(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.#host.report(error);
    }
  }
}

/** Loads the code that connects and joins, which drawing does not need. A bundler makes it a file of its own. */
async function loadRooms(): Promise<Rooms> {
  try {
    return await import('../../src/rooms.js');
  } catch (cause) {
    throw new PartMissingError('joins rooms', { cause });
  }
}
