/**
 * The error classes of Slate, one for each cause; those of Node only are in src/service/errors.ts. A program tells
 * errors apart by their class (or `name`) and their typed fields, never by the message, which is for people: it says
 * what happened, where, and what to do. Past 300 lines: it keeps every class in one list and documents its fields.
 */

/** The base class of every error that Slate throws or reports. `cause` is the underlying error, if there is one. */
export class SlateError extends Error {
  /** How many errors of its kind the `error` event of a room stands for: those since the event before it. */
  count = 1;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/**
 * The id of a project, file, user or job cannot become a subject token (rule S4 of docs/PROTOCOL.md): it is not a
 * string, not well-formed Unicode, or longer than 256 bytes as a token; events also refuse the empty id. Pass another
 * id.
 */
export class InvalidIdError extends SlateError {
  override name = 'InvalidIdError';
  constructor(
    /** What the id names, such as `project` or `file`. */
    readonly what: string,
    /** The id as it was given. */
    readonly value: unknown,
    readonly reason: string,
  ) {
    super(`The ${what} id ${JSON.stringify(value)} ${reason}.`);
  }
}

/**
 * A subject that NATS would refuse or misread without a word: it is empty, or has an empty token, white space, or a
 * wildcard where none may stand. Thrown before anything is sent.
 */
export class InvalidSubjectError extends SlateError {
  override name = 'InvalidSubjectError';
  constructor(
    readonly subject: unknown,
    readonly reason: string,
  ) {
    super(`The subject ${JSON.stringify(subject)} ${reason}.`);
  }
}

/** An option or argument of a function, or an attribute of an element, has a value that cannot be used. Change it. */
export class OptionError extends SlateError {
  override name = 'OptionError';
  constructor(
    /** The name of the option, such as `servers` or `user.color`. */
    readonly option: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`The option "${option}" ${reason}.`, options);
  }
}

/**
 * A file of Slate that the page loads on demand could not be loaded. Serve every file of the package from the same
 * folder. An element reports it as a `slate-error` event.
 */
export class PartMissingError extends SlateError {
  override name = 'PartMissingError';
  constructor(
    /** What the missing part does, such as `joins rooms`. */
    readonly part: string,
    options?: ErrorOptions,
  ) {
    super(`The part of Slate that ${part} could not be loaded. Are all files of the package there?`, options);
  }
}

/**
 * No server answered: the host is unknown, it refused the connection, or it did not answer in time. A browser does not
 * say which. Slate keeps trying to connect.
 */
export class ServerUnreachableError extends SlateError {
  override name = 'ServerUnreachableError';
  constructor(
    /** The addresses that were tried. */
    readonly servers: readonly string[],
    options?: ErrorOptions,
    /** What looks wrong about the address, as a sentence; undefined where nothing does. */
    readonly advice?: string,
  ) {
    const check = advice ?? 'Check the address and that its WebSocket listener is up.';
    super(`No NATS server answered at ${servers.join(', ')}. ${check}`, options);
  }
}

/**
 * The server refused the credentials, or they expired, or the page's function did not make them. Credentials that a
 * function gives are asked for anew, without end; with others Slate does not try again, since the server would refuse
 * them again: connect with new ones.
 */
export class AuthenticationError extends SlateError {
  override name = 'AuthenticationError';
  constructor(
    readonly servers: readonly string[],
    /** What the server said, or why the credentials could not be made. */
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`The credentials for the NATS server at ${servers.join(', ')} failed: ${reason}.`, options);
  }
}

/**
 * The page got no token where `<slate-room token-url>` asks for one. It is asked for again, with growing waits, without
 * end.
 */
export class TokenError extends AuthenticationError {
  override name = 'TokenError';
  constructor(
    /** The address that was asked. */
    readonly url: string,
    /** Nothing answered; the answer was no (401 or 403: log in, or ask to be let in); or it was no answer to use. */
    readonly problem: 'unreachable' | 'refused' | 'unusable',
    reason: string,
    options?: ErrorOptions,
  ) {
    super([], reason, options);
    this.message = `There is no token from ${url}: ${reason}.`;
  }
}

