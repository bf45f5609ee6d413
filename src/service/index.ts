/** `slate-collab/service`: Node only. Re-exports only: values first, then types. */

export {
  DocumentDeletedError,
  DocumentTooLargeError,
  HistoryError,
  HistoryFullError,
} from '../documents/errors.js';
export {
  AuthenticationError,
  ConnectionClosedError,
  InvalidIdError,
  InvalidSubjectError,
  JetStreamError,
  NotConnectedError,
  OptionError,
  PayloadError,
  PayloadTooLargeError,
  PermissionError,
  RequestTimeoutError,
  ServerError,
  SlateError,
} from '../errors.js';
export { SERVER_CONFIGS, serverConfig } from './config/server-config.js';
export { startDocumentService } from './documents/start.js';
export {
  JanitorError,
  JobError,
  MonitorError,
  PortTakenError,
  ServerNotFoundError,
  ServerStartError,
} from './errors.js';
export { startJanitor } from './janitor/start.js';
export { startNatsServer } from './local-server.js';
export { ensureNatsServer, findNatsServer } from './nats-server.js';
export { memberPermissions, ROLES } from './tokens/member-permissions.js';
export { mintToken } from './tokens/mint.js';
export { tokenHandler } from './tokens/token-handler.js';
export { cancelJob } from './work/cancel.js';
export { enqueue } from './work/enqueue.js';
export { worker } from './work/worker.js';

// The types.

export type { ServerConfig } from './config/server-config.js';
export type {
  Compacted,
  DocumentService,
  DocumentServiceOptions,
  DocumentServiceStats,
} from './documents/types.js';
export type { JobFailure } from './errors.js';
export type { Gone, Janitor, JanitorOptions, JanitorStats } from './janitor/types.js';
export type { LocalServer, LocalServerOptions } from './local-server.js';
export type { FindOptions, NatsServerProgram } from './nats-server.js';
export type { AccountKey } from './tokens/account.js';
export type { Authorize, Grant, TokenRequest } from './tokens/authorize.js';
export type { MemberOptions, MemberPermissions, Role } from './tokens/member-permissions.js';
export type { MemberToken, MintOptions } from './tokens/mint.js';
export type { GivenToken, TokenHandler, TokenHandlerOptions } from './tokens/token-handler.js';
export type { CancelOptions } from './work/cancel.js';
export type { EnqueuedJob, EnqueueOptions } from './work/enqueue.js';
export type { JobContext, JobHandler, Worker, WorkerOptions, WorkerStats } from './work/types.js';
