/**
 * One trace of a room on a bad day, on the virtual clock: people who come, go, change, freeze and come back under an
 * old client id, a network that loses, repeats, delays and parts, and a stranger who lies in everybody's name. In the
 * end all is calm, and everyone must show everyone.
 */
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness';
import { Doc } from 'yjs';
import type { State } from '../../src/protocol/state.js';
import type { Delivery, MemoryBus } from '../../src/testing.js';
import { LIES, PRESENCE } from './lies.js';
import { type Actor, RoomLab } from './room-lab.js';

export const KINDS = [
  ...(['state', 'state', 'state', 'field', 'field', 'motion', 'motion', 'motion', 'wait', 'wait', 'wait'] as const),
  ...(['network', 'network', 'lie', 'lie', 'lie', 'join', 'leave', 'rejoin', 'reload', 'twin', 'kill'] as const),
  ...(['cut', 'silence', 'freeze', 'part', 'heal', 'restart', 'hide', 'activity', 'sleep'] as const),
];

/** `who` chooses the person, `value` everything else. */
export interface Step {
  readonly kind: (typeof KINDS)[number];
  readonly who: number;
  readonly value: number;
}

interface Person extends Actor {
  readonly doc: Doc;
  readonly name: string;
}

const MOST = 5;

export class PresenceTrace {
  readonly lab: RoomLab;
  readonly people: Person[] = [];
  readonly #stranger: MemoryBus;
  /** The people on the far side of a partition. */
  readonly #far = new Set<MemoryBus>();
  /** Nothing from or to them arrives; their lines are open. */
  readonly #frozen = new Set<MemoryBus>();
  #network = { lost: 0, doubled: 0, late: 0 };
  #names = 0;

  constructor(seed: number) {
    this.lab = new RoomLab(seed);
    this.lab.network = (delivery, send) => this.#deliver(delivery, send);
    this.#stranger = this.lab.hub.connect();
  }

  async run(crowd: number, steps: readonly Step[]): Promise<void> {
    for (let i = 0; i < crowd; i++) await this.#join();
    for (const step of steps) {
      if (this.people.length === 0) await this.#join();
      await this.#take(step);
      this.lab.wire.length = 0; // nobody reads it here
      await this.lab.clock.advance(step.value % 40);
    }
  }

