/**
 * The history lane of one document (docs/PROTOCOL.md, Y9 to Y17): reads what the server's stream keeps into the
 * document, and saves the edits of this session. `life.ts` knows which life of the document this is, and `folding.ts`
 * when the log is folded. Past 300 lines: it is the one face of this folder towards a document, and each of its calls
 * is short.
 */
import * as Y from 'yjs';
import { RequestTimeoutError, type SlateError } from '../../errors.js';
import { Repeats } from '../../repeats.js';
import { onChanges } from '../changes.js';
import {
  DocumentDeletedError,
  type DocumentOutdatedError,
  HistoryError,
  HistoryFullError,
  HistoryUnavailableError,
} from '../errors.js';
import type { Version } from '../types.js';
import { decodeUpdate } from './decode.js';
import { dependenciesOf } from './dependencies.js';
import { Folding } from './folding.js';
import type { Spans } from './knowledge.js';
import { Life } from './life.js';
import type { HistoryOptions, HistoryState, Opened } from './options.js';
import { ensureDocumentStream, type KeptHead, type Place, readHead } from './place.js';
import { Replica } from './replica.js';
import { Saver } from './saver.js';
import { unavailable } from './unavailable.js';
import { deleteDocument, listVersions, loadVersion, nameVersion, versionsIn } from './versions.js';

/** Y22: without a stream, nothing answers; a reader does not wait longer for it. */
const PROBE_MS = 1_000;
/** Y20: how often a session looks for a client id that nobody has. */
const CLAIMS = 5;
/** What calls reject with while there is no connection. */
const OFFLINE: ReadonlySet<string> = new Set(['NotConnectedError', 'UnconfirmedError', 'ConnectionClosedError']);

export class History {
  readonly #options: HistoryOptions;
  readonly #place: Place;
  readonly #replica: Replica;
  readonly #saver: Saver;
  readonly #life: Life;
  readonly #folding: Folding;
  readonly #repeats: Repeats;
  /** What others say of what they have saved: a hint, since anybody can say it. */
  readonly #told = new Map<number, number>();
  readonly #ignoreChanges: (() => void) | undefined;
  /** The versions that were kept when the head was read last, as JSON. */
  #versions: string | undefined;
  #error: SlateError | undefined;
  #opened = false;
  #stopped = false;
  /** Somebody else uses this session's client id. */
  #taken = false;
  #dropped = false;
  /** What reads or compares runs one after another. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: HistoryOptions) {
    this.#options = options;
    const { bus, clock, random, doc, subjects, document, cipher, readOnly, keep, by, schema } = options;
    this.#repeats = new Repeats(clock, (error) => options.report(error));
    this.#place = { bus, clock, random, subjects, document, cipher, report: (error) => this.#repeats.report(error) };
    this.#replica = new Replica(this.#place, doc, {
      origin: options.origin,
      accept: (found) => this.#accept(found),
      progress: options.progress,
      authors: options.authors,
      taken: () => {
        this.#taken = options.authors.isVerified;
      },
    });
    this.#saver = new Saver({
      place: this.#place,
      floor: () => this.#replica.floor,
      rescuedAs: (structs) => options.authors.rescuedAs(structs.map(({ id }) => id.client)),
      dependencies: (edit) => dependenciesOf(doc, edit, (client) => this.#keptOf(client)),
      acknowledged: (seq, saved, floor) => this.#acknowledged(seq, saved, floor),
      changed: () => options.changed(),
    });
    this.#folding = new Folding({
      place: this.#place,
      replica: this.#replica,
      keep,
      by,
      readOnly: readOnly || options.authors.isVerified, // there a service does
      moved: options.moved,
      read: () => this.#read(),
      later: (work) => this.#later(work),
    });
    this.#life = new Life({
      place: this.#place,
      replica: this.#replica,
      by,
      schema,
      readOnly,
      authors: options.authors,
      moved: options.moved,
      changed: () => options.changed(),
      forbidden: () => this.#folding.forbid(),
      ended: () => this.#ended(),
    });
    if (!readOnly) this.#ignoreChanges = onChanges(doc, { edited: (update) => this.#edited(update) });
  }

  get state(): HistoryState {
    if (this.#life.end) return this.#life.end;
    if (this.#options.readOnly) return 'readonly';
    if (this.#saver.error instanceof HistoryFullError) return 'full';
    if (this.#opened ? this.unsaved > 0 && this.#saver.error : this.#error) return 'unsaved';
    return this.unsaved > 0 ? 'saving' : 'saved';
  }

  /** How many edits of this session wait for their acknowledgement. */
  get unsaved(): number {
    return this.#saver.unsaved;
  }

