/**
 * A process that holds clients. It does what the main process asks over IPC, and ends when the main process is gone.
 * It measures; it does not judge.
 */
import { type Address, type BenchClient, type Counts, person, type Sight } from './adapter.js';
import { answering } from './answering.js';
import { now, sleep, until } from './clock.js';
import { Logbook } from './logbook.js';
import { type Moved, move } from './mover.js';
import { startProfile, writeProfile } from './profile.js';
import { breakSockets, opened, type SocketTotals, socketTotals } from './socket.js';
import { systemOf } from './systems.js';

interface Held {
  readonly index: number;
  readonly room: string;
  readonly client: BenchClient;
}

export interface Mark {
  at: number;
  clients: number;
  sockets: SocketTotals;
  counts: Counts;
  pointerCounts: Counts;
  upkeepCounts: Counts;
  held: number;
  /** User and system time of this process in microseconds. */
  cpu: number;
}

export interface Joined {
  /** Milliseconds from the call to everyone held, and from the opened socket; undefined where it never was. */
  fromCall: number | undefined;
  fromOpen: number | undefined;
  /** To every resting pointer held. */
  toPointers: number | undefined;
}

/** One change of how `observer` sees `subject`. */
export interface Sighting {
  at: number;
  observer: number;
  subject: number;
  sight: Sight | 'gone';
}

const clients: Held[] = [];
const log = new Logbook();
const sightings: Sighting[] = [];
const looks: (() => void)[] = [];

function sum(counts: readonly Counts[]): Counts {
  return counts.reduce((a, b) => ({ up: a.up + b.up, down: a.down + b.down }), { up: 0, down: 0 });
}

const ops = {
  /** Joins these people, `together` at a time. */
  async open(systemId: string, address: Address, room: string, indexes: readonly number[], together: number) {
    const system = systemOf(systemId);
    for (let i = 0; i < indexes.length; i += together) {
      const joining = indexes.slice(i, i + together).map(async (index) => {
        const who = person(index);
        const ticket = await system.ticket?.(address, room, who);
        const client = await system.join({ url: address.url, ticket, room, person: who, log });
        clients.push({ index, room, client });
      });
      await Promise.all(joining);
    }
  },

  /** As `open` for one person, and remembers every change of whom it sees. */
  async watch(systemId: string, address: Address, room: string, index: number) {
    const system = systemOf(systemId);
    const who = person(index);
    const ticket = await system.ticket?.(address, room, who);
    const last = new Map<number, Sight>();
    let client: BenchClient | undefined;
    const look = () => {
      if (client === undefined) return;
      const at = now();
      const sights = client.sights();
      for (const [subject, sight] of sights) {
        if (last.get(subject) === sight) continue;
        last.set(subject, sight);
        sightings.push({ at, observer: index, subject, sight });
      }
      for (const subject of [...last.keys()]) {
        if (sights.has(subject)) continue;
        last.delete(subject);
        sightings.push({ at, observer: index, subject, sight: 'gone' });
      }
    };
    client = await system.join({ url: address.url, ticket, room, person: who, log, onPeople: look });
    clients.push({ index, room, client });
    looks.push(look);
    look();
  },

  sightings: () => sightings,
  opened: () => opened,

  /** The fewest people any client here holds; Infinity for a system without presence. */
  people(room: string): number {
    const here = clients.filter((each) => each.room === room);
    return Math.min(...here.map((each) => each.client.people() ?? Number.POSITIVE_INFINITY));
  },

  mark: (): Mark => ({
    at: now(),
    clients: clients.length,
    sockets: socketTotals(),
    counts: sum(clients.map((each) => each.client.counts())),
    pointerCounts: sum(clients.map((each) => each.client.pointerCounts())),
    upkeepCounts: sum(clients.map((each) => each.client.upkeepCounts())),
    held: log.heldCount,
    cpu: process.cpuUsage().user + process.cpuUsage().system,
  }),

  /**
   * Everyone in this process moves. With `profile`, a name, a processor profile is written to a file beside this one.
   */
  async move(hz: number, ms: number, profile = ''): Promise<Moved> {
    const walkers = clients.map(({ index, client }) => ({ person: index, client }));
    const session = profile === '' ? undefined : await startProfile();
    const moved = await move(walkers, hz, ms, log);
    if (session !== undefined) await writeProfile(session, `${profile}-${process.pid}`);
    return moved;
  },

  /** One person moves alone. */
  async step(index: number, times: number, everyMs: number) {
    const client = clients.find((each) => each.index === index)?.client;
    if (client === undefined) throw new Error(`Person ${index} is not in this process.`);
    for (let i = 0; i < times; i++) {
      log.moved(index);
      client.move(0.3 + i / 100, 0.4);
      await sleep(everyMs);
    }
  },

  harvest: () => log.take(),

  /** One more person comes and is timed. It stays until `leave`. */
  async joiner(
    systemId: string,
    address: Address,
    room: string,
    index: number,
    people: number,
    pointers: number,
    profile = '',
  ) {
    const system = systemOf(systemId);
    const ticket = await system.ticket?.(address, room, person(index));
    const session = profile === '' ? undefined : await startProfile();
    const openedBefore = opened.length;
    const began = now();
    let complete: number | undefined;
    let pointersAt: number | undefined;
    let client: BenchClient | undefined;
    const look = () => {
      if (client === undefined) return;
      if (complete === undefined && (client.people() ?? 0) >= people) complete = now();
    };
    const joining = system.join({
      url: address.url,
      ticket,
      room,
      person: person(index),
      log,
      onPeople: look,
      onClient: (made) => {
        client = made;
        look();
      },
    });
    client = await joining;
    look();
    await until(5000, () => complete !== undefined, 5);
    await until(
      1500,
      () => {
        if (pointersAt === undefined && (client?.pointers() ?? 0) >= pointers) pointersAt = now();
        return pointersAt !== undefined;
      },
      2,
    );
    await sleep(500);
    if (session !== undefined) await writeProfile(session, `${profile}-${process.pid}`);
    clients.push({ index, room, client });
    const open = opened[openedBefore];
    const joined: Joined = {
      fromCall: complete === undefined ? undefined : complete - began,
      fromOpen: complete === undefined || open === undefined ? undefined : complete - open,
      toPointers: pointersAt === undefined ? undefined : pointersAt - began,
    };
    return { ...joined, counts: client.counts(), upkeepCounts: client.upkeepCounts() };
  },

  /** Loses every connection of this process at once; when, in bench milliseconds. */
  breakSockets(): number {
    const at = now();
    breakSockets();
    return at;
  },

  async leave(): Promise<number> {
    const at = now();
    await Promise.all(clients.splice(0).map((each) => each.client.leave()));
    log.take();
    return at;
  },
};

export type WorkerOps = typeof ops;

process.setMaxListeners(0);
// Who is seen can change with time alone, so a watcher also looks by itself.
setInterval(() => {
  for (const look of looks) look();
}, 20).unref();
answering(ops);
