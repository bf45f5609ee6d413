/** The part of the public API that connects and joins rooms, which `<slate-room>` loads late. Re-exports only. */
export { openBus } from './bus/nats/connect.js';
export { growingWait } from './bus/nats/waits.js';
export { whenConnected } from './bus/when-connected.js';
export { systemRandom } from './clock.js';
export { roomOf } from './protocol/room-of.js';
export { joinRoom } from './room/join.js';
