/**
 * One document that is open: its two lanes, and what happens to them when the connection comes and goes. The live lane
 * works alone where there is no history (Y22). Past 300 lines: it is the one face of a document, and most of its calls
 * are short.
 */
import { Awareness } from 'y-protocols/awareness';
import { applyUpdate, type Doc, encodeStateAsUpdate } from 'yjs';
import type { Bus, BusStatus } from '../bus/bus.js';
import { whenConnected } from '../bus/when-connected.js';
import { Emitter } from '../emitter.js';
import { ConnectionClosedError, OptionError, SlateError } from '../errors.js';
import { watchPage } from '../page.js';
import type { DocumentName } from '../protocol/document-subjects.js';
import { Repeats } from '../repeats.js';
import { DocumentDeletedError, DocumentOutdatedError, HistoryUnavailableError, ReadOnlyError } from './errors.js';
import type { History } from './history/history.js';
import type { Keeping } from './keeping.js';
import { type Lanes, makeLanes } from './lanes.js';
import { watchLine } from './line.js';
import { Hints } from './live/hints.js';
import { type ReadDocumentOptions, titleOf } from './options.js';
import { Provider } from './provider.js';
import { restoreTo } from './restore.js';
import { applyAsOwn, isUntouched, seedUpdate } from './seed.js';
import type { Author, DocumentEvents, DocumentStatus, SavingState, SharedDocument, Version } from './types.js';

/** How often a session reads the history again at most, because others have what is missing here. Milliseconds. */
const READ_MS = 2_000;
/** The states in which a document stays. */
const ENDED: ReadonlySet<SavingState> = new Set(['closed', 'deleted', 'replaced']);

export interface DocumentHost {
  /** Another document was found under the name (Y16); returns the error that offers what to do. */
  replaced(mine: Uint8Array, theirs: Uint8Array): SlateError;
  /** True where somebody else watches over members that die (P9): a room. */
  readonly watched: boolean;
}

export class LiveDocument implements SharedDocument {
  readonly project: string;
  readonly name: DocumentName;
  readonly doc: Doc;
  readonly #bus: Bus;
  readonly #options: ReadDocumentOptions;
  readonly #host: DocumentHost;
  readonly #events = new Emitter<DocumentEvents>();
  readonly #errors: Repeats;
  #lanes: Lanes;
  /** Others have what the history has to show (Y20). */
  readonly #reading: Hints;
  readonly #abort = new AbortController();
  readonly #cleanups: (() => void)[] = [];
  /** Counts the runs of `#sync`; only the newest one may go on. */
  #runs = 0;
  #phase: 'opening' | 'open' | 'closed' = 'opening';
  #synced = false;
  #error: SlateError | undefined;
  #ended: 'deleted' | 'replaced' | undefined;
  /** A newer page has written the document, so this one may only read it (Y16). */
  #outdated: DocumentOutdatedError | undefined;
  #status: DocumentStatus = { state: 'opening', synced: false, unsaved: 0 };
  #provider: Provider | undefined;
  #ownAwareness: Awareness | undefined;
  /** Why the document is closed, or cannot be used. */
  #failure: unknown;

  constructor(bus: Bus, options: ReadDocumentOptions, host: DocumentHost) {
    const { project, name, doc, clock } = options;
    this.#bus = bus;
    this.#options = options;
    this.#host = host;
    this.project = project;
    this.name = name;
    this.doc = doc;
    this.#errors = new Repeats(clock, (error) => this.#events.emit('error', error));
    this.#lanes = this.#makeLanes();
    this.#reading = new Hints(clock, () => void this.#keeping?.read(), READ_MS);
    const onDestroy = () => void this.close();
    doc.on('destroy', onDestroy);
    this.#cleanups.push(() => doc.off('destroy', onDestroy));
  }

  get readOnly(): boolean {
    return this.#options.readOnly || this.#outdated !== undefined;
  }

  get status(): DocumentStatus {
    return this.#status;
  }

  get lineage(): string | undefined {
    return this.#keeping?.lineage;
  }

  on<K extends keyof DocumentEvents>(type: K, fn: (event: DocumentEvents[K]) => void): () => void {
    return this.#events.on(type, fn);
  }

