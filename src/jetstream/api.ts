/**
 * Calls of the JetStream API over the bus: a JSON request, and a JSON answer or a typed error. Slate does not use the
 * NATS client's own JetStream code. That code cannot send a lost acknowledgement again, so that a job would be done
 * twice; and a page that hands in a connection of its own may have no such code. Nothing in this folder needs more than
 * nats-server 2.9.
 */
import type { Bus, BusMessage } from '../bus/bus.js';
import { JetStreamError, NoRespondersError } from '../errors.js';

/** What a call needs of a bus. */
export type Requester = Pick<Bus, 'request'>;

/** Milliseconds that a call waits for the server's answer. */
export const API_TIMEOUT_MS = 5000;

/** The code of {@link JetStreamError} where nothing answers on the API's subjects. */
const UNAVAILABLE = 503;

/**
 * Calls `$JS.API.<name>`. Rejects with {@link JetStreamError} where the server refuses the call or JetStream is not
 * enabled, and as `Bus.request` does.
 */
export async function callApi<T>(bus: Requester, name: string, body?: object): Promise<T> {
  const subject = `$JS.API.${name}`;
  try {
    return readAnswer<T>(subject, await bus.request(subject, body, API_TIMEOUT_MS));
  } catch (error) {
    if (!(error instanceof NoRespondersError)) throw error;
    const reason = 'JetStream is not enabled on this server, or not for this user';
    throw new JetStreamError(subject, UNAVAILABLE, reason, { cause: error });
  }
}

/** The answer of JetStream to a request on `subject`. Throws {@link JetStreamError} where it is an error. */
export function readAnswer<T>(subject: string, message: BusMessage): T {
  const answer = Object(message.json()) as T & { error?: { err_code?: number; code?: number; description?: string } };
  const { error } = answer;
  if (!error) return answer;
  throw new JetStreamError(
    subject,
    error.err_code ?? error.code ?? 0,
    error.description ?? 'the server gave no reason',
  );
}

/** The server's error code for a message whose subject has another last message than the publisher expected. */
export const WRONG_LAST_SEQUENCE = 10071;

/** The server's error code for a message over the limit of its stream. */
export const TOO_LARGE = 10054;

/** The server's error codes for what does not exist. */
export const NOT_FOUND = { consumer: 10014, message: 10037, messageToDelete: 10057, stream: 10059 } as const;

/** Resolves as `call` does, but with `undefined` where the server refuses it with one of `codes`. */
export async function ifFound<T>(call: Promise<T>, codes: readonly number[]): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof JetStreamError && codes.includes(error.code)) return undefined;
    throw error;
  }
}

const NANOSECONDS_PER_MS = 1_000_000;

/** JetStream counts in nanoseconds. */
export function nanoseconds(ms: number): number {
  return Math.round(ms * NANOSECONDS_PER_MS);
}

export function milliseconds(ns: number): number {
  return ns / NANOSECONDS_PER_MS;
}
