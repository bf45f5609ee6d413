/**
 * What a NATS client says went wrong, as one of our classes. Reads codes (nats.ws) and class names (nats-core) instead of
 * importing either client.
 */
import { AuthenticationError, PermissionError, ServerError, ServerUnreachableError, SlateError } from '../errors.js';

/** The fields, of both clients' errors and of nats.ws's status items, that tell causes apart. */
interface Fault {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly data?: unknown;
  readonly message?: unknown;
  readonly operation?: unknown;
  readonly subject?: unknown;
  readonly permissionContext?: { readonly operation?: unknown; readonly subject?: unknown };
}

const AUTHENTICATION = new Set<unknown>([
  'AUTHORIZATION_VIOLATION',
  'AUTHENTICATION_EXPIRED',
  'ACCOUNT_EXPIRED',
  'BAD_AUTHENTICATION',
  'BAD_CREDS',
  'AuthorizationError',
  'UserAuthenticationExpiredError',
]);
/** Lines of the server that end a connection; the next one may fare better. */
const SERVER = new Set<unknown>(['NATS_PROTOCOL_ERR', 'AUTHENTICATION_TIMEOUT', 'ProtocolError']);

/** `servers`: where it was tried. What is not a word of the server means that none was reached. */
export function natsError(fault: unknown, servers: readonly string[]): SlateError {
  if (fault instanceof SlateError) return fault;
  const { name, code, data, message, operation, subject, permissionContext } = (fault ?? {}) as Fault;
  const kind = code ?? data ?? name;
  // a status item has a code and no text
  const text = typeof message === 'string' && message ? message : String(kind).toLowerCase().replaceAll('_', ' ');
  const reason = text.replace(/^'(.*)'$/, '$1').toLowerCase();
  const options = { cause: fault };
  const forbidden = permissionContext ?? { operation, subject };
  if (typeof forbidden.subject === 'string') {
    return new PermissionError(forbidden.operation === 'publish' ? 'publish' : 'subscribe', forbidden.subject, options);
  }
  if (SERVER.has(kind) || reason.includes('authentication timeout')) return new ServerError(reason, options);
  if (AUTHENTICATION.has(kind)) return new AuthenticationError(servers, reason, options);
  return new ServerUnreachableError(servers, options);
}
