/**
 * The one-file build: registers the elements of rooms and gives what a page needs for rooms. The events of the message bus have
 * one of their own, slate-events.ts, which holds all of this too: a page of rooms alone need not carry them.
 */
export {
  AuthenticationError,
  type Bus,
  ConnectionClosedError,
  colorOf,
  connect,
  InvalidIdError,
  InvalidSubjectError,
  joinRoom,
  NotConnectedError,
  OptionError,
  openBus,
  PartMissingError,
  PayloadError,
  PayloadTooLargeError,
  PermissionError,
  ProtocolError,
  type Room,
  ServerError,
  ServerUnreachableError,
  SlateError,
} from '../src/index.js';
export * from './index.js';
