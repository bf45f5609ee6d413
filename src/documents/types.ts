/** The public shapes of shared documents. Types only. */
import type { Awareness } from 'y-protocols/awareness';
import type { Doc } from 'yjs';
import type { Clock, Random } from '../clock.js';
import type { SlateError } from '../errors.js';
import type { DocumentName } from '../protocol/document-subjects.js';

export type { DocumentName } from '../protocol/document-subjects.js';

/**
 * Where a document stands with its history (Y9).
 * - `none`: no document is open. `opening`: it is being read, and nothing is known yet.
 * - `saved`: the stream has acknowledged every edit of this session. `saving`: it has not yet.
 * - `unsaved`: edits wait, because saving fails, or the document has no history.
 * - `offline`: there is no connection. Edits stay here until there is one.
 * - `full`: the stream takes no more; edits are kept here, and tried again.
 * - `readonly`: this session may not write. With a {@link DocumentOutdatedError} as `error`: a newer page has written.
 * - `deleted`: the document was deleted. `replaced`: another one has its name (Y16). `closed`: it was closed here.
 */
export type SavingState =
  | 'none'
  | 'opening'
  | 'saved'
  | 'saving'
  | 'unsaved'
  | 'offline'
  | 'full'
  | 'readonly'
  | 'deleted'
  | 'replaced'
  | 'closed';

export interface DocumentStatus {
  readonly state: SavingState;
  /**
   * True when everything that others have is here (Y4): an answer was applied, or nobody is there; with a history, all
   * of that was read too. False while there is no connection.
   */
  readonly synced: boolean;
  /** How many edits of this session wait for their acknowledgement. Without a history: 0. */
  readonly unsaved: number;
  /** Why saving or reading fails, if it does. */
  readonly error?: SlateError | undefined;
}

/** A local store of a document, beside this one. `IndexeddbPersistence` of y-indexeddb is one. */
export interface LocalStore {
  /** Resolves when the document has what the store holds. */
  readonly whenSynced: Promise<unknown>;
  get(key: string): Promise<unknown>;
  set(key: string, value: string): Promise<unknown>;
  /** Called when the document was deleted (Y17), or taken over from another one (Y16). */
  clearData(): Promise<unknown>;
}

/** Seals what leaves, and opens what arrives (Y21). Both must throw where the bytes or the context are wrong. */
export interface Cipher {
  seal(bytes: Uint8Array, context: CipherContext): Uint8Array | Promise<Uint8Array>;
  open(bytes: Uint8Array, context: CipherContext): Uint8Array | Promise<Uint8Array>;
}

/** What sealed bytes are bound to. */
export interface CipherContext {
  readonly project: string;
  readonly document: DocumentName;
  /** `live` edits and answers, entries of the `log`, chunks of a `snapshot`. */
  readonly kind: 'live' | 'log' | 'snapshot';
}

export interface DocumentOptions {
  readonly project: string;
  /** The name of the document; that of the file, for a room. A subdocument has the guid that Yjs gave it. */
  readonly name: DocumentName;
  /** @defaultValue a new one */
  readonly doc?: Doc | undefined;
  /** Keeps the document in the server's stream. @defaultValue true */
  readonly history?: boolean | undefined;
  /**
   * Takes edits of others, and none of this session (Y19). In verified rooms it is always so for a role other than the
   * writer (V6). @defaultValue false
   */
  readonly readOnly?: boolean | undefined;
  /**
   * Makes the first content of a document that nobody has written to (Y16). Must make the same content each time; of
   * several sessions that seed at once, one content remains.
   */
  readonly seed?: ((doc: Doc) => void) | undefined;
  /** @defaultValue none */
  readonly store?: LocalStore | undefined;
  /** @defaultValue none: the server can read the document */
  readonly cipher?: Cipher | undefined;
  /**
   * The version of what the page's editor can read and write: a whole number from 0 on. Raise it with each change of
   * the editor's schema. The history remembers the highest; a session with a lower one may only read, because its
   * editor would delete what it does not know (Y16). Needs a history.
   * @defaultValue 0
   */
  readonly schema?: number | undefined;
  /** How many versions are kept, from 1 to 1000; those with a name are kept for good. @defaultValue 20 */
  readonly keep?: number | undefined;
  /** Aborts the opening. */
  readonly signal?: AbortSignal | undefined;
  /** The id of the user, which versions name. @defaultValue that of `bus.identity`, if there is one; else none */
  readonly user?: string | undefined;
  /**
   * The document is one of a verified room (Y20): every edit is that of the user whom the server lets publish it. Needs
   * a project and a user. @defaultValue whether there is a `bus.identity`
   */
  readonly verified?: boolean | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
}

/** A state of the document that is kept (Y15). */
export interface Version {
  /** Its id, for `restore` and `name`. */
  readonly id: string;
  /** Milliseconds since the Unix epoch, as the clock of who made it said; for people. */
  readonly at: number;
  /** Who made it; undefined where that is not known. */
  readonly by: string | undefined;
  /** Its name, if somebody gave it one. */
  readonly name: string | undefined;
  /** How many bytes it has. */
  readonly bytes: number;
}

