/** One session of a `<slate-room>` in one room: it connects, joins, tells the room what changes, and leaves. */
import {
  AuthenticationError,
  type Bus,
  InvalidIdError,
  OptionError,
  PartMissingError,
  type Room,
  type RoomStatus,
} from '../../src/index.js';
import { askToken, type PageToken } from '../shared/ask-token.js';
import { connections, type Lease } from '../shared/connections.js';
import { pageActivity } from './activity.js';
import {
  claimGuest,
  credentialsOf,
  guestOf,
  historyOf,
  type Profile,
  profileOf,
  type RoomProperties,
  watchGuest,
} from './options.js';

/** What can be the address of a page. */
const ADDRESS = /^https?:\/\/./i;

type Rooms = typeof import('../../src/rooms.js');

/** What a session needs of the `<slate-room>` that started it. */
export interface SessionHost {
  /** What the page asks for now. */
  readonly properties: RoomProperties;
  /** Shows the state of the session. The room is null until it is joined. */
  show(room: Room | null, status: RoomStatus): void;
  /** Ends this session and starts another. */
  restart(): void;
  /** Shows an error. */
  readonly report: (problem: unknown) => void;
  /** Shows the error that kept the session from joining. */
  fail(problem: unknown): void;
}

export class Session {
  /** The connection, from before the room is joined. */
  bus: Bus | undefined;

  readonly #host: SessionHost;
  readonly #abort = new AbortController();
  readonly #unsubscribes: (() => void)[] = [];
  #lease: Lease | undefined;
  /** What the lease presents. */
  #token: string | undefined;
  #room: Room | undefined;
  /** What the room knows about the user. */
  #told: Profile = {};

  constructor(host: SessionHost) {
    this.#host = host;
    this.#token = host.properties.token || undefined;
  }

  /** Connects and joins. It never rejects: the host is told what went wrong. */
  async start(): Promise<void> {
    const { signal } = this.#abort;
    const host = this.#host;
    const waiting: (() => void)[] = [];
    try {
      const [rooms] = await Promise.all([loadRooms(), claimGuest(host.properties)]);
      if (signal.aborted) return;
      const bus = host.properties.bus || (await this.#connect(rooms));
      if (signal.aborted) return;
      this.bus = bus;
      host.show(null, 'connecting');
      const trouble = () => {
        const { status } = bus;
        if (!('error' in status)) return;
        // A token that never was accepted is wrong, and not late; that of a service may be another one next time.
        const isWrong = status.type === 'connecting' && status.error instanceof AuthenticationError;
        if (isWrong && !host.properties.tokenUrl) this.#fail(status.error);
        else host.report(status.error);
      };
      waiting.push(bus.on('error', host.report), bus.on('status', trouble));
      trouble(); // a shared connection may be in trouble already
      const room = await this.#join(rooms, bus);
      if (signal.aborted) void room.leave();
      else this.#joined(room);
    } catch (error) {
      this.#fail(error);
    } finally {
      for (const unsubscribe of waiting) unsubscribe(); // from here on the room reports the errors of its bus
    }
  }

  /** Gives a new token to the connection. False where that needs a new session. */
  renew(): boolean {
    const token = this.#host.properties.token || undefined;
    if (token === this.#token) return true;
    this.#token = token;
    return this.#lease?.renew(token) ?? false;
  }

  /** Tells the room what changed about the user. It reports what the room refuses, and still tells the rest. */
  update(): void {
    const room = this.#room;
    if (!room) return;
    const told = this.#told;
    const profile = profileOf(this.#host.properties, this.bus?.identity?.user);
    this.#told = profile;
    for (const key of ['name', 'color', 'avatar'] as const) {
      if (profile[key] !== told[key]) this.#attempt(() => room.setUser({ [key]: profile[key] }));
    }
    if (profile.location !== told.location) this.#attempt(() => room.setLocation(profile.location));
  }

  /** Leaves the room, or aborts the join, and then releases the connection. */
  async end(): Promise<void> {
    for (const unsubscribe of this.#unsubscribes.splice(0)) unsubscribe();
    this.#abort.abort();
    await this.#room?.leave().catch(reportError);
    this.#lease?.release();
  }

  async #connect(rooms: Rooms): Promise<Bus> {
    const server = this.#host.properties.server || '';
    const credentials = credentialsOf(this.#host.properties);
    this.#token = credentials.token; // it may be another one by now
    const isKnown = server || !credentials.tokenUrl || connections.find(server, credentials);
    const answer = isKnown ? undefined : await this.#askServer(rooms);
    this.#lease = connections.lease(rooms.openBus, server, credentials, answer);
    return this.#lease.bus;
  }

  /** The first token, where it says at which server it holds. Asked for until there is one; rejects when it ends. */
  async #askServer({ growingWait, systemRandom }: Rooms): Promise<PageToken> {
    const { signal } = this.#abort;
    const { properties, report, show } = this.#host;
    show(null, 'connecting');
    for (let failures = 0; ; ) {
      const credentials = credentialsOf(properties);
      const url = credentials.tokenUrl ?? '';
      const answer = await askToken(url, credentials).catch((error: unknown) => {
        if (!signal.aborted) report(error);
      });
      signal.throwIfAborted();
      if (answer?.server) return answer;
      if (answer) throw new OptionError('server', `is missing, and the token from ${url} does not name one either`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, growingWait(++failures, systemRandom));
        signal.addEventListener('abort', () => {
          clearTimeout(timer);
          resolve();
        });
      });
      signal.throwIfAborted();
    }
  }

  #fail(error: unknown): void {
    if (this.#abort.signal.aborted) return;
    this.#abort.abort();
    this.#lease?.release();
    this.#lease = undefined;
    this.#host.fail(error);
  }

  /**
   * Joins. It reports a name, colour or picture that the room refuses, and joins without it. Where the project or the
   * file is an address that is too long for an id, the room is that of the address (S6).
   */
  async #join({ joinRoom, roomOf, whenConnected }: Rooms, bus: Bus): Promise<Room> {
    const { signal } = this.#abort;
    const { properties } = this.#host;
    const { project, file, jsonPresence = false, avatars, verified } = properties;
    await whenConnected(bus, { signal }); // only then it is known whom the credentials name
    const own = bus.identity?.user;
    const ids: Record<string, string> = { ...(project && { project }), ...(file && { file }) };
    const history = historyOf(properties);
    this.#told = profileOf(properties, own);
    const { location, ...user } = this.#told;
    for (;;) {
      try {
        return await joinRoom(bus, {
          user: { ...user, id: properties.userId || own || guestOf(properties).id },
          signal,
          jsonPresence,
          ...ids,
          ...(verified && { verified }),
          ...(avatars && { avatars }),
          ...(history !== undefined && { history }),
          ...(location && { location }),
        });
      } catch (error) {
        const what = error instanceof InvalidIdError ? error.what : '';
        if (ADDRESS.test(ids[what] ?? '')) {
          ids[what] = roomOf(ids[what] ?? '');
          continue;
        }
        const field = error instanceof OptionError && error.option.replace('user.', '');
        if (signal.aborted || !field || !(field in user)) throw error;
        delete user[field as keyof typeof user];
        this.#host.report(error);
      }
    }
  }

  #joined(room: Room): void {
    const host = this.#host;
    this.#room = room;
    this.#unsubscribes.push(
      room.on('status', (status) => host.show(room, status)),
      room.on('error', host.report),
      pageActivity.watch((activity) => room.setActivity(activity)),
      watchGuest(host.properties, () => host.restart()),
    );
    host.show(room, room.status);
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
