/** Where the history of one document is kept, and what its readers and writers share. */
import type { Bus } from '../../bus/bus.js';
import type { Clock, Random } from '../../clock.js';
import { RequestTimeoutError, type SlateError, UnconfirmedError } from '../../errors.js';
import { randomId } from '../../id.js';
import { lastMessage } from '../../jetstream/direct.js';
import { storeAfter } from '../../jetstream/messages.js';
import { createStream } from '../../jetstream/streams.js';
import { decodeHead, encodeHead, type Head } from '../../protocol/document-head.js';
import { MAX_PIECE, MIN_PIECE } from '../../protocol/document-history.js';
import { DOCUMENT_PATTERNS, DOCUMENT_STREAM, type DocumentSubjects } from '../../protocol/document-subjects.js';
import { HistoryError } from '../errors.js';
import type { HistoryCipher } from './options.js';

/** The stream that keeps the documents of everyone. */
export const STREAM = DOCUMENT_STREAM;

/** The largest message of the stream, headers included: 64 KiB, and room for a head. */
const MAX_MESSAGE_BYTES = 65 * 1024;
/** What NATS and a seal may need beside a piece, of the largest payload. */
const AROUND_BYTES = 1024;

export interface Place {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly random: Random;
  readonly subjects: DocumentSubjects;
  /** The name of the document, for errors. */
  readonly document: string;
  readonly cipher?: HistoryCipher | undefined;
  report(error: SlateError): void;
}

export interface StreamOptions {
  /** On how many servers of a cluster documents are kept, 1 to 5. @defaultValue 1 */
  readonly replicas?: number | undefined;
  /** The most bytes of all documents; writers are told that it is full. @defaultValue no limit */
  readonly maxBytes?: number | undefined;
}

/** Creates the stream. Harmless where one of the same configuration exists. Rejects as `callApi` does. */
export function ensureDocumentStream(bus: Pick<Bus, 'request'>, options: StreamOptions = {}): Promise<void> {
  return createStream(bus, {
    name: STREAM,
    subjects: DOCUMENT_PATTERNS,
    retention: 'limits',
    refusesWhenFull: true,
    allowDirect: true,
    appendOnly: true,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    ...options,
  });
}

/** The largest part or chunk that the server takes. */
export function pieceSize({ bus }: Pick<Place, 'bus'>): number {
  return Math.max(MIN_PIECE, Math.min(MAX_PIECE, bus.maxPayload - AROUND_BYTES));
}

/** A head, and the sequence number of its message, by which it is replaced. */
export interface KeptHead {
  readonly head: Head;
  readonly seq: number;
}

/** Rejects with {@link HistoryError} where the head cannot be read, and as `lastMessage` does. */
export async function readHead({ bus, subjects, document }: Place, timeoutMs?: number): Promise<KeptHead | undefined> {
  const message = await lastMessage(bus, STREAM, subjects.head, timeoutMs);
  if (!message) return undefined;
  try {
    return { head: decodeHead(message.data), seq: message.seq };
  } catch (cause) {
    throw new HistoryError(document, 'corrupt', `its head cannot be read`, message.seq, { cause });
  }
}

/** What the first head of a document says. */
export interface FirstHead {
  readonly lineage?: string | undefined;
  readonly by?: string | undefined;
  readonly schema?: number | undefined;
  /** @defaultValue whether there is a cipher */
  readonly sealed?: boolean | undefined;
}

/** Y16: begins the life of a document; resolves with `undefined` where another one did first. Rejects as `store`. */
export function beginHead(
  place: Place,
  { lineage = randomId(place.random), by, schema, sealed = place.cipher !== undefined }: FirstHead,
): Promise<KeptHead | undefined> {
  const empty = { id: '', n: 0, bytes: 0, sha256: '', seq: 0, old: [], at: place.clock.date(), by };
  return moveHead(place, { v: 1, lineage, ...empty, schema, ...(sealed && { sealed }) }, 0);
}

/** How often a write whose outcome nobody knows is looked up and tried again. */
const TRIES = 3;

/**
 * Y10: replaces the head whose message has the sequence number `last` (0: there is none). Resolves with the new one,
 * or with `undefined` where another one was put there first. Rejects as `store` does.
 */
export async function moveHead(place: Place, given: Head, last: number): Promise<KeptHead | undefined> {
  const { bytes, head } = encodeHead(given);
  for (let tries = 1; ; tries++) {
    try {
      const stored = await storeAfter(place.bus, place.subjects.head, bytes, last);
      if (stored) return { head, seq: stored.seq };
    } catch (error) {
      const unknown = error instanceof RequestTimeoutError || error instanceof UnconfirmedError;
      if (!unknown || tries === TRIES) throw error;
    }
    // A refusal may be the answer to a repetition, and no answer may be a lost one: what is there now tells.
    const now = await readHead(place);
    if ((now?.seq ?? 0) === last && tries < TRIES) continue; // it did not arrive
    return now && JSON.stringify(now.head) === JSON.stringify(decodeHead(bytes)) ? now : undefined;
  }
}

/** How often another one may replace the head first. */
export const HEAD_TRIES = 8;

/**
 * Replaces the head by what `change` makes of it, if that is something. Resolves with the new one. Rejects as
 * `moveHead` does, and with {@link HistoryError} where others are always faster.
 */
export async function changeHead(
  place: Place,
  change: (head: Head) => Head | undefined,
): Promise<KeptHead | undefined> {
  for (let tries = 0; tries < HEAD_TRIES; tries++) {
    const kept = await readHead(place);
    const head = kept && change(kept.head);
    if (!head) return undefined;
    const moved = await moveHead(place, head, kept.seq);
    if (moved) return moved;
  }
  throw new HistoryError(place.document, 'incomplete', `others replaced its head ${HEAD_TRIES} times meanwhile`);
}
