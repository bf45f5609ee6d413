/**
 * "Bring everyone to me", which asks (F3): one's own request, and the requests of others that wait for an answer. A
 * request goes by after a while, and can be brought back for as long as whoever asked is here: nobody has to hurry.
 */
import type { Room, User } from '../../src/index.js';
import { viewSettings } from '../shared/view-settings.js';
import { setSignals, signalsOf, usersOf } from './signals.js';
import type { Stage } from './stage.js';
import { after, type ViewerTimes } from './times.js';

/** How long a request stands, in milliseconds. */
const REQUEST_MS = 30_000;
/** The most requests that wait for an answer. */
const MOST_REQUESTS = 20;

/** Someone's request to come along. */
export interface Request {
  readonly stage: Stage;
  readonly room: Room;
  readonly client: number;
  /** The id of their user. */
  readonly user: string;
  readonly number: number;
}

export class Gathering {
  readonly #changed: () => void;
  readonly #answeredMs: number;
  readonly #signal: AbortSignal;
  /** Those without an answer, also those that went by. */
  #requests: readonly Request[] = [];
  /** The one that the viewer holds, which does not go by. */
  #held: Request | undefined;
  /** The ids of the users whose request was answered a short while ago. */
  readonly #answered = new Set<string>();

  /** Calls `changed` when an answer no longer counts. When the signal aborts, one's own request is taken back. */
  constructor(changed: () => void, { answeredMs }: ViewerTimes, signal: AbortSignal) {
    this.#changed = changed;
    this.#answeredMs = answeredMs;
    this.#signal = signal;
  }

  /** Asks everyone in the room to come along. */
  ask(room: Room): void {
    const number = (signalsOf(room, room.client).gather ?? Math.floor(room.now())) + 1;
    setSignals(room, { gather: number });
    after(REQUEST_MS, this.#signal, () => {
      if (signalsOf(room, room.client).gather === number) setSignals(room, { gather: undefined });
    });
  }

  /** Reads the requests that stand in a room; the user one follows already (`leader`) makes none. */
  receive(stage: Stage, room: Room, leader: string | undefined): void {
    this.#requests = this.#requests.filter(mayBeAnswered);
    let users: Map<number, User> | undefined;
    for (const client of room.awareness.getStates().keys()) {
      const number = client === room.client ? undefined : signalsOf(room, client).gather;
      if (number === undefined) continue;
      users ??= usersOf(room);
      const id = users.get(client)?.id;
      if (!id || id === leader || id === room.self.user.id || this.#answered.has(id)) continue;
      const request = { stage, room, client, user: id, number };
      const ofUser = this.#requests.filter((one) => one.room === room && one.user === id);
      if (ofUser.some(stands) || !stands(request)) continue;
      const others = this.#requests.filter((one) => !ofUser.includes(one));
      if (others.filter(stands).length < MOST_REQUESTS) this.#requests = [...others, request].slice(-MOST_REQUESTS);
    }
  }

  /** The request that is to be answered now. */
  get first(): Request | undefined {
    const held = this.#requests.find((one) => one === this.#held);
    return held && mayBeAnswered(held) ? held : this.#requests.find(stands);
  }

  /** Keeps the request that is to be answered now; where there is none, brings back the latest that went by. */
  hold(): void {
    this.#held = this.first ?? this.#requests.findLast(mayBeAnswered);
  }

  /** The request that was held goes by when it is time. */
  letGo(): void {
    this.#held = undefined;
  }

  /** True while an answer still counts. */
  get remembers(): boolean {
    return this.#answered.size > 0;
  }

  /** One has answered a request of this user, with yes or no. */
  answer(user: string): void {
    this.#requests = this.#requests.filter((one) => one.user !== user);
    this.#answered.add(user);
    after(this.#answeredMs, this.#signal, () => {
      this.#answered.delete(user);
      this.#changed();
    });
  }
}

/** Whether a request has not been taken back, nor its room left, and one has not muted who makes it. */
function stands({ stage, room, client, user, number }: Request): boolean {
  return stage.room === room && signalsOf(room, client).gather === number && !viewSettings().muted.includes(user);
}

/** Whether whoever asked is still here. */
function mayBeAnswered({ stage, room, client }: Request): boolean {
  return stage.room === room && room.awareness.getStates().has(client);
}