/**
 * The server does not permit this user to publish or subscribe on a subject. The connection stays open. Change the
 * permissions of the user in the configuration of the server. An event goes to several subjects, of which the server
 * may refuse some: `refused` and `arrived` say which.
 */
export class PermissionError extends SlateError {
  override name = 'PermissionError';
  /** All subjects that the server refused; `subject` is the first of them. */
  readonly refused: readonly string[];
  /** The subjects on which the same message arrived, as the server has confirmed. */
  readonly arrived: readonly string[];
  constructor(
    readonly operation: 'publish' | 'subscribe',
    readonly subject: string,
    options: ErrorOptions & { readonly refused?: readonly string[]; readonly arrived?: readonly string[] } = {},
  ) {
    const { refused = [subject], arrived = [], ...rest } = options;
    const quoted = (subjects: readonly string[]) => subjects.map((each) => `"${each}"`).join(', ');
    const elsewhere = arrived.length > 0 ? ` The message arrived on ${quoted(arrived)}.` : '';
    super(`The server does not permit this user to ${operation} on ${quoted(refused)}.${elsewhere}`, rest);
    this.refused = refused;
    this.arrived = arrived;
  }
}

/**
 * A call needs a connection, and there is none at the moment. Nothing was sent; call again once the bus is connected.
 */
export class NotConnectedError extends SlateError {
  override name = 'NotConnectedError';
  constructor(
    /** The status of the bus at that moment, such as `reconnecting`. */
    readonly status: string,
    /** `cause`: why the last attempt to connect failed. */
    options?: ErrorOptions,
  ) {
    super(`There is no connection to the NATS server now (${status}); nothing was sent.`, options);
  }
}

/** The connection is closed, by `close()` or by the server, and does not open again. Make a new one. */
export class ConnectionClosedError extends SlateError {
  override name = 'ConnectionClosedError';
  constructor(options?: ErrorOptions) {
    super('The connection to the NATS server is closed.', options);
  }
}

/** The server reported an error that has no class of its own here. It may close the connection because of it. */
export class ServerError extends SlateError {
  override name = 'ServerError';
  constructor(
    /** What the server said. */
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`The NATS server reported: ${reason}.`, options);
  }
}

/**
 * A payload is larger than the server's `max_payload`. Nothing was sent. Send a reference to the data instead, or raise
 * the limit in the configuration of the server.
 */
export class PayloadTooLargeError extends SlateError {
  override name = 'PayloadTooLargeError';
  constructor(
    readonly subject: string,
    /** The size of the payload, in bytes. */
    readonly size: number,
    /** The server's limit, in bytes. */
    readonly limit: number,
  ) {
    super(
      `The payload for "${subject}" has ${size} bytes; the server takes at most ${limit}. Send a reference instead.`,
    );
  }
}

/**
 * A field of this session's awareness state cannot be sent (docs/PROTOCOL.md, D6): JSON cannot write it, or others
 * would refuse it. The others see the session without that field; the page keeps it. Set another value.
 */
export class FieldError extends SlateError {
  override name = 'FieldError';
  constructor(
    /** The field, such as `draft`; one inside the user is `user.team`. */
    readonly field: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`Others do not receive the awareness field "${field}": ${reason}. Set another value.`, options);
  }
}

/** A payload or a header cannot be written (it has no JSON form, say), or the bytes that were received are not JSON. */
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

/** A request got no answer within its timeout, although somebody has subscribed to its subject. */
export class RequestTimeoutError extends SlateError {
  override name = 'RequestTimeoutError';
  constructor(
    readonly subject: string,
    /** How long the request waited, in milliseconds. */
    readonly timeoutMs: number,
  ) {
    super(`No answer on "${subject}" within ${timeoutMs} ms.`);
  }
}

/**
 * Nobody has subscribed to the subject of a request (NATS calls this "no responders"). The server says so at once; the
 * request does not wait for its timeout.
 */
