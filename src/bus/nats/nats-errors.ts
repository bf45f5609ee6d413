/**
 * What a NATS client says went wrong, as one of our classes. Reads codes (nats.ws) and class names (nats-core) instead of
 * importing either client.
 */
import { AuthenticationError, PermissionError, ServerError, ServerUnreachableError, SlateError } from '../../errors.js';

interface Forbidden {
  readonly operation?: unknown;
  readonly subject?: unknown;
  readonly queue?: unknown;
}

/** The fields, of both clients' errors and of nats.ws's status items, that tell causes apart. */
interface Fault extends Forbidden {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly data?: unknown;
  readonly message?: unknown;
  readonly permissionContext?: Forbidden;
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
  const { name, code, data, message } = (fault ?? {}) as Fault;
  const kind = code ?? data ?? name;
  // a status item has a code and no text
  const text = typeof message === 'string' && message ? message : String(kind).toLowerCase().replaceAll('_', ' ');
  const reason = text.replace(/^'(.*)'$/, '$1').toLowerCase();
  const options = { cause: fault };
  const { operation, subject } = forbidden(fault);
  if (subject !== undefined) {
    return new PermissionError(operation === 'publish' ? 'publish' : 'subscribe', subject, options);
  }
  if (SERVER.has(kind) || reason.includes('authentication timeout')) return new ServerError(reason, options);
  if (AUTHENTICATION.has(kind)) return new AuthenticationError(servers, reason, options);
  return new ServerUnreachableError(servers, options);
}

/** What the server forbade. `subject`: as it was sent, where the clients leave it as the server quotes it; undefined for any other fault. */
export function forbidden(fault: unknown) {
  const { permissionContext, ...own } = (fault ?? {}) as Fault;
  const { operation, subject, queue } = permissionContext ?? own;
  return { operation, subject: unquote(subject), queue: unquote(queue) };
}

/** The server quotes as Go does; control characters, for which there is more, never leave. */
function unquote(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  return text.replace(/\\(u[\da-f]{4}|U[\da-f]{8}|.)/g, (_, code: string) =>
    code[1] ? String.fromCodePoint(Number.parseInt(code.slice(1), 16)) : code,
  );
}