  /** Why saving or reading fails, if it does. */
  get error(): SlateError | undefined {
    return this.#error ?? this.#saver.error;
  }

  /** What the history lacks for now; edits are saved all the same. */
  get wanting(): SlateError | undefined {
    if (this.lineage !== undefined || !this.#options.authors.isVerified) return undefined;
    const detail = 'it has no head, which "slate docs" makes; edits are saved, and versions wait for it';
    return new HistoryError(this.#place.document, 'incomplete', detail);
  }

  /** In the state `replaced`: what is kept now under the name, as a V1 update. */
  get theirs(): Uint8Array | undefined {
    return this.#life.theirs;
  }

  /** In the state `outdated`: what says so. */
  get outdated(): DocumentOutdatedError | undefined {
    return this.#life.outdated;
  }

  get lineage(): string | undefined {
    return this.#life.lineage;
  }

  /** True while everything in the document is known to be in the stream. Costs milliseconds for a large document. */
  get coversAll(): boolean {
    return this.#opened && !this.#error && this.#replica.knowledge.covers(this.#options.doc);
  }

  /**
   * Reads head, snapshot and log into the document (Y11); makes the stream where it is missing and may be made, and the
   * first head. `expect`: the lineage that a local store remembers. Where another one is kept, nothing is applied.
   * Where none is kept any more, the document goes on with this one. Can be called again after it has failed. Rejects
   * with {@link HistoryUnavailableError} and {@link DocumentDeletedError}.
   */
  open(expect?: string): Promise<Opened> {
    return this.#inTurn(async () => {
      try {
        const found = await this.#probe();
        if (found?.head.deleted) throw new DocumentDeletedError(this.#place.document);
        if (found && expect !== undefined && found.head.lineage !== expect) {
          return { lineage: found.head.lineage, created: false, replaced: true, theirs: await this.#life.readTheirs() };
        }
        if (!found && expect !== undefined) this.#reset('there is no document of this name any more');
        this.#life.begin(found);
        await this.#replica.read({ found });
        this.#checkHoles();
        const created = await this.#life.writeFirstHead(expect);
        this.#life.settle(expect);
        await this.#life.raiseSchema();
        await this.#claim();
        this.#opened = true;
        this.#setError(undefined);
        return { lineage: this.lineage ?? '', created };
      } catch (error) {
        throw this.#setError(unavailable(this.#place.document, error));
      }
    });
  }

  /**
   * Begins to save own edits (Y9), those since this was made included, and to look whether the log is to be folded
   * (Y13). What the document had before that is saved by {@link reconcile}.
   */
  start(): void {
    this.#saver.start();
    this.#folding.consider();
  }

  /**
   * Reads what the stream has that is not known here, and saves what it lacks; how many bytes. Rejects with why that
   * fails.
   */
  reconcile(): Promise<number> {
    return this.#inTurn(async () => {
      if (this.#isOver || this.#options.readOnly) return 0;
      await this.#saver.flush();
      await this.#read();
      return this.#saveMissing();
    });
  }

  /**
   * After a reconnection: reads the head and the log since the last one, then saves what waits; where the stream was
   * made anew, or restored, also what it lacks. Resolves with how many bytes that were. Never rejects; what fails is
   * reported.
   */
  catchUp(): Promise<number> {
    return this.#inTurn(async () => {
      if (this.#isOver) return 0;
      try {
        const reset = await this.#read();
        this.#saver.now();
        return reset && !this.#options.readOnly ? await this.#saveMissing() : 0;
      } catch (error) {
        this.#failed(error);
        return 0;
      }
    });
  }