  /** The network is well, the stranger is gone, and everyone whose connection was cut has another. */
  calm(): void {
    void this.#stranger.close();
    this.#network = { lost: 0, doubled: 0, late: 0 };
    for (const few of [this.#far, this.#frozen]) few.clear();
    this.lab.hub.restore();
    for (const { bus, room } of this.people) {
      // Who hides sends nothing whose echo could be missing; the pings of a connection find its dead line.
      if (!room.awareness.getLocalState()) void bus.suspect();
    }
  }

  /**
   * Where what the people show differs from what each says of itself. With `ghosts`, somebody who is shown and not here
   * counts too.
   */
  differences(ghosts = true): string[] {
    const truth = this.#truth();
    return this.people.flatMap(({ name, room }) => {
      // A member that is alone for all it knows sends no fast fields, and who hides is known to nobody (M1, P11).
      const without = room.awareness.getLocalState() ? [] : ['view'];
      return compare(name, room.awareness.getStates(), truth, without, ghosts);
    });
  }

  /** The same of a stock Yjs client that joins now, with nothing but y-protocols and a subscription (P1). */
  async differencesOfStock(): Promise<string[]> {
    const bus = this.lab.hub.connect();
    const awareness = new Awareness(new Doc());
    clearInterval(awareness._checkInterval as ReturnType<typeof setInterval>); // it runs on the clock of the machine
    bus.subscribe(PRESENCE, ({ data }) => {
      if (data[0] !== 0x7b && data[0] !== 0x5b) applyAwarenessUpdate(awareness, data, 'nats');
    });
    awareness.setLocalStateField('user', { name: 'Stock' });
    bus.publish(PRESENCE, encodeAwarenessUpdate(awareness, [awareness.clientID]));
    await this.lab.clock.advance(2_000);
    await bus.close();
    awareness.getStates().delete(awareness.clientID);
    return compare('a stock client', awareness.getStates(), this.#truth(), [], false);
  }

  async end(): Promise<void> {
    for (const { room, bus } of this.people) {
      await this.lab.clock.while(room.leave());
      await bus.close();
    }
  }

  /** What each says of itself. */
  #truth(): Map<number, State> {
    const own = this.people.map(({ room }) => [room.client, room.awareness.getLocalState()] as const);
    return new Map(own.filter((entry): entry is [number, State] => entry[1] !== null));
  }

  async #take({ kind, who, value }: Step): Promise<void> {
    const { clock, hub } = this.lab;
    const person = this.people[who % this.people.length] as Person;
    const { room, bus } = person;
    switch (kind) {
      case 'state':
        return value % 2 ? room.setLocation(`page ${value}`) : room.setUser({ name: `${person.name} ${value}` });
      case 'field':
        return room.awareness.setLocalStateField('draft', value);
      case 'motion':
        room.pointer.move({ x: (value % 7) / 7, y: 0.5, anchor: '#a' });
        return room.awareness.setLocalStateField('view', { x: (value % 100) / 100, y: 0, anchor: '' });
      case 'wait':
        return clock.advance(value * 5);
      case 'network':
        this.#network = { lost: (value % 4) / 10, doubled: (value % 3) / 10, late: (value % 5) / 10 };
        return;
      case 'lie': {
        const other = this.people[value % this.people.length] as Person;
        return LIES[value % LIES.length]?.({ bus: this.#stranger, victim: room, other: other.room, value });
      }
      case 'join':
        return this.people.length < MOST ? this.#join() : undefined;
      case 'leave':
        return this.people.length > 1 ? this.#leave(person) : undefined;
      case 'rejoin':
        await this.#leave(person);
        return this.#join(person.doc);
      case 'reload': {
        // A page that saved its client id, and cannot know its last clock.
        if (value % 2) this.#kill(person);
        else await this.#leave(person);
        return this.#join(docWith(room.client));
      }
      case 'twin':
        return this.people.length < MOST ? this.#join(docWith(room.client)) : undefined;
      case 'kill':
        return this.people.length > 1 ? this.#kill(person) : undefined;
      case 'cut':
        bus.disconnect();
        clock.after(value * 8, () => bus.reconnect());
        return;
      case 'silence':
        return hub.silence(bus);
      case 'freeze':
        this.#frozen.add(bus);
        clock.after(value * 30, () => this.#frozen.delete(bus));
        return;
      case 'part':
        for (const [i, each] of this.people.entries()) if ((value >> i) & 1) this.#far.add(each.bus);
        return;
      case 'heal':
        return this.#far.clear();
      case 'restart':
        hub.drop();
        await clock.advance(value * 3);
        return hub.restore();
      case 'hide':
        return room.awareness.setLocalState(room.awareness.getLocalState() ? null : { draft: value });
      case 'activity':
        return room.setActivity((['active', 'idle', 'away'] as const)[value % 3] as 'active');
      case 'sleep':
        return clock.sleep(value * 10);
    }
  }

  async #join(doc = docWith(Math.floor(this.lab.random() * 2 ** 32))): Promise<void> {
    const name = `p${this.#names++}`;
    const actor = this.lab.prepare(name, { doc });
    const person = { ...actor, doc, name };
    this.people.push(person);
    // `joinRoom` rejects where the connection is lost meanwhile; a page would join again, as another step does here.
    actor.room.join().catch(() => this.#remove(person));
    await this.lab.clock.advance(20);
  }

  async #leave(person: Person): Promise<void> {
    this.#remove(person);
    await this.lab.clock.while(person.room.leave());
    await person.bus.close();
  }

  /** The process ends: nothing of it runs on, and nothing is said. */
  #kill(person: Person): void {
    this.#remove(person);
    this.lab.hub.kill(person.bus);
    void person.room.leave();
  }

  #remove(person: Person): void {
    const at = this.people.indexOf(person);
    if (at >= 0) this.people.splice(at, 1);
  }

  #deliver({ from, to, subject, data }: Delivery, send: () => void): void {
    const { clock, random } = this.lab;
    // The word of the server itself, "no responders", is neither lost nor overtaken by the answer to a ping.
    // Nor is an echo lost: it comes on the line on which its message went, which is alive (P7) or dead.
    // A stranger's lies reach all: nobody is spared them.
    const isServers = data.length === 0 && subject.startsWith('slate.inbox');
    if (from === to || from === this.#stranger || isServers) {
      send();
      return;
    }
    if (this.#frozen.has(from) || this.#frozen.has(to) || this.#far.has(from) !== this.#far.has(to)) return;
    const { lost, doubled, late } = this.#network;
    const chance = random();
    if (chance < lost) return;
    if (chance < lost + doubled) clock.after(random() * 300, send);
    if (random() < late) clock.after(random() * 400, send);
    else send();
  }
}

function docWith(clientID: number): Doc {
  const doc = new Doc();
  doc.clientID = clientID;
  return doc;
}

/** One line for each client that is not shown as it is; with `ghosts`, also for each that is shown and not here. */
function compare(
  who: string,
  shown: ReadonlyMap<number, State>,
  truth: ReadonlyMap<number, State>,
  without: readonly string[],
  ghosts: boolean,
): string[] {
  const text = (state: State | undefined) =>
    state &&
    JSON.stringify(
      Object.entries(state)
        .filter(([name]) => !without.includes(name))
        .sort(),
    );
  const clients = new Set([...truth.keys(), ...(ghosts ? shown.keys() : [])]);
  return [...clients]
    .filter((client) => text(shown.get(client)) !== text(truth.get(client)))
    .map((client) => `${who} shows ${client} as ${text(shown.get(client))}, not as ${text(truth.get(client))}`);
}
