/**
 * People on a cluster of three real servers, for minutes: they come, move, type, lose their lines and go, and servers
 * stop, die and come back. What nothing explains is written down: an error, or a member who is missing though
 * nobody's line was touched.
 */
import './websocket.js';
import { Doc } from 'yjs';
import { type Bus, connect, joinRoom, type Room } from '../../src/index.js';
import { natsServer, restarted } from './nats.js';
import { freePorts } from './ports.js';
import { type Proxy as Line, proxyOf } from './proxy.js';
import { seeded } from './random.js';
import { until } from './wait.js';

type Server = Awaited<ReturnType<typeof natsServer>>;

interface Person {
  readonly name: string;
  readonly room: Room;
  readonly bus: Bus;
  readonly doc: Doc;
  readonly lines: readonly Line[];
  readonly seen: Set<string>;
  /** When its line, or itself, was last disturbed: milliseconds of the machine's clock. */
  disturbedAt: number;
}

/** A lease, a reconnection that waits for two nodes, and what a busy machine adds. */
const EXPLAINED_MS = 30_000;
/** Between two things that are done, on average. */
const STEP_MS = 50;
/** What a page is told while servers are gone: that they are. */
const EXPECTED = ['ServerUnreachableError', 'NotConnectedError', 'ConnectionLostError'];

export class Soak implements AsyncDisposable {
  readonly unexplained: string[] = [];
  /** How often each thing was done. */
  readonly done: Record<string, number> = {};
  readonly #people: Person[] = [];
  readonly #nodes: Server[] = [];
  readonly #configs: string[] = [];
  readonly #random: () => number;
  readonly #crowd: number;
  readonly #failEveryMs: number;
  #names = 0;
  #serversAt = Number.NEGATIVE_INFINITY;

  private constructor(crowd: number, seed: number, failEveryMs: number) {
    this.#crowd = crowd;
    this.#failEveryMs = failEveryMs;
    this.#random = seeded(seed);
  }

  /** `failEveryMs`: how often, on average, a node fails, twice as often somebody loses a line. */
  static async start(crowd: number, seed: number, failEveryMs: number): Promise<Soak> {
    const soak = new Soak(crowd, seed, failEveryMs);
    const ports = await freePorts(3);
    const routes = ports.map((port) => `nats-route://127.0.0.1:${port}`).join(', ');
    for (const port of ports) {
      const config = `cluster { name: soak, listen: "127.0.0.1:${port}", routes: [${routes}] }`;
      soak.#configs.push(config);
      soak.#nodes.push(await natsServer({ config }));
    }
    for (let i = 0; i < crowd; i++) await soak.#join();
    return soak;
  }

