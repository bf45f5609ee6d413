/** Rooms on one in-memory hub and one virtual clock, for the tests of a room's life. */
import type { Room, RoomOptions } from '../../src/index.js';
import { LiveRoom } from '../../src/room/live-room.js';
import { readOptions } from '../../src/room/options.js';
import * as verified from '../../src/room/verified.js';
import { type Delivery, type MemoryBus, MemoryHub, type MemoryHubOptions } from '../../src/testing.js';
import { seeded } from './random.js';
import { VirtualClock } from './virtual-clock.js';

export interface Actor {
  readonly room: LiveRoom;
  readonly bus: MemoryBus;
  /** The `members` events of this room: one line for each, with the names and statuses in order. */
  readonly seen: string[];
  readonly errors: Error[];
}

/** `project: undefined` is the lobby. */
export type LabOptions = Partial<Omit<RoomOptions, 'project'>> & { readonly project?: string | undefined };

export class RoomLab {
  readonly clock = new VirtualClock();
  readonly random;
  readonly hub: MemoryHub;
  /** Every delivery of the hub, at the moment it is sent. */
  readonly wire: Delivery[] = [];
  /** May delay, repeat or drop a delivery; see MemoryHubOptions.deliver. */
  network: (delivery: Delivery, send: () => void) => void = (_, send) => send();

  constructor(seed = 1, options: Pick<MemoryHubOptions, 'maxPayload' | 'permits'> = {}) {
    this.random = seeded(seed);
    this.hub = new MemoryHub({
      ...options,
      clock: this.clock,
      random: this.random,
      deliver: (delivery, send) => {
        this.wire.push(delivery);
        this.network(delivery, send);
      },
    });
  }

  /** Joins as `name`, with the name as user id. */
  async join(name: string, options: LabOptions = {}): Promise<Actor> {
    const actor = this.prepare(name, options);
    await this.clock.while(actor.room.join());
    return actor;
  }

  /** The connection of a room, or of a program, of this user. */
  connect(_name: string): MemoryBus {
    return this.hub.connect();
  }

  /** A room that has not joined yet. */
  prepare(name: string, options: LabOptions = {}): Actor {
    const bus = this.connect(name);
    const { clock, random } = this;
    const { project, ...rest } = { project: 'p1', user: { id: name, name }, clock, random, ...options };
    const room = new LiveRoom(bus, readOptions({ ...rest, ...(project !== undefined && { project }) }), { verified });
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
