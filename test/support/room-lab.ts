/** Rooms on one in-memory hub and one virtual clock: the laboratory of the lifecycle tests. */
import type { Room, RoomOptions } from '../../src/index.js';
import { LiveRoom } from '../../src/room/live-room.js';
import { readOptions } from '../../src/room/options.js';
import { type Delivery, type MemoryBus, MemoryHub } from '../../src/testing.js';
import { seeded } from './random.js';
import { VirtualClock } from './virtual-clock.js';

export interface Actor {
  readonly room: Room;
  readonly bus: MemoryBus;
  /** What this room's listeners were told of members: one line each time, names in order. */
  readonly seen: string[];
  readonly errors: Error[];
}

export class RoomLab {
  readonly clock = new VirtualClock();
  readonly random;
  readonly hub: MemoryHub;
  /** Every delivery of the hub, as it leaves. */
  readonly wire: Delivery[] = [];
  /** May hold back, double or drop a delivery; see MemoryHubOptions.deliver. */
  network: (delivery: Delivery, send: () => void) => void = (_, send) => send();

  constructor(seed = 1) {
    this.random = seeded(seed);
    this.hub = new MemoryHub({
      clock: this.clock,
      random: this.random,
      deliver: (delivery, send) => {
        this.wire.push(delivery);
        this.network(delivery, send);
      },
    });
  }

  /** Joins as `name`, with the name as user id. */
  async join(name: string, options: Partial<RoomOptions> = {}): Promise<Actor> {
    const actor = this.prepare(name, options);
    await this.clock.while((actor.room as LiveRoom).join());
    return actor;
  }

  /** A room that has not joined yet. */
  prepare(name: string, options: Partial<RoomOptions> = {}): Actor {
    const bus = this.hub.connect();
    const { clock, random } = this;
    const room = new LiveRoom(bus, readOptions({ project: 'p1', user: { id: name, name }, clock, random, ...options }));
    const seen: string[] = [];
    const errors: Error[] = [];
    room.on('members', (members) => seen.push(members.map(({ user, status }) => `${user.name}:${status}`).join(' ')));
    room.on('error', (error) => errors.push(error));
    return { room, bus, seen, errors };
  }
}

export const names = (room: Room) => room.members.map((member) => member.user.name);
export const statuses = (room: Room) =>
  Object.fromEntries(room.members.map((member) => [member.user.name, member.status]));
