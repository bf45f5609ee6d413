/** `slate-collab/service`: Node only. Re-exports only: values first, then types. */
export { PortTakenError, ServerNotFoundError, ServerStartError } from '../errors.js';
export type { LocalServer, LocalServerOptions } from './local-server.js';
export { startNatsServer } from './local-server.js';
export type { FindOptions, NatsServerProgram } from './nats-server.js';
export { ensureNatsServer, findNatsServer } from './nats-server.js';