  whenSynced(): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = ({ synced, state }: DocumentStatus) => {
        if (synced) resolve();
        else if (ENDED.has(state)) reject(this.#failure ?? new ConnectionClosedError());
        else return;
        unsubscribe();
      };
      const unsubscribe = this.on('status', settle);
      settle(this.#status);
    });
  }

  /** Opens the document. Never rejects: `whenSynced` does. */
  async open(): Promise<void> {
    const { signal } = this.#options;
    const onAbort = () => this.#fail(signal?.reason);
    signal?.addEventListener('abort', onAbort);
    try {
      signal?.throwIfAborted();
      await whenConnected(this.#bus, { signal: this.#abort.signal });
      const hide = () => this.#hide();
      this.#cleanups.push(
        this.#bus.on('status', (status) => this.#onBusStatus(status)),
        watchPage({ hidden: hide, putAway: hide, blurred: hide }),
        watchLine(this.#bus, this.#lanes.inner, this.#options.clock),
      );
      await this.#sync();
    } catch (error) {
      this.#fail(error);
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  async save(): Promise<void> {
    this.#live.flush();
    if (this.readOnly) throw new ReadOnlyError(titleOf(this.name));
    await this.#kept.flush();
  }

  versions(): Promise<readonly Version[]> {
    return this.#withHistory((history) => history.versions());
  }

  at(version: string): Promise<Doc> {
    return this.#withHistory((history) => history.load(version));
  }

  nameVersion(version: string | undefined, name: string): Promise<Version> {
    return this.#withHistory((history) => history.name(version, name));
  }

  async restore(version: string): Promise<void> {
    if (this.readOnly) throw new ReadOnlyError(titleOf(this.name));
    const then = await this.at(version);
    restoreTo(this.doc, then);
    then.destroy();
    await this.save();
  }

  async delete(): Promise<void> {
    await this.#withHistory((history) => history.delete());
    this.#live.sayLook();
    await this.#bus.flush().catch(() => undefined); // the others find out when they save
    this.#end(new DocumentDeletedError(titleOf(this.name)));
  }

  authorOf(client: number): Author | undefined {
    return this.#options.authors.of(client);
  }

  provider(awareness?: Awareness): Provider {
    if (!this.#provider || (awareness && awareness !== this.#provider.awareness)) {
      this.#provider?.destroy();
      if (!awareness) this.#ownAwareness = new Awareness(this.doc);
      this.#provider = new Provider(this, awareness ?? (this.#ownAwareness as Awareness));
    }
    return this.#provider;
  }

  /** Publishes and saves what waits, as far as there is time: the page goes away, or the user does. */
  #hide(): void {
    if (this.#phase !== 'open' || this.readOnly) return;
    this.#live.flush();
    if (this.#keeping?.isOpen) this.#keeping.flush().catch(() => undefined); // `status` says what is not saved
  }

  /** What came from elsewhere is not saved yet. */
  #compare(): void {
    if (!this.readOnly) this.#keeping?.compare();
    this.#changed();
  }

  /**
   * Compares the history with the document, and saves what is missing: who made it may be gone (Y9). `isCompared`: that
   * was just done.
   */
  async rescue(isCompared = false): Promise<void> {
    if (!this.#keeping || this.readOnly || !this.#synced || this.#ended) return;
    const bytes = await this.#keeping.rescue(isCompared);
    if (bytes > 0) this.#events.emit('resaved', bytes);
  }

  /** Reads what is new in the history. */
  async #catchUp(): Promise<void> {
    if (this.#synced && !this.#ended) await this.#keeping?.join();
  }

  async close(): Promise<void> {
    if (this.#phase === 'closed') return;
    const wasOpen = this.#phase === 'open';
    this.#phase = 'closed';
    this.#synced = false;
    this.#runs++;
    if (wasOpen && !this.readOnly && !this.#ended) {
      this.#live.flush();
      if (this.#keeping?.isOpen && this.#bus.status.type === 'connected') {
        await this.#keeping.flush().catch((error: unknown) => this.#report(error));
      }
    }
    await this.#stop();
  }

  async #stop(): Promise<void> {
    this.#abort.abort(new ConnectionClosedError());
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
    this.#reading.stop();
    await this.#lanes.stop();
    this.#changed();
    this.#ownAwareness?.destroy();
    this.#errors.stop();
  }

  #makeLanes(): Lanes {
    return makeLanes(this.#bus, this.#options, this.readOnly, {
      origin: this,
      watched: this.#host.watched,
      report: (error) => this.#report(error),
      progress: (event) => this.#events.emit('progress', event),
      changed: () => this.#changed(),
      versions: (versions) => this.#events.emit('versions', versions),
      refused: () => this.#report(this.#outdated ?? new ReadOnlyError(titleOf(this.name))),
      replaced: (theirs) => this.#host.replaced(encodeStateAsUpdate(this.doc), theirs),
      ended: (error) => (error instanceof DocumentOutdatedError ? void this.#onlyRead(error) : this.#end(error)),
      arrived: () => this.#arrived(),
      rescue: () => this.rescue(),
      look: () => (this.readOnly ? this.#catchUp() : this.rescue()),
      wanting: () => this.#reading.hint(),
      compare: () => this.#compare(),
    });
  }

  /** Joins both lanes: at first, and after each connection (Y4, Y8, Y11). */
  async #sync(): Promise<void> {
    const run = ++this.#runs;
    const isFirst = this.#phase === 'opening';
    this.#live.start();
    await this.#keeping?.join();
    if (run !== this.#runs || this.#ended) return;
    await this.#live.sync();
    if (run !== this.#runs || this.#ended) return;
    if (isFirst) this.#seed();
    this.#phase = 'open';
    this.#synced = true;
    this.#live.open();
    if (this.#keeping?.isOpen && !this.readOnly) this.#history?.start();
    this.#lanes.rescue.start();
    this.#compare();
    await this.rescue(true);
  }

  #arrived(): void {
    if (this.#phase !== 'open') return;
    if (!this.readOnly) this.#history?.start();
    this.#compare();
    void this.rescue();
  }

  /** A newer page writes the document: from now on this one takes its edits, and makes none (Y16). */
  async #onlyRead(error: DocumentOutdatedError): Promise<void> {
    if (this.#outdated || this.#phase === 'closed') return;
    this.#outdated = error;
    this.#runs++;
    this.#synced = false;
    await this.#lanes.stop();
    if (this.#isClosed) return;
    this.#lanes = this.#makeLanes();
    this.#report(error);
    if (this.#bus.status.type !== 'connected') return; // the next connection goes on
    await this.#sync().catch((cause: unknown) => this.#report(cause));
  }

  /** It may have been closed while something was awaited. */
  get #isClosed(): boolean {
    return this.#phase === 'closed';
  }

  #seed(): void {
    const { seed } = this.#options;
    if (!seed || this.readOnly || !isUntouched(this.doc)) return;
    const update = seedUpdate(titleOf(this.name), seed);
    // In verified rooms nobody has the id under which all make it: it is no edit of this user's, and saved as a rescue.
    if (this.#options.verified) applyUpdate(this.doc, update, seed);
    else applyAsOwn(this.doc, update, this);
  }

  #onBusStatus(status: BusStatus): void {
    if (status.type === 'connected') {
      void this.#sync().catch((error: unknown) => {
        if (this.#phase === 'opening') this.#fail(error);
        else this.#report(error);
      });
    } else {
      this.#runs++;
      this.#synced = false;
      this.#live.pause();
      if (status.type === 'closed') void this.close();
      this.#changed();
    }
  }

  /** It was deleted, or another document has its name: both lanes end. */
  #end(error: SlateError): void {
    const how = error instanceof DocumentDeletedError ? 'deleted' : 'replaced';
    const wasOpen = this.#phase === 'open';
    this.#ended = how;
    this.#error = error;
    this.#synced = false;
    this.#reading.stop();
    void this.#lanes.stop();
    if (how === 'deleted') void this.#options.store?.clearData().catch((cause: unknown) => this.#report(cause));
    this.#failure = error;
    if (wasOpen) this.#report(error);
    this.#changed();
  }

  /** It could not be opened. */
  #fail(error: unknown): void {
    if (this.#phase !== 'opening') return;
    this.#phase = 'closed';
    this.#runs++;
    this.#error = error instanceof SlateError ? error : undefined;
    this.#failure = error;
    void this.#stop();
  }

  #report(error: unknown): void {
    this.#errors.report(
      error instanceof SlateError
        ? error
        : new SlateError(`The document "${titleOf(this.name)}" failed.`, { cause: error }),
    );
    this.#changed();
  }

  get #live(): Lanes['live'] {
    return this.#lanes.live;
  }

  get #history(): History | undefined {
    return this.#lanes.history;
  }

  get #keeping(): Keeping | undefined {
    return this.#lanes.keeping;
  }

  get #kept(): Keeping {
    if (this.#keeping) return this.#keeping;
    throw new HistoryUnavailableError(titleOf(this.name), 'it was opened without one');
  }

  async #withHistory<T>(use: (history: History) => Promise<T>): Promise<T> {
    if (this.#phase === 'closed') throw new OptionError('document', 'is closed');
    return use(this.#kept.history);
  }

  get #state(): SavingState {
    if (this.#ended) return this.#ended;
    if (this.#phase !== 'open') return this.#phase;
    if (this.#bus.status.type !== 'connected') return 'offline';
    if (this.readOnly) return 'readonly';
    return this.#keeping?.state ?? 'unsaved';
  }

  #changed(): void {
    const status: DocumentStatus = {
      state: this.#state,
      synced: this.#synced,
      unsaved: this.#keeping?.unsaved ?? 0,
      error: this.#error ?? this.#outdated ?? this.#keeping?.error,
    };
    const before = this.#status;
    if ((Object.keys(status) as (keyof DocumentStatus)[]).every((key) => status[key] === before[key])) return;
    this.#status = status;
    if (status.synced !== before.synced) this.doc.emit('sync', [status.synced, this.doc]); // as Yjs asks of providers
    this.#events.emit('status', status);
  }
}
