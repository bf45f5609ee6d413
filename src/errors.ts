/**
 * Every error class of Slate, one a cause. A caller branches on the class (or on `name`) and on the typed fields,
 * never on the text; the text says what happened, where, and what to do.
 * Past 300 lines: all of them in one place, with their fields explained.
 */

/** The base of all errors Slate throws or reports. `cause` holds the underlying error where there is one. */
export class SlateError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** An id (project, file, user) that cannot become a subject token: empty, too long, or not well-formed Unicode. */
export class InvalidIdError extends SlateError {
  override name = 'InvalidIdError';
  constructor(
    readonly what: string,
    readonly value: unknown,
    readonly reason: string,
  ) {
    super(`The ${what} id ${JSON.stringify(value)} ${reason}.`);
  }
}

/** A subject NATS would refuse or silently misread: empty, an empty token, white space, or a misplaced wildcard. */
export class InvalidSubjectError extends SlateError {
  override name = 'InvalidSubjectError';
  constructor(
    readonly subject: unknown,
    readonly reason: string,
  ) {
    super(`The subject ${JSON.stringify(subject)} ${reason}.`);
  }
}

/** An option of `connect`, `joinRoom` or an element that cannot be used as given. */
export class OptionError extends SlateError {
  override name = 'OptionError';
  constructor(
    readonly option: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`The option "${option}" ${reason}.`, options);
  }
}

/** A part of Slate that comes late could not be loaded: a file that belongs beside the one that the page loads is not there. */
export class PartMissingError extends SlateError {
  override name = 'PartMissingError';
  constructor(
    /** What the part does. */
    readonly part: string,
    options?: ErrorOptions,
  ) {
    super(`The part of Slate that ${part} could not be loaded. Are all files of the package there?`, options);
  }
}

/** No server answered: unknown host, refused connection, or a time-out. A browser does not say which. Retried for ever. */
export class ServerUnreachableError extends SlateError {
  override name = 'ServerUnreachableError';
  constructor(
    readonly servers: readonly string[],
    options?: ErrorOptions,
  ) {
    super(
      `No NATS server answered at ${servers.join(', ')}. Check the address and that its WebSocket listener is up.`,
      options,
    );
  }
}

/** The server refused the credentials, or they ran out. Not retried: the same credentials would be refused again. */
export class AuthenticationError extends SlateError {
  override name = 'AuthenticationError';
  constructor(
    readonly servers: readonly string[],
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`The NATS server at ${servers.join(', ')} refused these credentials (${reason}).`, options);
  }
}

/** The server forbids this subject to this user. The connection stays. */
export class PermissionError extends SlateError {
  override name = 'PermissionError';
  constructor(
    readonly operation: 'publish' | 'subscribe',
    readonly subject: string,
    options?: ErrorOptions,
  ) {
    super(`The server does not permit this user to ${operation} on "${subject}".`, options);
  }
}

/** A call that needs a live connection, made while there is none. Nothing was sent. */
export class NotConnectedError extends SlateError {
  override name = 'NotConnectedError';
  constructor(readonly status: string) {
    super(`There is no connection to the NATS server now (${status}); nothing was sent.`);
  }
}

/** The connection has been closed for good, by `close()` or by the server. */
export class ConnectionClosedError extends SlateError {
  override name = 'ConnectionClosedError';
  constructor(options?: ErrorOptions) {
    super('The connection to the NATS server is closed.', options);
  }
}

/** An error line of the server that has no class of its own here. The connection may not survive it. */
export class ServerError extends SlateError {
  override name = 'ServerError';
  constructor(
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`The NATS server reported: ${reason}.`, options);
  }
}

/** A payload over the server's `max_payload`. Nothing was sent. Sizes in bytes. */
export class PayloadTooLargeError extends SlateError {
  override name = 'PayloadTooLargeError';
  constructor(
    readonly subject: string,
    readonly size: number,
    readonly limit: number,
  ) {
    super(
      `The payload for "${subject}" has ${size} bytes; the server takes at most ${limit}. Send a reference instead.`,
    );
  }
}

/** A value that cannot be written as JSON, or bytes that are not JSON. */
export class PayloadError extends SlateError {
  override name = 'PayloadError';
  constructor(
    readonly subject: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`The payload on "${subject}" ${reason}.`, options);
  }
}

/** Nobody answered a request in time, though somebody listens there. */
export class RequestTimeoutError extends SlateError {
  override name = 'RequestTimeoutError';
  constructor(
    readonly subject: string,
    readonly timeoutMs: number,
  ) {
    super(`No answer on "${subject}" within ${timeoutMs} ms.`);
  }
}

/** Nobody listens on the subject of a request. Known in one round trip. */
export class NoRespondersError extends SlateError {
  override name = 'NoRespondersError';
  constructor(readonly subject: string) {
    super(`Nobody listens on "${subject}".`);
  }
}

/** The responder of a request failed: `reason` is what it said of it, `code` its number for that (400 bad request, 500 …). */
export class RemoteError extends SlateError {
  override name = 'RemoteError';
  constructor(
    readonly subject: string,
    readonly code: number,
    readonly reason: string,
  ) {
    super(`The responder on "${subject}" failed: ${reason}`);
  }
}

/** A publish held for a connection to come found no more room. Nothing was sent of it; what is held already stays held. */
export class OutboxFullError extends SlateError {
  override name = 'OutboxFullError';
  constructor(
    readonly subject: string,
    /** How many messages, and how many bytes of them, are held. */
    readonly messages: number,
    readonly bytes: number,
  ) {
    super(
      `There is no connection, and ${messages} messages (${bytes} bytes) wait for one: "${subject}" was not taken.`,
    );
  }
}

/** The connection was lost after a message was written and before the server confirmed it: it arrived, or it did not. */
export class UnconfirmedError extends SlateError {
  override name = 'UnconfirmedError';
  constructor(readonly subject: string) {
    super(
      `The connection was lost before the server confirmed the publish on "${subject}"; it may or may not have arrived.`,
    );
  }
}

/** An event that breaks the rules of its kind: refused when published, and before a listener when received. */
export class EventError extends SlateError {
  override name = 'EventError';
  constructor(
    readonly subject: string,
    /** Where in the payload, such as `data.percent`; empty for the whole. */
    readonly path: string,
    readonly reason: string,
  ) {
    super(`The event for "${subject}" is not valid${path && ` at ${path}`}: ${reason}`);
  }
}

/** Why a message was refused at the door; see docs/PROTOCOL.md, rules D1 to D5. */
export type RefusalReason = 'size' | 'bytes' | 'shape' | 'identity' | 'clock' | 'limit';

/** A message from the network that was refused whole. Reported as one `error` event, never thrown into a listener. */
export class ProtocolError extends SlateError {
  override name = 'ProtocolError';
  /** The subject it came on; filled in by whoever received it. */
  subject = '';
  constructor(
    readonly reason: RefusalReason,
    readonly detail: string,
    options?: ErrorOptions,
  ) {
    super(`A message was refused (${reason}): ${detail}.`, options);
  }
}

/** JetStream refused something, or is not to be had. `code` is its `err_code`, or 503. */
export class JetStreamError extends SlateError {
  override name = 'JetStreamError';
  constructor(
    readonly subject: string,
    readonly code: number,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`JetStream refused "${subject}": ${reason} (${code}).`, options);
  }
}
