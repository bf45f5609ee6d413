import type { Bus } from '../bus/bus.js';
import { LiveRoom } from './live-room.js';
import { type RoomOptions, readOptions } from './options.js';
import type { Room } from './types.js';

/**
 * Joins a room. Resolves once everyone in it is known, which takes two round trips at most. While `bus` is not
 * connected yet, it waits for the connection without a limit; `options.signal` aborts the wait.
 *
 * Rejects with {@link OptionError} and {@link InvalidIdError} for options that cannot be used, with {@link
 * PermissionError} when the server forbids the room's subjects, with {@link AuthenticationError} and {@link
 * ConnectionClosedError} when the bus closes, and with the signal's reason.
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
