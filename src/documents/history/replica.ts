/**
 * What has been read of the history of a document, in a `Y.Doc`: snapshot and log, whole (Y11), and later what came
 * since. It notices when the stream is not the one that it has read, because it was made anew or restored: then it
 * forgets what it knew and reads all again. Over 300 lines, because every way to read ends in the same place.
 */
import * as Y from 'yjs';
import { ProtocolError } from '../../errors.js';
import type { StoredMessage } from '../../jetstream/direct.js';
import { readMessages } from '../../jetstream/ordered.js';
import type { Snapshot } from '../../protocol/document-head.js';
import { Authors } from '../authors.js';
import { HistoryError } from '../errors.js';
import { type DecodedUpdate, type Deletes, decodeUpdates, encodeStructs } from './decode.js';
import { type Edits, Entries } from './entries.js';
import { applyDecoded } from './integrate.js';
import { Knowledge, type Spans, spansOf } from './knowledge.js';
import { type KeptHead, type Place, readHead, STREAM } from './place.js';
import { readSnapshot } from './snapshots.js';
import { Turns } from './turns.js';

/** How many updates one transaction applies (Y12). */
const SLICE = 100;
/** How often the head may move, or chunks of it be gone, while it is being read. */
const TRIES = 10;
/** Of so many entries that cannot be read the bytes are kept, to be copied (Y14). */
const MAX_BAD = 256;

export interface ReplicaOptions {
  /** The origin of its transactions. */
  readonly origin: object;
  /** Throws where this head must not be read: of another life of the document, or of a deleted one. */
  accept?(found: KeptHead | undefined): void | Promise<void>;
  progress?: ((received: number, total: number) => void) | undefined;
  /** Who has which client id; by default those that this reading finds. */
  readonly authors?: Authors | undefined;
  /** A rescue holds structs under the document's own client id which it has not made (Y20). */
  taken?(): void;
}

/** What the log holds behind the snapshot. */
export interface Tail {
  readonly messages: number;
  readonly bytes: number;
}

export class Replica {
  readonly knowledge = new Knowledge();
  readonly authors: Authors;
  readonly #place: Place;
  readonly #doc: Y.Doc;
  readonly #options: ReplicaOptions;
  readonly #entries: Entries;
  readonly #turns: Turns;
  #head: KeptHead | undefined;
  /** The last message of the log that was read. */
  #last: StoredMessage | undefined;
  /** All of the log up to this sequence number is in the document. */
  #position = 0;
  /** Whether the snapshot of some head was read, or there was none. */
  #loaded = false;
  #tail: Tail = { messages: 0, bytes: 0 };
  /** Sequence numbers of entries that could not be read, with their bytes. */
  readonly #bad = new Map<number, StoredMessage>();
  /** Own entries that the stream has acknowledged, and that were not read yet. */
  readonly #acknowledged = new Set<number>();
  #opened = false;
  #now = 0;

  constructor(place: Place, doc: Y.Doc, options: ReplicaOptions) {
    this.#place = place;
    this.#doc = doc;
    this.#options = options;
    this.#turns = new Turns(place.clock);
    this.authors = options.authors ?? new Authors();
    this.#entries = new Entries(place.cipher?.log, this.authors);
  }

  get head(): KeptHead | undefined {
    return this.#head;
  }

  get tail(): Tail {
    return this.#tail;
  }

  get bad(): ReadonlyMap<number, StoredMessage> {
    return this.#bad;
  }