export class NoRespondersError extends SlateError {
  override name = 'NoRespondersError';
  constructor(readonly subject: string) {
    super(`Nobody has subscribed to "${subject}".`);
  }
}

/** The responder of a request answered that it failed. */
export class RemoteError extends SlateError {
  override name = 'RemoteError';
  constructor(
    readonly subject: string,
    /** The responder's error code, such as 400 for a bad request; 500 where it gave none. */
    readonly code: number,
    /** What the responder said. */
    readonly reason: string,
  ) {
    super(`The responder on "${subject}" failed: ${reason}`);
  }
}

/**
 * There is no connection, and the outbox, which keeps publishes until there is one, is full. The message was not kept
 * and will not be sent; the messages that the outbox already holds stay there. Publish again later, or raise the limits
 * of the outbox.
 */
export class OutboxFullError extends SlateError {
  override name = 'OutboxFullError';
  constructor(
    readonly subject: string,
    /** How many messages the outbox holds. */
    readonly messages: number,
    /** The size of their payloads, in bytes. */
    readonly bytes: number,
  ) {
    super(
      `"${subject}" was not published: there is no connection, and ${messages} messages (${bytes} bytes) wait for one.`,
    );
  }
}

/**
 * The connection was lost after a message was written and before the server confirmed it, so nobody knows whether it
 * arrived. Publish it again only if receiving it twice does no harm.
 */
export class UnconfirmedError extends SlateError {
  override name = 'UnconfirmedError';
  constructor(readonly subject: string) {
    super(`The connection was lost before the server confirmed the publish on "${subject}"; it may have arrived.`);
  }
}

/**
 * An event does not match the schema of its kind, or the subject that it was published on. `publish…Event` rejects with
 * it; when such an event is received, no listener gets it, and the bus reports this error.
 */
export class EventError extends SlateError {
  override name = 'EventError';
  constructor(
    readonly subject: string,
    /** The path of the invalid value in the event, such as `data.percent`; empty for the event as a whole. */
    readonly path: string,
    readonly reason: string,
  ) {
    super(`The event for "${subject}" is not valid${path && ` at ${path}`}: ${reason}`);
  }
}

/**
 * Why a message from the network was refused (docs/PROTOCOL.md, rules D1 to D5):
 * - `size`: it, or a part of it, is too large;
 * - `bytes`: it does not follow the format;
 * - `shape`: it decodes, and a value in it has the wrong form;
 * - `identity`: it speaks for a user who is not the speaker;
 * - `clock`: its clock is beyond what rule D5 allows;
 * - `limit`: it would exceed a limit on how many things a room or a message holds, or on how much one sender sends.
 */
export type RefusalReason = 'size' | 'bytes' | 'shape' | 'identity' | 'clock' | 'limit';

/**
 * A message from the network was refused as a whole, or dropped because its sender sends more than a page can take in.
 * It is reported as one `error` event, and changes nothing else. It usually means that a program does not follow
 * docs/PROTOCOL.md.
 */
export class ProtocolError extends SlateError {
  override name = 'ProtocolError';
  /** The subject that the message came on; the receiver fills it in, since decoders do not know it. */
  subject = '';
  /**
   * The client of the room that the message named as its sender, which nobody has checked; `undefined` where it named
   * none, and where the error stands for messages of several.
   */
  client: number | undefined;
  /** In verified rooms, the user who sent the message: the server vouches for it. As `client`, where it is several. */
  user: string | undefined;
  constructor(
    readonly reason: RefusalReason,
    /** What exactly is wrong, as part of a sentence. */
    readonly detail: string,
    options?: ErrorOptions,
  ) {
    super(`A message was refused (${reason}): ${detail}.`, options);
  }
}

/** JetStream refused a request, or is not enabled on the server or for this user. */
export class JetStreamError extends SlateError {
  override name = 'JetStreamError';
  constructor(
    readonly subject: string,
    /** JetStream's `err_code`; 503 where it is not enabled, 0 where its answer has no code. */
    readonly code: number,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`JetStream refused "${subject}": ${reason} (${code}).`, options);
  }
}