  /** Goes on for `ms`, with a step every 50 ms or so. Random by its seed, and by what the machine does. */
  async run(ms: number): Promise<void> {
    const end = performance.now() + ms;
    while (performance.now() < end) {
      await this.#step();
      await new Promise((resolve) => setTimeout(resolve, this.#random() * 2 * STEP_MS));
    }
  }

  /** Everyone holds everyone, and the same text; rejects with what differs. */
  async settle(deadlineMs = 60_000): Promise<void> {
    const expected = this.#people
      .map(({ name }) => name)
      .sort()
      .join();
    const held = ({ room }: Person) =>
      room.members
        .map(({ user }) => user.name)
        .sort()
        .join();
    await until(() => this.#people.every((person) => held(person) === expected), {
      what: 'everyone to hold everyone',
      deadlineMs,
    });
    await until(() => this.#people.every(({ room }) => room.members.every(({ status }) => status !== 'stale')), {
      what: 'nobody to be stale',
      deadlineMs,
    });
    const texts = () => new Set(this.#people.map(({ doc }) => doc.getText('text').toJSON()));
    await until(() => texts().size === 1, { what: 'one text', deadlineMs });
  }

  /** What the servers and this process hold: all of it is bounded by who is here. */
  async holds(): Promise<{ subscriptions: number; connections: number; timers: number; heap: number }> {
    let [subscriptions, connections] = [0, 0];
    for (const { monitorUrl } of this.#nodes) {
      const { connections: here } = (await (await fetch(`${monitorUrl}/connz?subs=1`)).json()) as {
        connections: { subscriptions_list?: string[] }[];
      };
      connections += here.length;
      for (const each of here) subscriptions += each.subscriptions_list?.length ?? 0;
    }
    const timers = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    (globalThis as { gc?: () => void }).gc?.();
    return { subscriptions, connections, timers, heap: process.memoryUsage().heapUsed };
  }

  /** Everyone leaves. */
  async empty(): Promise<void> {
    for (const person of [...this.#people]) await this.#leave(person);
  }

  /** Until as many are here as at the beginning. */
  async refill(): Promise<void> {
    while (this.#people.length < this.#crowd) await this.#join();
    while (this.#people.length > this.#crowd) await this.#leave(this.#people[0] as Person);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.empty();
    for (const node of this.#nodes) await node[Symbol.asyncDispose]();
  }

  async #step(): Promise<void> {
    const fails = STEP_MS / this.#failEveryMs;
    const chance = this.#random();
    const person = this.#people[Math.floor(this.#random() * this.#people.length)] as Person;
    if (chance < fails) await this.#fail();
    else if (chance < 3 * fails) this.#drop(person);
    else if (chance < 0.5) this.#move(person);
    else if (chance < 0.9) this.#type(person);
    else if (chance < 0.95) person.room.setLocation(`page ${Math.floor(this.#random() * 100)}`);
    else if (chance < 0.97 && this.#people.length > this.#crowd / 2) await this.#leave(person);
    else if (this.#people.length < this.#crowd) await this.#join();
  }

  #move({ room }: Person): void {
    this.#count('moves');
    room.pointer.move({ x: this.#random(), y: this.#random(), anchor: '#a' });
  }

  #type({ doc }: Person): void {
    this.#count('edits');
    const text = doc.getText('text');
    if (text.length > 500) text.delete(0, 100);
    text.insert(Math.floor(this.#random() * (text.length + 1)), 'abc');
  }

  #drop(person: Person): void {
    this.#count('drops');
    person.disturbedAt = performance.now();
    for (const line of person.lines) {
      line.cut();
      line.restore();
    }
  }

  /** A node stops or dies, and comes back a little later. */
  async #fail(): Promise<void> {
    if (performance.now() - this.#serversAt < 2_000) return;
    const at = Math.floor(this.#random() * this.#nodes.length);
    const node = this.#nodes[at] as Server;
    const config = this.#configs[at];
    this.#serversAt = performance.now();
    if (this.#random() < 0.5) {
      this.#count('crashes of a node');
      await node.kill();
    } else {
      this.#count('restarts of a node');
      await node.stop();
    }
    this.#nodes[at] = await restarted(node, { config });
    this.#serversAt = performance.now();
  }

  async #join(): Promise<void> {
    this.#count('joins');
    const name = `p${this.#names++}`;
    const lines = await Promise.all(this.#nodes.map(({ wsUrl }) => proxyOf(wsUrl)));
    const bus = await connect({ servers: lines.map(({ wsUrl }) => wsUrl) });
    const doc = new Doc();
    const room = await joinRoom(bus, { project: 'soak', file: 'a', user: { id: name, name }, doc, history: false });
    const person = { name, room, bus, doc, lines, seen: new Set<string>(), disturbedAt: performance.now() };
    room.on('error', (error) => {
      if (!EXPECTED.includes(error.name)) this.unexplained.push(`${name}: ${error.name}: ${error.message}`);
    });
    room.on('members', () => this.#look(person));
    this.#people.push(person);
  }

  async #leave(person: Person): Promise<void> {
    this.#count('leaves');
    this.#people.splice(this.#people.indexOf(person), 1);
    await person.room.leave();
    await person.bus.close();
    for (const line of person.lines) await line[Symbol.asyncDispose]();
  }

  /** Whoever is missing now, and was not before, has left, or lost its line a short time ago. */
  #look(person: Person): void {
    if (!this.#people.includes(person)) return; // it leaves itself
    const { name, room, seen, disturbedAt } = person;
    const now = performance.now();
    const here = new Set(room.members.map(({ user }) => user.name));
    for (const other of this.#people) {
      if (here.has(other.name) || !seen.has(other.name)) continue;
      const last = Math.max(disturbedAt, other.disturbedAt, this.#serversAt);
      if (now - last > EXPLAINED_MS) this.unexplained.push(`${name} lost ${other.name}`);
    }
    seen.clear();
    for (const one of here) seen.add(one);
  }

  #count(what: string): void {
    this.done[what] = (this.done[what] ?? 0) + 1;
  }
}
