/** What the server tells its system account of connections that were made or ended, as far as a janitor needs it. */
import type { BusMessage } from '../../bus/bus.js';
import { PayloadError } from '../../errors.js';

/** The subject of these messages: of one account, or of all. */
export const disconnects = (account = '*') => `$SYS.ACCOUNT.${account}.DISCONNECT`;
export const connects = (account = '*') => `$SYS.ACCOUNT.${account}.CONNECT`;

export interface ConnectionEvent {
  readonly account: string;
  /** The name that the client gave itself; empty where it gave none. */
  readonly name: string;
  /** Who the connection may be, in Slate: the `name` of its JWT (V9), or the user's name in the server's file. */
  readonly users: readonly string[];
}

/** Reads the message of a server; `undefined` where it is none. */
export function readConnectionEvent(message: Pick<BusMessage, 'json'>): ConnectionEvent | undefined {
  const client = (jsonOf(message) as { client?: Record<string, unknown> } | null | undefined)?.client;
  if (typeof client !== 'object' || client === null) return undefined;
  const users = [jwtName(client.jwt), client.name_tag, client.user].filter((each) => typeof each === 'string');
  return { account: text(client.acc), name: text(client.name), users: [...new Set(users)] };
}

function jsonOf(message: Pick<BusMessage, 'json'>): unknown {
  try {
    return message.json();
  } catch (error) {
    if (error instanceof PayloadError) return undefined; // the caller counts it
    throw error;
  }
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** The server has checked the JWT, so it is only read here. */
function jwtName(jwt: unknown): string | undefined {
  if (typeof jwt !== 'string') return undefined;
  try {
    const claims = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8')) as { name?: unknown };
    return typeof claims.name === 'string' ? claims.name : undefined;
  } catch {
    return undefined; // a server that shortens it still names the user in the other fields
  }
}
