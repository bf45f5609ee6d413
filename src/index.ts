/** The public API of `slate-collab`. Re-exports only: values first, then types. */
export { connect, openBus } from './bus/connect.js';
export { systemClock } from './clock.js';
export * from './errors.js';
export { colorOf } from './protocol/color.js';
export { joinRoom } from './room/join.js';

// The types.

export type {
  Bus,
  BusEvents,
  BusMessage,
  BusStats,
  BusStatus,
  BusSubscription,
  MessageHandler,
  Payload,
} from './bus/bus.js';
export type { ConnectOptions } from './bus/connect.js';
export type { Clock, Random } from './clock.js';
export type { RoomOptions } from './room/options.js';
export type {
  Activity,
  Member,
  MemberStatus,
  PointerPosition,
  RemotePointer,
  Room,
  RoomEvents,
  RoomStats,
  RoomStatus,
  Session,
  User,
  UserInit,
} from './room/types.js';
