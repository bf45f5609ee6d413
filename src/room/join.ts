import type { Bus } from '../bus/bus.js';
import { LiveRoom } from './live-room.js';
import { type RoomOptions, readOptions } from './options.js';
import type { Room } from './types.js';

/**
 * Joins a room and resolves once its people are known: in two round trips at the most. While `bus` is not yet
 * connected it waits, for ever if need be (`signal` gives up).
 *
 * Throws {@link OptionError} and {@link InvalidIdError} for options that cannot be used; {@link PermissionError} where the
 * server forbids the room's subjects; {@link AuthenticationError} and {@link ConnectionClosedError} where the bus closed.
 *
 * ```ts
 * const room = await joinRoom(bus, { project: 'p1', file: 'src/main.ts', user: { id: 'ada', name: 'Ada' } });
 * room.on('members', (members) => console.log(members.map((member) => member.user.name)));
 * ```
 */
export async function joinRoom(bus: Bus, options: RoomOptions): Promise<Room> {
  const room = new LiveRoom(bus, readOptions(options));
  await room.join(options.signal);
  return room;
}
