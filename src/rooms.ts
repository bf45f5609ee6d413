/** The part of the public API that connects and joins rooms, which `<slate-room>` loads late. Re-exports only. */
export { openBus } from './bus/nats/connect.js';
export { roomOf } from './protocol/room-of.js';
export { joinRoom } from './room/join.js';
