/**
 * Y10: the head of a document, JSON in the last message on its subject: which snapshot holds what, and which older ones
 * are kept. Decoding is strict: whatever is wrong throws one ProtocolError.
 */
import { ProtocolError } from '../errors.js';
import { isTimestamp } from './limits.js';
import { jsonOf } from './reader.js';

/** The largest state of a document, and so the largest snapshot or entry, in bytes (Y18). */
export const MAX_STATE = 32 * 1024 * 1024;

/** A snapshot: the whole document, up to a message of the stream. */
export interface Snapshot {
  /** Drawn by who made it; a token. */
  readonly id: string;
  /** How many chunks it has, and how many bytes they hold. 0 chunks: there is no snapshot yet. */
  readonly n: number;
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
  /** It holds every entry of the log up to this sequence number. */
  readonly seq: number;
  /** Milliseconds since the Unix epoch, by the clock of who made it; for people. */
  readonly at: number;
  readonly by?: string | undefined;
  /** The name that somebody gave to this version. */
  readonly name?: string | undefined;
}

/** Y10: where the document is. */
export interface Head extends Snapshot {
  readonly v: 1;
  /** Y16: the id of the document's life. */
  readonly lineage: string;
  /** The snapshots before this one that are kept (Y15), the newest first. */
  readonly old: readonly Snapshot[];
  /** The sequence numbers of entries that could not be read (Y14): how many in all, and the last of them. */
  readonly bad?: { readonly count: number; readonly seqs: readonly number[] } | undefined;
  readonly deleted?: boolean | undefined;
  /** Y21: entries and snapshots are sealed. */
  readonly sealed?: boolean | undefined;
  /** The version of the page's schema that wrote the document. */
  readonly schema?: number | undefined;
  /** Y20: which user has which client ids of Yjs, in verified rooms. */
  readonly clients?: readonly ClientsOf[] | undefined;
}

/** The client ids of one user, the newest first. */
export interface ClientsOf {
  readonly user: string;
  readonly ids: readonly number[];
}

/** The largest head, in bytes, and the longest name of a version, in characters. */
export const MAX_HEAD = 60 * 1024;
export const MAX_LABEL = 200;
const LINEAGE = /^[-\w]{1,64}$/;
/** The longest id of a user, in characters. */
const MAX_USER = 256;
const MAX_BAD = 100;
/** The smallest chunk, but for the last one, in bytes. */
const SMALLEST_CHUNK = 1_024;
const SNAPSHOT_ID = /^[0-9a-z]{1,64}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/** Old versions without a name are left out, the oldest first, while it would be over {@link MAX_HEAD}. */
export function encodeHead(head: Head): { readonly bytes: Uint8Array; readonly head: Head } {
  let kept = head;
  for (;;) {
    const bytes = new TextEncoder().encode(JSON.stringify(kept));
    if (bytes.length <= MAX_HEAD) return { bytes, head: kept };
    const oldest = kept.old.findLast(({ name }) => name === undefined);
    if (!oldest) throw new ProtocolError('size', `the head has ${bytes.length} bytes, with ${kept.old.length} names`);
    kept = { ...kept, old: kept.old.filter((each) => each !== oldest) };
  }
}

/** Throws {@link ProtocolError}. */
export function decodeHead(bytes: Uint8Array): Head {
  if (bytes.length > MAX_HEAD) throw new ProtocolError('size', `the head has ${bytes.length} bytes`);
  const value = fields(jsonOf(bytes, 'the head', MAX_HEAD), 'the head');
  if (value.v !== 1) throw new ProtocolError('shape', `the head has the version ${String(value.v).slice(0, 20)}`);
  const old = value.old ?? [];
  if (!Array.isArray(old)) throw new ProtocolError('shape', 'the old versions are no list');
  const { bad, deleted, sealed, schema, clients } = value;
  return {
    v: 1,
    lineage: lineageOf(value.lineage),
    ...snapshotOf(value),
    old: old.map(snapshotOf),
    ...(bad !== undefined && { bad: badOf(bad) }),
    ...(deleted === true && { deleted }),
    ...(sealed === true && { sealed }),
    ...(schema !== undefined && { schema: integer(schema, 'the schema', Number.MAX_SAFE_INTEGER) }),
    ...(clients !== undefined && { clients: clientsOf(clients) }),
  };
}

/** What a head says of entries that cannot be read, with those of `seqs` that it does not name yet. */
export function withBad(bad: Head['bad'], seqs: readonly number[]): Head['bad'] {
  const known = bad?.seqs ?? [];
  const more = seqs.filter((seq) => !known.includes(seq));
  if (more.length === 0) return bad;
  return { count: (bad?.count ?? 0) + more.length, seqs: [...known, ...more].slice(-MAX_BAD) };
}

/** Letters, digits, `-` and `_`: at most 64 bytes. */
function lineageOf(value: unknown): string {
  if (typeof value !== 'string' || !LINEAGE.test(value)) throw wrong('the lineage');
  return value;
}

function snapshotOf(given: unknown): Snapshot {
  const { id, n, bytes, sha256, seq, at, by, name } = fields(given, 'a version');
  const size = integer(bytes, 'the size of a snapshot', 2 * MAX_STATE);
  const chunks = integer(n, 'the number of chunks', Math.max(1, Math.ceil(size / SMALLEST_CHUNK)));
  if (chunks > 0 && !(typeof id === 'string' && SNAPSHOT_ID.test(id))) throw wrong('the id of a snapshot');
  if (chunks > 0 && !(typeof sha256 === 'string' && SHA256.test(sha256))) throw wrong('the hash of a snapshot');
  if (!isTimestamp(at)) throw wrong('the time of a version');
  return {
    id: String(chunks > 0 ? id : ''),
    n: chunks,
    bytes: size,
    sha256: String(chunks > 0 ? sha256 : ''),
    seq: integer(seq, 'the sequence number of a snapshot', Number.MAX_SAFE_INTEGER),
    at,
    ...(by !== undefined && { by: text(by, 'the author of a version', MAX_USER) }),
    ...(name !== undefined && { name: text(name, 'the name of a version', MAX_LABEL) }),
  };
}

function badOf(given: unknown): Head['bad'] {
  const { count, seqs } = fields(given, 'what cannot be read');
  if (!Array.isArray(seqs) || seqs.length > MAX_BAD) throw wrong('the list of what cannot be read');
  const numbers = seqs.map((seq) => integer(seq, 'a sequence number', Number.MAX_SAFE_INTEGER));
  return { count: integer(count, 'the number of what cannot be read', Number.MAX_SAFE_INTEGER), seqs: numbers };
}

function clientsOf(given: unknown): readonly ClientsOf[] {
  if (!Array.isArray(given)) throw wrong('the list of clients');
  return given.map((each) => {
    const { user, ids } = fields(each, 'the clients of a user');
    if (!Array.isArray(ids)) throw wrong('the list of the clients of a user');
    const numbers = ids.map((id) => integer(id, 'a client', Number.MAX_SAFE_INTEGER));
    return { user: text(user, 'the user of a client', MAX_USER), ids: numbers };
  });
}

function fields(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(what);
  return value as Record<string, unknown>;
}

function integer(value: unknown, what: string, max: number): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0 || (value as number) > max) throw wrong(what);
  return value as number;
}

function text(value: unknown, what: string, max: number): string {
  if (typeof value !== 'string' || value.length > max) throw wrong(what);
  return value;
}

const wrong = (what: string) => new ProtocolError('shape', `${what} is not what it has to be`);
