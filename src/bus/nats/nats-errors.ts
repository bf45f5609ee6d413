/**
 * Turns the errors of the NATS clients into Slate's. It reads codes (nats.ws) and class names (nats-core), and so
 * imports neither client.
 */
import { AuthenticationError, PermissionError, ServerError, ServerUnreachableError, SlateError } from '../../errors.js';
import { adviceFor } from './advice.js';

interface Forbidden {
  readonly operation?: unknown;
  readonly subject?: unknown;
  readonly queue?: unknown;
}

/** The fields by which causes are told apart, in the errors of both clients and in the statuses of nats.ws. */
interface Fault extends Forbidden {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly data?: unknown;
  readonly message?: unknown;
  readonly permissionContext?: Forbidden;
}

/** Errors with which the server ends a connection, and which may not happen to the next one. */
const SERVER = new Set<unknown>(['NATS_PROTOCOL_ERR', 'AUTHENTICATION_TIMEOUT', 'ProtocolError']);
/** What the server says of credentials. */
const REFUSED = /^authorization violation|^(user |account )?authentication (expired|revoked)/;

/** `servers`: the addresses for the error message. A fault that the server did not send means that none was reached. */
export function natsError(fault: unknown, servers: readonly string[]): SlateError {
  if (fault instanceof SlateError) return fault;
  const { name, code, data, message } = (fault ?? {}) as Fault;
  const kind = code ?? data ?? name;
  // a status of nats.ws has a code and no text
  const text = typeof message === 'string' && message ? message : String(kind).toLowerCase().replaceAll('_', ' ');
  const reason = text.replace(/^'(.*)'$/, '$1').toLowerCase();
  const options = { cause: fault };
  const { operation, subject } = forbidden(fault);
  if (subject !== undefined) {
    return new PermissionError(operation === 'publish' ? 'publish' : 'subscribe', subject, options);
  }
  if (REFUSED.test(reason) || SERVER.has(kind) || reason.includes('authentication timeout')) {
    return serverError(reason, servers, fault);
  }
  return new ServerUnreachableError(servers, options, adviceFor(servers, fault));
}

/** What the server said in an `-ERR` line. */
export function serverError(said: string, servers: readonly string[], cause: unknown): SlateError {
  const reason = said.toLowerCase();
  if (REFUSED.test(reason)) return new AuthenticationError(servers, reason, { cause });
  return new ServerError(reason, { cause });
}

/**
 * What the server forbade. The clients leave `subject` as the server quotes it; here it is as it was sent, and
 * undefined for a fault that is not about permissions.
 */
export function forbidden(fault: unknown) {
  const { permissionContext, ...own } = (fault ?? {}) as Fault;
  const { operation, subject, queue } = permissionContext ?? own;
  return { operation, subject: unquote(subject), queue: unquote(queue) };
}

/**
 * Undoes the quoting of the server, which is that of Go's `%q`. Go has more escapes for control characters, but no
 * subject has one.
 */
function unquote(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  return text.replace(/\\(u[\da-f]{4}|U[\da-f]{8}|.)/g, (_, code: string) =>
    code[1] ? String.fromCodePoint(Number.parseInt(code.slice(1), 16)) : code,
  );
}
