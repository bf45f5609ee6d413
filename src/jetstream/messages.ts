/** Messages of a stream: storing one so that its publisher knows it is kept, and deleting one. */
import type { PublishOptions } from '../bus/bus.js';
import { JetStreamError } from '../errors.js';
import { API_TIMEOUT_MS, callApi, ifFound, NOT_FOUND, type Requester, readAnswer, WRONG_LAST_SEQUENCE } from './api.js';

/** The header by which the server recognises a message that was sent twice: it keeps one of each id. */
export const MESSAGE_ID_HEADER = 'Nats-Msg-Id';

/** The header by which a message is stored only where the last one on its subject has this sequence number. */
const EXPECTED_HEADER = 'Nats-Expected-Last-Subject-Sequence';

/** Where the server keeps a message. */
export interface Stored {
  readonly stream: string;
  /** Its sequence number in the stream; the first message has 1. */
  readonly seq: number;
  /** True where the server had a message of the same id already, and kept only that one. */
  readonly duplicate: boolean;
}

export interface StoreOptions {
  /** As in {@link PublishOptions}. */
  readonly headers?: PublishOptions['headers'];
  /** Milliseconds to wait for the confirmation, above 0. @defaultValue 5000 */
  readonly timeoutMs?: number | undefined;
}

/**
 * Publishes a message and resolves when a stream has stored it. Rejects with {@link NoRespondersError} where no stream
 * keeps the subject, with {@link JetStreamError} where the stream refuses the message, with {@link RequestTimeoutError}
 * and {@link UnconfirmedError} where it may or may not be stored, and as `Bus.request` does.
 */
export async function store(
  bus: Requester,
  subject: string,
  payload: unknown,
  { headers, timeoutMs = API_TIMEOUT_MS }: StoreOptions = {},
): Promise<Stored> {
  const answer = await bus.request(subject, payload, { timeoutMs, headers, onDisconnect: 'reject' });
  const { stream, seq, duplicate } = readAnswer<Stored>(subject, answer);
  if (!stream) throw new JetStreamError(subject, 0, 'a subscriber answered that is not a stream');
  return { stream, seq, duplicate: duplicate === true };
}

/**
 * Stores a message where the last one on its subject has the sequence number `last`, 0 where there is none: of several
 * that compare and set, one wins. Resolves with `undefined` where another message is the last. Rejects as `store` does.
 */
export function storeAfter(
  bus: Requester,
  subject: string,
  payload: unknown,
  last: number,
): Promise<Stored | undefined> {
  const headers = { [EXPECTED_HEADER]: String(last) };
  return ifFound(store(bus, subject, payload, { headers }), [WRONG_LAST_SEQUENCE]);
}

/** Deletes a message; resolves with false where it was not there. Rejects as {@link callApi} does. */
export async function deleteMessage(bus: Requester, { stream, seq }: Pick<Stored, 'stream' | 'seq'>): Promise<boolean> {
  const call = callApi(bus, `STREAM.MSG.DELETE.${stream}`, { seq, no_erase: true });
  const answer = await ifFound(call, [NOT_FOUND.message, NOT_FOUND.messageToDelete, NOT_FOUND.stream]);
  return answer !== undefined;
}