  /** Everything up to this sequence number may be folded into a snapshot (Y14). */
  get foldable(): number {
    return Math.min(this.#position, this.#entries.heldBack(this.#now) - 1);
  }

  /** True where the cipher is known to be the document's: something could be opened with it. */
  get proven(): boolean {
    return this.#place.cipher === undefined || this.#opened;
  }

  /** The head that this session has put there itself. */
  moved(head: KeptHead): void {
    this.#head = head;
  }

  /** An own entry that the stream has acknowledged. */
  acknowledged(seq: number, spans: Spans): void {
    this.knowledge.add(spans);
    if (seq > this.#position) this.#acknowledged.add(seq);
  }

  /** A new message has a sequence number above this, unless the stream counts from the beginning again. */
  get floor(): number {
    return Math.max(this.#position, this.#head?.seq ?? 0);
  }

  /**
   * Reads what was not read yet, until nothing moves. `first`: the head, where it has just been read. Resolves with
   * true where the stream is not the one that was read before. Rejects with what `accept` throws, with {@link
   * HistoryError} where the snapshot cannot be read, and as `readMessages` does.
   */
  async read(first?: { readonly found: KeptHead | undefined }): Promise<boolean> {
    let found = first ? first.found : await readHead(this.#place);
    let reset = false;
    for (let tries = 0; tries < TRIES; tries++) {
      await this.#options.accept?.(found);
      if (this.#head && (found?.seq ?? 0) < this.#head.seq) reset = this.forget();
      this.#head = found;
      this.authors.load(found?.head.clients ?? []);
      if (this.#mustLoad() && !(await this.#load())) {
        found = await readHead(this.#place); // chunks are gone because the head moved, most likely
        continue;
      }
      if (!(await this.#readLog())) {
        reset = this.forget();
        found = await readHead(this.#place);
        continue;
      }
      found = await readHead(this.#place);
      if (found?.seq === this.#head?.seq) break;
    }
    return reset;
  }

  /** The document has lost what it held back of the history (Y7): the next reading begins anew. */
  again(): void {
    this.#entries.forget();
    this.#position = 0;
    this.#last = undefined;
    this.#loaded = false;
    this.#tail = { messages: 0, bytes: 0 };
  }

  /** The stream is not the one that was read: the next reading begins anew. Returns true. */
  forget(): boolean {
    this.again();
    this.knowledge.forget();
    this.authors.forget();
    this.#acknowledged.clear();
    this.#bad.clear();
    this.#head = undefined;
    return true;
  }

  /** The log is kept one generation behind (Y13): who has read less than that needs the snapshot. */
  #mustLoad(): boolean {
    const head = this.#head?.head;
    return head !== undefined && head.n > 0 && (!this.#loaded || this.#purged > this.#position);
  }

  /** The log may be purged up to this sequence number. */
  get #purged(): number {
    const head = this.#head?.head;
    return head?.old[0]?.seq ?? head?.seq ?? 0;
  }

  /** Reads the snapshot, or the one before it where this one is damaged. False where chunks are gone. */
  async #load(): Promise<boolean> {
    const { document, report } = this.#place;
    const { head } = this.#head as KeptHead;
    const [previous] = head.old;
    try {
      if (await this.#loadOne(head)) return true;
      if ((await readHead(this.#place))?.seq !== this.#head?.seq) return false;
      throw new ProtocolError('bytes', 'chunks of it are missing');
    } catch (cause) {
      if (cause instanceof ProtocolError) {
        const error = new HistoryError(document, 'corrupt', `the snapshot ${head.id} cannot be read`, head.seq, {
          cause,
        });
        if (!previous || !(await this.#loadOne(previous))) throw error;
        report(error);
        return true;
      }
      throw cause;
    }
  }

  async #loadOne(snapshot: Snapshot): Promise<boolean> {
    const state = await readSnapshot(this.#place, snapshot, this.#options.progress);
    if (!state) return false;
    const spans: Spans[] = [];
    const isWarm = this.#doc.store.clients.size > 0;
    try {
      const updates: DecodedUpdate[] = [];
      await this.#turns.pause();
      for (const update of decodeUpdates(state)) {
        updates.push(update);
        spans.push(spansOf(update.decoded));
        await this.#turns.pause();
      }
      for (const update of updates) {
        await this.#turns.pause();
        this.#transact([update], (_, cause) => {
          throw cause;
        });
      }
      if (isWarm) this.#deleteGone(spans);
    } catch (cause) {
      throw new ProtocolError('bytes', 'the snapshot is no update', { cause });
    }
    await this.#turns.pause();
    this.knowledge.forget();
    for (const each of spans) this.knowledge.add(each);
    this.#entries.forget();
    for (const seq of this.#acknowledged) if (seq <= snapshot.seq) this.#acknowledged.delete(seq);
    this.#last = undefined;
    this.#position = snapshot.seq;
    this.#tail = { messages: 0, bytes: 0 };
    this.#loaded = true;
    this.#opened = true;
    await this.#turns.pause();
    return true;
  }

  /** What is gone is shown by structs alone in a snapshot, and those that the document has already it does not take. */
  #deleteGone(spans: readonly Spans[]): void {
    const deletes: Deletes = new Map();
    for (const { deletes: flat } of spans) {
      for (let at = 0; at < flat.length; at += 3) {
        const [client, clock, len] = flat.slice(at, at + 3) as [number, number, number];
        const ranges = deletes.get(client) ?? [];
        deletes.set(client, ranges);
        ranges.push({ clock, len });
      }
    }
    if (deletes.size > 0) Y.applyUpdateV2(this.#doc, encodeStructs([], deletes), this.#options.origin);
  }

  /** Reads the log behind what was read. False where the stream is not the one that was read before. */
  async #readLog(): Promise<boolean> {
    const { bus, clock, random, subjects } = this.#place;
    const last = this.#last && this.#last.seq > this.#purged ? this.#last : undefined;
    const from = last?.seq ?? this.#position + 1;
    const expected = [...this.#acknowledged];
    const options = { bus, clock, random, stream: STREAM, filter: subjects.logAll, from };
    let anchored = last === undefined;
    let same = true;
    const start = await readMessages(options, async (messages, { now }) => {
      this.#now = now;
      if (!anchored) {
        const [first] = messages.splice(0, 1); // the one that was the last: it is there still, as it was
        same = first?.seq === last?.seq && first?.stored === last?.stored;
        anchored = true;
      }
      if (same) await this.#take(messages);
    });
    this.#now = start.now;
    this.#loaded = true;
    if (!same || !anchored || start.from < from) return false;
    return !expected.some((seq) => this.#acknowledged.delete(seq));
  }

  async #take(messages: readonly StoredMessage[]): Promise<void> {
    for (let at = 0; at < messages.length; at += SLICE) await this.#slice(messages.slice(at, at + SLICE));
  }

  async #slice(messages: readonly StoredMessage[]): Promise<void> {
    const edits: Edits[] = [];
    for (const message of messages) {
      try {
        const read = this.#entries.read(message);
        const each = read instanceof Promise ? await read : read;
        if (each) edits.push(each);
        if (each?.isRescue) this.#lookForOwn(each);
      } catch (cause) {
        this.#refuse(message, cause);
      }
    }
    this.#apply(edits);
    const last = messages.at(-1);
    if (last) {
      this.#last = last;
      this.#position = last.seq;
    }
    for (const { seq } of messages) this.#acknowledged.delete(seq);
    const bytes = messages.reduce((sum, { data }) => sum + data.length, 0);
    this.#tail = { messages: this.#tail.messages + messages.length, bytes: this.#tail.bytes + bytes };
    await this.#turns.pause();
  }

  #lookForOwn({ spans: { structs } }: Edits): void {
    const { clientID, store } = this.#doc;
    const own = Y.getState(store, clientID);
    for (let at = 0; at < structs.length; at += 3) {
      const [client, clock, length] = structs.slice(at, at + 3) as [number, number, number];
      if (client === clientID && clock + length > own) this.#options.taken?.();
    }
  }

  #apply(edits: readonly Edits[]): void {
    const last = edits.at(-1);
    if (!last) return;
    this.#opened = true;
    const failed = new Set<number>();
    try {
      this.#transact(edits, (index, cause) => {
        failed.add(index);
        this.#refuse((edits[index] as Edits).message, cause);
      });
    } catch (cause) {
      this.#refuse(last.message, cause); // the end of the transaction threw, or who observes the document
    }
    edits.forEach(({ spans }, index) => {
      if (!failed.has(index)) this.knowledge.add(spans);
    });
  }

  #transact(updates: readonly DecodedUpdate[], failed: (index: number, cause: unknown) => void): void {
    const apply = (transaction: Y.Transaction) => applyDecoded(transaction, updates, failed);
    Y.transact(this.#doc, apply, this.#options.origin, false);
  }

  /** Y14: it is counted and left out. */
  #refuse(message: StoredMessage, cause: unknown): void {
    const { document, report } = this.#place;
    if (this.#bad.has(message.seq)) return;
    if (this.#bad.size < MAX_BAD) this.#bad.set(message.seq, message);
    if (cause instanceof ProtocolError && cause.reason === 'identity') {
      cause.subject = message.subject;
      report(cause);
    } else
      report(new HistoryError(document, 'corrupt', `the entry ${message.seq} cannot be read`, message.seq, { cause }));
  }
}