export interface DocumentEvents {
  /** Where the document stands changed. Carries the new status. */
  status: DocumentStatus;
  /** Something failed, or was refused; reported, never thrown. */
  error: SlateError;
  /** How much of a large transfer has arrived, from 0 to 1 (Y5). */
  progress: { readonly received: number; readonly total: number };
  /** A version was made, named, or removed, here or by somebody else. Carries all that are kept, the newest first. */
  versions: readonly Version[];
  /** Edits of a member that died were missing in the history, and were saved; how many bytes. */
  resaved: number;
}

/** Whose edits are under a client id of Yjs (Y20). */
export interface Author {
  /** The id of the user. */
  readonly user: string;
  /**
   * True where the server vouches for it. False where another member saved the edits for this user, who could not: then
   * nobody has checked whose they are.
   */
  readonly verified: boolean;
}

/** A document that is open. */
export interface SharedDocument {
  readonly project: string;
  readonly name: DocumentName;
  readonly doc: Doc;
  /** This session may not write: it was opened so, or a newer page has written the document (Y16). */
  readonly readOnly: boolean;
  readonly status: DocumentStatus;
  /** The id of the document's life (Y16); undefined without a history. */
  readonly lineage: string | undefined;
  /**
   * Whose edits are under a client id of Yjs, such as `item.id.client`; `undefined` in open rooms, and where it is not
   * known.
   */
  authorOf(client: number): Author | undefined;
  /** Calls `fn` for every event of this type. Returns a function that unsubscribes. */
  on<K extends keyof DocumentEvents>(type: K, fn: (event: DocumentEvents[K]) => void): () => void;
  /** Resolves when the document is synced; at once when it is. Rejects with why it cannot be opened, or is closed. */
  whenSynced(): Promise<void>;
  /** Resolves when every edit until now is acknowledged (Y9). Rejects with why that is not possible. */
  save(): Promise<void>;
  /** The versions that are kept, the newest first. */
  versions(): Promise<readonly Version[]>;
  /** The document as it was in a version, as a new one. */
  at(version: string): Promise<Doc>;
  /** Gives a version a name, which keeps it for good; without a version, makes one of the document as it is. */
  nameVersion(version: string | undefined, name: string): Promise<Version>;
  /** Makes the document as it was in a version: a new edit, which can be taken back. */
  restore(version: string): Promise<void>;
  /** Deletes the document for everyone (Y17). */
  delete(): Promise<void>;
  /** Saves, and stops; the `Doc` stays. Idempotent. */
  close(): Promise<void>;
  /** A provider for editor bindings that want one; the same for each call. */
  provider(awareness?: Awareness): DocumentProvider;
}

/** What bindings expect of a provider, such as y-websocket's. */
export interface DocumentProvider {
  readonly awareness: Awareness;
  readonly doc: Doc;
  readonly document: Doc;
  readonly synced: boolean;
  readonly status: 'connecting' | 'connected' | 'disconnected';
  on(type: 'synced' | 'sync' | 'status' | (string & {}), fn: (...args: never[]) => void): void;
  off(type: string, fn: (...args: never[]) => void): void;
  connect(): void;
  disconnect(): void;
  destroy(): void;
}

export interface RoomDocumentsEvents {
  /** The status of the room's document changed. Carries the new one. */
  status: DocumentStatus;
  /** As in {@link DocumentEvents}, of the room's own document. */
  versions: readonly Version[];
}

/** The documents of one room. Their code is loaded with the first one. */
export interface RoomDocuments {
  /** Where the room's own document stands: that of `doc` and `file`. */
  readonly status: DocumentStatus;
  /** The room's own document, or another one that is open. */
  get(name?: DocumentName): SharedDocument | undefined;
  /**
   * Opens another document of the project, or returns the one that is open under this name. Resolves when it is synced.
   * Rejects with what keeps it from being opened.
   */
  open(name: DocumentName, options?: RoomDocumentOptions): Promise<SharedDocument>;
  /** As in {@link SharedDocument}, of the room's own document. Each rejects with {@link OptionError} without one. */
  versions(): Promise<readonly Version[]>;
  name(version: string | undefined, name: string): Promise<Version>;
  restore(version: string): Promise<void>;
  /** A provider for an editor binding. Throws {@link OptionError} for a document that is not open in this room. */
  provider(doc?: Doc): DocumentProvider;
  /** Calls `fn` for every event of this type. Returns a function that unsubscribes. */
  on<K extends keyof RoomDocumentsEvents>(type: K, fn: (event: RoomDocumentsEvents[K]) => void): () => void;
}

/** The options of a further document in a room. */
export type RoomDocumentOptions = Omit<DocumentOptions, 'project' | 'name' | 'clock' | 'random' | 'user' | 'verified'>;