  /**
   * Reads the head now: was the document deleted, or replaced, are there other versions? Never rejects; what fails is
   * reported.
   */
  async look(): Promise<void> {
    if (this.#isOver) return;
    try {
      await this.#accept(await readHead(this.#place));
    } catch (error) {
      this.#failed(error);
    }
  }

  /**
   * The document has dropped what it held back (Y7), also of the history: the next reading begins anew. Elsewhere
   * others answer with it; in verified rooms they may answer for themselves alone (Y20).
   */
  dropped(): void {
    this.#dropped = this.#options.authors.isVerified;
  }

  /** Somebody says that everything of a client below `clock` is in the history (Y9). */
  told(client: number, clock: number): void {
    const { store } = this.#options.doc;
    if (!store.clients.has(client) || clock > Y.getState(store, client)) return;
    this.#told.set(client, Math.max(clock, this.#told.get(client) ?? 0));
  }

  #keptOf(client: number): number {
    return Math.max(this.#replica.knowledge.prefix(client), this.#told.get(client) ?? 0);
  }

  /** Resolves when everything until now is acknowledged; rejects with why that is not possible. */
  async flush(): Promise<void> {
    if (this.#options.readOnly) return;
    if (!this.#opened && this.#error) throw this.#error;
    await this.#saver.flush();
  }

  /** The versions that are kept, the newest first. */
  versions(): Promise<readonly Version[]> {
    return listVersions(this.#place);
  }

  /** The document as it was in a version, as a new one. Rejects with {@link OptionError} where there is no such one. */
  load(version: string): Promise<Y.Doc> {
    return loadVersion(this.#place, version);
  }

  /** Gives a version a name, which keeps it for good; without a version, makes one of the document as it is. */
  async name(version: string | undefined, label: string): Promise<Version> {
    if (version === undefined) await this.flush();
    const named = await nameVersion(this.#place, version, label, this.#folding.settings);
    this.#options.moved?.();
    await this.look();
    return named;
  }

  /** Deletes the document for everyone (Y17). */
  async delete(): Promise<void> {
    await deleteDocument(this.#place, this.#folding.settings);
    this.#life.finish('deleted');
  }

  /** Stops saving and looking. Does not flush. Idempotent. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#ignoreChanges?.();
    this.#folding.stop();
    this.#saver.stop();
    this.#repeats.stop();
    await this.#turn;
  }

  #edited(update: Uint8Array): void {
    if (!this.#isOver) this.#saver.add(update);
  }

  /** Runs one work after another. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** Runs this when it is its turn, while the document lives; what fails is reported. */
  #later(work: () => Promise<unknown>): void {
    void this.#inTurn(async () => {
      if (!this.#isOver) await work();
    }).catch((error: unknown) => this.#failed(error));
  }

  /** Nothing is read and saved any more. */
  get #isOver(): boolean {
    return this.#stopped || this.#life.end !== undefined;
  }

  /** The head, where the stream answers; makes the stream where there is none. */
  async #probe(): Promise<KeptHead | undefined> {
    try {
      return await readHead(this.#place, PROBE_MS);
    } catch (error) {
      if (!(error instanceof RequestTimeoutError) || this.#options.readOnly) throw error;
      await ensureDocumentStream(this.#place.bus);
      return readHead(this.#place);
    }
  }

  /** Before a head is read further. Rejects as `Life.accept` does. */
  async #accept(found: KeptHead | undefined): Promise<void> {
    await this.#life.accept(found);
    const versions = found ? versionsIn(found.head) : [];
    const before = this.#versions;
    this.#versions = JSON.stringify(versions);
    if (before !== undefined && before !== this.#versions) this.#options.versions?.(versions);
  }

  /** Reads what is new; true where the stream is not the one that was read before. */
  async #read(): Promise<boolean> {
    if (this.#dropped) this.#replica.again();
    this.#dropped = false;
    const reset = await this.#replica.read({ found: await this.#probe() });
    if (reset) this.#reset('the stream was made anew, or restored from an older copy');
    await this.#life.writeFirstHead(this.lineage);
    this.#checkHoles();
    await this.#claim();
    this.#setError(undefined);
    return reset;
  }

  /** Y20: makes sure that the history says who has this session's client id, and that it is its user. */
  async #claim(): Promise<void> {
    const { doc, authors, readOnly, renew, claimed } = this.#options;
    if (!authors.isVerified || readOnly) return;
    for (let tries = 0; tries < CLAIMS; tries++) {
      const owner = authors.keptBy(doc.clientID);
      if (owner === authors.user && !this.#taken) return claimed?.();
      if (owner !== undefined) renew?.();
      this.#taken = false;
      await this.#saver.claim(doc.clientID);
      await this.#replica.read();
    }
    throw new HistoryUnavailableError(this.#place.document, `others took ${CLAIMS} client ids of this session`);
  }

  /** The document has another client id, which the history does not know. */
  renamed(): void {
    if (!this.#opened || this.#isOver) return;
    void this.#inTurn(() => this.#claim()).catch((error: unknown) => this.#failed(error));
  }

  async #saveMissing(): Promise<number> {
    const { doc, authors } = this.#options;
    const { knowledge } = this.#replica;
    let bytes = 0;
    const save = async (missing: Uint8Array | undefined, whose?: string) => {
      if (!missing) return;
      await this.#saver.save(missing, whose);
      bytes += missing.length;
    };
    if (authors.isVerified) {
      const others = knowledge.missing(doc, (client) => !authors.isOwn(client));
      const whose = others && authors.rescuedAs(decodeUpdate(others).structs.map(({ id }) => id.client));
      if (whose !== undefined) await save(others, whose);
    }
    await save(knowledge.missing(doc));
    return bytes;
  }

  #acknowledged(seq: number, saved: { readonly bytes: number; readonly spans: Spans }, floor: number): void {
    if (seq <= floor) {
      this.#replica.forget();
      this.#reset(`a new message has the number ${seq}, after ${floor}`);
      this.#later(async () => {
        await this.#read();
        await this.#saveMissing();
      });
      return;
    }
    this.#replica.acknowledged(seq, saved.spans);
    const { clientID } = this.#options.doc;
    this.#options.kept?.(clientID, this.#replica.knowledge.prefix(clientID));
    this.#folding.grown(saved.bytes);
  }

  #checkHoles(): void {
    if (!this.#replica.knowledge.lacks(this.#options.doc)) return;
    const { document, report } = this.#place;
    report(new HistoryError(document, 'incomplete', 'messages are missing that others depend on'));
  }

  #reset(detail: string): void {
    this.#place.report(new HistoryError(this.#place.document, 'reset', detail));
  }

  #ended(): void {
    this.#folding.stop();
    this.#saver.drop();
    this.#options.changed();
  }

  #failed(error: unknown): void {
    if (this.#stopped) return;
    const known = unavailable(this.#place.document, error);
    this.#setError(known);
    if (known === this.#life.outdated) return; // the document tells, once it reads only
    if (!OFFLINE.has((error as SlateError).name)) this.#place.report(known); // the next connection brings us back
  }

  #setError<T extends SlateError | undefined>(error: T): T {
    const changed = error?.message !== this.#error?.message;
    this.#error = error;
    if (changed) this.#options.changed();
    return error;
  }
}
