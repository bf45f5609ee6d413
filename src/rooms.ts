/** What `<slate-room>` loads late: the part of the public API that joins rooms. Re-exports only. */
export { openBus } from './bus/nats/connect.js';
export { joinRoom } from './room/join.js';
