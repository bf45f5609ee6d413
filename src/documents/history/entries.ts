/**
 * Y9, Y14, Y20: turns messages of the log into updates: opens what is sealed, joins parts, and looks whose structs
 * they hold. Bad ones are told apart.
 */
import { ProtocolError } from '../../errors.js';
import type { StoredMessage } from '../../jetstream/direct.js';
import { MAX_STATE } from '../../protocol/document-head.js';
import { decodeEntry, type LogEntry } from '../../protocol/document-history.js';
import { joinParts, type Part } from '../../protocol/document-parts.js';
import { documentUser } from '../../protocol/document-subjects.js';
import type { Authors } from '../authors.js';
import { type DecodedUpdate, decodeUpdate } from './decode.js';
import { clientsOf, type Spans, spansOf } from './knowledge.js';
import type { Sealer } from './options.js';

/** Edits that one or several messages hold. */
export interface Edits extends DecodedUpdate {
  /** What is in the history then. */
  readonly spans: Spans;
  /** A member saved these edits that could not have made all of them (Y20). */
  readonly isRescue: boolean;
  /** The message that completed them. */
  readonly message: StoredMessage;
}

/** How many sets of parts of one subject may be unfinished at a time; the oldest is given up. */
const MAX_SETS = 8;
/** An unfinished set holds a fold back for so long (Y14). */
const UNFINISHED_MS = 60_000;

interface PartSet {
  readonly parts: (Part | undefined)[];
  readonly first: StoredMessage;
  readonly subject: string;
  missing: number;
  bytes: number;
}

export class Entries {
  readonly #sealer: Sealer | undefined;
  readonly #authors: Authors;
  /** By subject and id, the oldest first. */
  readonly #sets = new Map<string, PartSet>();
  #bytes = 0;

  constructor(sealer: Sealer | undefined, authors: Authors) {
    this.#sealer = sealer;
    this.#authors = authors;
  }

  /**
   * The edits of a message; none of a part that others have to follow, and of a claim. Only what is sealed takes a
   * promise. Throws or rejects where it cannot be read, and where it holds structs of another user than its own.
   */
  read(message: StoredMessage): Edits | undefined | Promise<Edits> {
    return this.#edits(message.data, message);
  }

  /**
   * The sequence number before which everything is complete: that of the first part of the oldest set that is not, and
   * that is younger than a minute. `now`: the server's time.
   */
  heldBack(now: number): number {
    const young = [...this.#sets.values()].filter(({ first }) => now - first.stored < UNFINISHED_MS);
    return Math.min(Infinity, ...young.map(({ first }) => first.seq));
  }

  forget(): void {
    this.#sets.clear();
    this.#bytes = 0;
  }

  #edits(bytes: Uint8Array, message: StoredMessage, whole = false): Edits | undefined | Promise<Edits> {
    const entry = decodeEntry(bytes);
    if (entry.type === 'part') {
      if (whole) throw new ProtocolError('shape', 'a part of parts');
      const joined = this.#join(entry, message);
      return joined && this.#edits(joined, message, true);
    }
    if (entry.type === 'claim') {
      this.#authors.keep(entry.client, userOf(message)); // who is too late finds out, and takes another one
      return undefined;
    }
    if (entry.type === 'sealed') {
      if (!this.#sealer) throw new ProtocolError('shape', 'it is sealed, and there is no cipher');
      return this.#unsealed(entry.bytes, this.#sealer, message);
    }
    if (this.#sealer) throw new ProtocolError('shape', 'it is not sealed');
    return this.#admitted(entry, message);
  }

  #join(part: Part, message: StoredMessage): Uint8Array | undefined {
    const { subject } = message;
    const key = `${subject} ${part.id}`;
    const set = this.#sets.get(key) ?? this.#begin(key, part, message);
    const { parts } = set;
    const [same] = parts.filter((each) => each !== undefined);
    if (parts.length !== part.count || (same && same.total !== part.total)) {
      throw new ProtocolError('shape', 'parts of one id do not belong together');
    }
    if (parts[part.index]) return undefined; // it was sent again
    parts[part.index] = part;
    this.#bytes += part.bytes.length;
    set.bytes += part.bytes.length;
    set.missing--;
    if (set.missing > 0) {
      while (this.#bytes > 2 * MAX_STATE) this.#drop([...this.#sets.keys()][0] as string);
      return undefined;
    }
    this.#drop(key);
    return joinParts(parts as Part[]);
  }

  #begin(key: string, { count }: Part, first: StoredMessage): PartSet {
    const same = [...this.#sets].filter(([, { subject }]) => subject === first.subject);
    if (same.length >= MAX_SETS) this.#drop(same[0]?.[0] as string);
    const set = { parts: new Array(count).fill(undefined), first, subject: first.subject, missing: count, bytes: 0 };
    this.#sets.set(key, set);
    return set;
  }

  async #unsealed(bytes: Uint8Array, sealer: Sealer, message: StoredMessage): Promise<Edits> {
    return this.#admitted(decodeEntry(await sealer.open(bytes)), message);
  }

  #admitted(entry: LogEntry, message: StoredMessage): Edits {
    if (entry.type !== 'update') throw new ProtocolError('shape', 'a sealed entry holds no update');
    const { update, rescue } = entry;
    const decoded = decodeUpdate(update);
    const spans = spansOf(decoded);
    if (rescue === undefined) this.#authors.admit(clientsOf(spans), userOf(message), 'kept');
    else this.#authors.rescue(clientsOf(spans), rescue);
    return { update, decoded, spans, isRescue: rescue !== undefined, message };
  }

  #drop(key: string): void {
    this.#bytes -= this.#sets.get(key)?.bytes ?? 0;
    this.#sets.delete(key);
  }
}

/** Whom the server let store it; '' in open rooms. */
const userOf = ({ subject }: StoredMessage) => documentUser(subject) ?? '';
