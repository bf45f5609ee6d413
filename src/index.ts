/**
 * The public API of `slate-collab`. Re-exports only: values first, then types. Errors of workers, servers and their
 * programs are in `slate-collab/service`.
 */
export { connect, openBus } from './bus/nats/connect.js';
export { systemClock } from './clock.js';
export {
  AuthenticationError,
  ConnectionClosedError,
  EventError,
  FieldError,
  InvalidIdError,
  InvalidSubjectError,
  NoRespondersError,
  NotConnectedError,
  OptionError,
  OutboxFullError,
  PartMissingError,
  PayloadError,
  PayloadTooLargeError,
  PermissionError,
  ProtocolError,
  RemoteError,
  RequestTimeoutError,
  ServerError,
  ServerUnreachableError,
  SlateError,
  TokenError,
  UnconfirmedError,
} from './errors.js';
export { AssetEventSchema, onAssetEvents, publishAssetEvent } from './events/asset.js';
export { BuildEventSchema, onBuildEvents, publishBuildEvent } from './events/build.js';
export { CacheKeys, invalidateCache, onInvalidate } from './events/cache.js';
export { cacheRules, connectCache } from './events/cache-rules.js';
export { CollaborationEventSchema, onCollaborationEvents, publishCollaborationEvent } from './events/collaboration.js';
export { configure } from './events/configure.js';
export { EditorEventSchema, onEditorEvents, publishEditorEvent } from './events/editor.js';
export { FileEventSchema, onFileEvents, publishFileEvent } from './events/file.js';
export { onProjectEvents, ProjectEventSchema, publishProjectEvent } from './events/project.js';
export { onRuntimeEvents, publishRuntimeEvent, RuntimeEventSchema } from './events/runtime.js';
export { publish, request, subscribe } from './events/verbs.js';
export {
  closeNatsConnection,
  defaultBus,
  isNatsConnected,
  natsStats,
  natsStatus,
  onBusError,
  onNatsStatus,
} from './messaging/default.js';
export { respond } from './messaging/responder.js';
export { colorOf } from './protocol/palette.js';
export { roomOf } from './protocol/room-of.js';
export { NatsSubjects } from './protocol/subjects.js';
export { hasInk } from './protocol/text.js';
export { joinRoom } from './room/join.js';
export { openDocument } from './room/open-document.js';

// The types.

export type {
  Bus,
  BusEvents,
  BusMessage,
  BusStats,
  BusStatus,
  BusSubscription,
  Identity,
  MessageHandler,
  Payload,
  PublishOptions,
  RequestOptions,
} from './bus/bus.js';
export type { ConnectOptions } from './bus/nats/connect.js';
export type { TokenAnswer } from './bus/nats/credentials.js';
export type { Clock, Random } from './clock.js';
export type {
  Cipher,
  CipherContext,
  DocumentEvents,
  DocumentName,
  DocumentOptions,
  DocumentProvider,
  DocumentStatus,
  LocalStore,
  RoomDocumentOptions,
  RoomDocuments,
  RoomDocumentsEvents,
  SavingState,
  SharedDocument,
  Version,
} from './documents/types.js';
export type { RefusalReason } from './errors.js';
export type { AssetEvent, ListenAssetOptions } from './events/asset.js';
export type { BuildEvent } from './events/build.js';
export type { CacheKey } from './events/cache.js';
export type { CacheOptions, CacheRules } from './events/cache-rules.js';
export type { CollaborationEvent, VerifiedOption } from './events/collaboration.js';
export type { EditorEvent, EditorScope } from './events/editor.js';
export type { ListenOptions } from './events/feed.js';
export type { FileEvent, ListenFileOptions } from './events/file.js';
export type { ListenProjectOptions, ProjectEvent, PublishProjectOptions } from './events/project.js';
export type { PublishEventOptions } from './events/publish.js';
export type { RuntimeEvent } from './events/runtime.js';
export type { PublishVerbOptions, SlateEvents, SubscribeOptions, Unchecked } from './events/verbs.js';
export type { ClientStats } from './messaging/client.js';
export type { ConfigureOptions } from './messaging/default.js';
export type { OutboxLimits, WhenOffline } from './messaging/outbox-limits.js';
export type { RequestHandler, RespondOptions } from './messaging/responder.js';

export type { RoomOptions } from './room/options.js';
export type {
  Activity,
  Member,
  MemberStatus,
  PointerPosition,
  RemotePointer,
  Role,
  Room,
  RoomEvents,
  RoomStats,
  RoomStatus,
  Session,
  User,
  UserInit,
  Work,
  WorkChange,
} from './room/types.js';
