/**
 * Y9: saves the edits of this session, those of a second together. Every edit is kept until the stream has acknowledged
 * it, and is sent again otherwise, under a new message id. Over 300 lines,
 * because every way to fail ends in the same wait.
 */
import * as Y from 'yjs';
import { JetStreamError, NoRespondersError, PayloadTooLargeError, PermissionError, SlateError } from '../../errors.js';
import { randomId } from '../../id.js';
import { TOO_LARGE } from '../../jetstream/api.js';
import { MESSAGE_ID_HEADER, type Stored, store } from '../../jetstream/messages.js';
import { MAX_STATE } from '../../protocol/document-head.js';
import { encodeClaim, encodeParts, encodeSealed, encodeUpdate, MIN_PIECE } from '../../protocol/document-history.js';
import { DocumentTooLargeError, HistoryFullError, HistoryUnavailableError } from '../errors.js';
import { decodeUpdate, type Struct } from './decode.js';
import { type Spans, spansOf } from './knowledge.js';
import { type Place, pieceSize, STREAM } from './place.js';

/** Between the beginnings of two saves, and how long an edit waits at most. Milliseconds. */
const SAVE_MS = 1_000;
/** Edits are saved when nothing has followed them for so long: what belongs together is one message. */
const REST_MS = 250;
/** The first wait after a failure; it doubles, up to the longest. */
const RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
/** Y12: merging is quadratic, so that never more are merged at a time. */
const MERGE = 200;
/** How many parts are on their way at a time. */
const PARTS_AT_ONCE = 8;
/** JetStream's codes for a stream, or a server, that takes no more. */
const FULL: readonly number[] = [10077, 10047, 10023, 10122, 503];

export interface SaverOptions {
  readonly place: Place;
  /** What an edit depends on and the history may lack, as a V2 update. */
  dependencies(edit: readonly Struct[]): Uint8Array | undefined;
  /** Y20: as whose these structs are saved, if they are not the own user's; '' where that is not known. */
  rescuedAs?(structs: readonly Struct[]): string | undefined;
  /** The sequence number above which a new message has its own. */
  floor(): number;
  /** An entry was acknowledged, when `floor` was this. */
  acknowledged(seq: number, saved: { readonly bytes: number; readonly spans: Spans }, floor: number): void;
  changed(): void;
}

export class Saver {
  readonly #place: Place;
  readonly #options: SaverOptions;
  /** The edits that were not sent yet, in V1, merged now and then, and how many they were; and those on their way. */
  #waiting: Uint8Array[] = [];
  #count = 0;
  /** When the first of those came that wait, and the last. */
  #firstAt = 0;
  #lastAt = 0;
  #sending: { readonly update: Uint8Array; readonly count: number } | undefined;
  #lastStart = -Infinity;
  #retryMs = RETRY_MS;
  #cancel: (() => void) | undefined;
  #pieceSize = Infinity;
  /** The server forbids it: it is asked again with the next connection. */
  #forbidden = false;
  #started = false;
  #stopped = false;
  #error: SlateError | undefined;
  /** Edits that no history takes: the document is never saved with them. */
  #refused = 0;
  #tooLarge: DocumentTooLargeError | undefined;
  /** How many edits were added, and how many of them are saved; and who waits until how many are. */
  #added = 0;
  #saved = 0;
  #flushes: { readonly until: number; resolve(): void; reject(error: unknown): void }[] = [];

  constructor(options: SaverOptions) {
    this.#options = options;
    this.#place = options.place;
  }

  get unsaved(): number {
    return this.#count + (this.#sending?.count ?? 0) + this.#refused;
  }

  /** Why the last try failed; `undefined` after one that did not. */
  get error(): SlateError | undefined {
    return this.#error ?? this.#tooLarge;
  }

  start(): void {
    this.#started = true;
    this.#plan();
  }

