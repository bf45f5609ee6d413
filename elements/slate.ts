/**
 * The one-file build for rooms: it registers the elements of rooms and exports what a page needs for rooms. A page that
 * also uses events loads slate-events.ts instead, which holds all of this too.
 */
export {
  AuthenticationError,
  type Bus,
  ConnectionClosedError,
  colorOf,
  connect,
  FieldError,
  InvalidIdError,
  InvalidSubjectError,
  joinRoom,
  NotConnectedError,
  OptionError,
  openBus,
  openDocument,
  PartMissingError,
  PayloadError,
  PayloadTooLargeError,
  PermissionError,
  ProtocolError,
  type Room,
  roomOf,
  ServerError,
  ServerUnreachableError,
  SlateError,
} from '../src/index.js';
export { SlateFields } from './fields/define.js';
export * from './index.js';
export type { SlateText } from './text/slate-text.js'; // it is in the file of documents beside this one
export { setWords } from './words/index.js';