  /** An edit of this session, as a V1 update: so the live lane has it, and V2 pays for many edits together. */
  add(update: Uint8Array): void {
    if (this.#stopped) return;
    if (update.length > MAX_STATE) {
      this.#tooLarge = new DocumentTooLargeError(this.#place.document, update.length, MAX_STATE);
      this.#refused++;
      this.#place.report(this.#tooLarge);
      this.#options.changed();
      return;
    }
    this.#lastAt = this.#place.clock.now();
    if (this.#count === 0) this.#firstAt = this.#lastAt;
    this.#waiting.push(update);
    this.#count++;
    this.#added++;
    if (this.#waiting.length >= MERGE) this.#waiting = [Y.mergeUpdates(this.#waiting)];
    this.#plan();
    this.#options.changed();
  }

  /** Starts. Resolves when everything until now is acknowledged; rejects with why the next try failed, if it does. */
  flush(): Promise<void> {
    if (this.#tooLarge) return Promise.reject(this.#tooLarge);
    if (this.unsaved === 0) return Promise.resolve();
    if (this.#stopped) return Promise.reject(this.#error ?? new SlateError('The saving of the document has ended.'));
    return new Promise((resolve, reject) => {
      this.#flushes.push({ until: this.#added, resolve, reject });
      this.#started = true;
      this.now();
    });
  }

  /** Tries at once, as there is a connection again. */
  now(): void {
    this.#retryMs = RETRY_MS;
    this.#forbidden = false;
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#started && !this.#sending) void this.#send();
  }

  /** What waits is not saved. */
  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
    const error = this.#error ?? new SlateError('The saving of the document has ended.');
    for (const { reject } of this.#flushes.splice(0)) reject(error);
  }

  /** Drops everything that waits: the history must not have it. */
  drop(): void {
    this.#waiting = [];
    this.#count = 0;
    this.#error = undefined;
    this.stop();
  }

  /**
   * Saves one update, in V2, apart from the edits that wait. Rejects with why that fails, and with {@link
   * ProtocolError} where it has so many structs that others would refuse it. `rescue`: the user whose edits they are.
   */
  async save(update: Uint8Array, rescue?: string): Promise<void> {
    if (update.length > MAX_STATE) throw new DocumentTooLargeError(this.#place.document, update.length, MAX_STATE);
    const spans = spansOf(decodeUpdate(update)); // others can decode it as well
    const floor = this.#options.floor();
    const seq = await this.#write(update, rescue);
    this.#options.acknowledged(seq, { bytes: update.length, spans }, floor);
  }

  /** Y20: stores that the own user has this client id. Rejects as `store` does. */
  async claim(client: number): Promise<void> {
    await this.#store(encodeClaim(client));
  }

  #plan(): void {
    if (!this.#started || this.#stopped || this.#forbidden) return;
    if (this.#cancel || this.#sending || this.#count === 0) return;
    const wait = this.#wait;
    if (wait <= 0) void this.#send();
    else this.#later(wait, () => this.#plan());
  }

  /** How long the edits that wait may still do so. */
  get #wait(): number {
    const due = Math.max(this.#lastStart + SAVE_MS, Math.min(this.#firstAt + SAVE_MS, this.#lastAt + REST_MS));
    return due - this.#place.clock.now();
  }

  #later(ms: number, fn: () => void): void {
    this.#cancel = this.#place.clock.after(ms, () => {
      this.#cancel = undefined;
      fn();
    });
  }

  async #send(): Promise<void> {
    if (this.#stopped || this.#sending || this.#count === 0) return;
    const update = this.#waiting.length === 1 ? (this.#waiting[0] as Uint8Array) : Y.mergeUpdates(this.#waiting);
    this.#sending = { update, count: this.#count };
    this.#waiting = [];
    this.#count = 0;
    this.#lastStart = this.#place.clock.now();
    try {
      await this.#saveEdits(Y.convertUpdateFormatV1ToV2(update));
      this.#saved += this.#sending.count;
      this.#sending = undefined;
      this.#succeeded();
    } catch (error) {
      this.#keep();
      this.#failed(error);
    }
    this.#options.changed();
  }

  /**
   * Edits with what they depend on: an acknowledged edit must not need one that nobody has saved. In verified rooms
   * that goes before them, since it is a rescue where others made it.
   */
  async #saveEdits(edit: Uint8Array): Promise<void> {
    const before = this.#options.dependencies(decodeUpdate(edit).structs);
    if (before === undefined) return this.save(edit, this.#rescuedAs(edit));
    const whose = this.#rescuedAs(before);
    if (whose === undefined) return this.save(Y.mergeUpdatesV2([before, edit]), this.#rescuedAs(edit));
    await this.save(before, whose);
    await this.save(edit, this.#rescuedAs(edit));
  }

  #rescuedAs(update: Uint8Array): string | undefined {
    return this.#options.rescuedAs?.(decodeUpdate(update).structs);
  }

  #succeeded(): void {
    this.#retryMs = RETRY_MS;
    this.#error = undefined;
    const done = this.#flushes.filter(({ until }) => until <= this.#saved);
    this.#flushes = this.#flushes.filter(({ until }) => until > this.#saved);
    for (const { resolve } of done) resolve();
    if (this.#flushes.length > 0) void this.#send();
    this.#plan();
  }

  /** What was on its way waits again, before what came since. */
  #keep(): void {
    const { update, count } = this.#sending as { update: Uint8Array; count: number };
    this.#sending = undefined;
    this.#waiting.unshift(update);
    this.#count += count;
  }

  #failed(error: unknown): void {
    const known = this.#known(error);
    if (known.name !== this.#error?.name) this.#place.report(known);
    this.#error = known;
    for (const { reject } of this.#flushes.splice(0)) reject(known);
    this.#forbidden = error instanceof PermissionError;
    if (this.#stopped || this.#forbidden) return;
    const jitter = 1 + this.#place.random() / 4;
    this.#later(this.#retryMs * jitter, () => void this.#send());
    this.#retryMs = Math.min(LONGEST_RETRY_MS, 2 * this.#retryMs);
  }

  #known(error: unknown): SlateError {
    const { document } = this.#place;
    if (error instanceof JetStreamError && FULL.includes(error.code)) {
      return new HistoryFullError(document, { cause: error });
    }
    if (error instanceof NoRespondersError) {
      return new HistoryUnavailableError(document, `there is no stream ${STREAM}`, { cause: error });
    }
    if (error instanceof JetStreamError || error instanceof PermissionError) {
      return new HistoryUnavailableError(document, error.message, { cause: error });
    }
    return error instanceof SlateError ? error : new SlateError(String(error), { cause: error });
  }

  /** Writes an entry, in parts where it is large; resolves with the sequence number of its last message. */
  async #write(update: Uint8Array, rescue: string | undefined): Promise<number> {
    const { cipher, random, document } = this.#place;
    const plain = encodeUpdate(update, rescue);
    const entry = cipher ? encodeSealed(await cipher.log.seal(plain)) : plain;
    for (;;) {
      const size = Math.min(pieceSize(this.#place), this.#pieceSize);
      try {
        if (entry.length <= size) return (await this.#store(entry)).seq;
        return await this.#storeAll(encodeParts(entry, Math.floor(random() * 2 ** 32), size));
      } catch (error) {
        const large = error instanceof JetStreamError && error.code === TOO_LARGE;
        if (!large && !(error instanceof PayloadTooLargeError)) throw error;
        if (size / 2 < MIN_PIECE) throw new DocumentTooLargeError(document, entry.length, size);
        this.#pieceSize = Math.floor(size / 2);
      }
    }
  }

  async #storeAll(parts: readonly Uint8Array[]): Promise<number> {
    let last = 0;
    for (let at = 0; at < parts.length; at += PARTS_AT_ONCE) {
      const stored = await Promise.all(parts.slice(at, at + PARTS_AT_ONCE).map((part) => this.#store(part)));
      last = Math.max(last, ...stored.map(({ seq }) => seq));
    }
    return last;
  }

  /** An answer counts as an acknowledgement only where it can be one of the stream. */
  async #store(entry: Uint8Array): Promise<Stored> {
    const { bus, subjects, random } = this.#place;
    const stored = await store(bus, subjects.log, entry, { headers: { [MESSAGE_ID_HEADER]: randomId(random) } });
    const { stream, seq, duplicate } = stored;
    if (stream === STREAM && Number.isSafeInteger(seq) && seq > 0 && !duplicate) return stored;
    const reason = duplicate ? 'it says that it has a message of this new id' : `"${stream}" is not ${STREAM}`;
    throw new JetStreamError(subjects.log, 0, reason);
  }
}
