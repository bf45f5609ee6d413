/**
 * `room.documents`: the documents of a room. Their code is loaded with the first one, so this file only keeps the place
 * where they will be.
 */
import type { Awareness } from 'y-protocols/awareness';
import type { Doc } from 'yjs';
import type { Bus, Identity } from '../bus/bus.js';
import type { Clock, Random } from '../clock.js';
import type { DocumentsInRoom } from '../documents/documents.js';
import type {
  DocumentName,
  DocumentProvider,
  DocumentStatus,
  RoomDocumentOptions,
  RoomDocuments,
  RoomDocumentsEvents,
  SharedDocument,
  Version,
} from '../documents/types.js';
import { Emitter } from '../emitter.js';
import { ConnectionClosedError, OptionError, PartMissingError, type SlateError } from '../errors.js';
import type { Work } from '../protocol/work.js';

export type DocumentsCode = typeof import('../documents/documents.js');

export interface LateDocumentsOptions {
  readonly bus: Bus;
  readonly project?: string;
  readonly file?: string;
  readonly user: { readonly id: string };
  /** A verified room (V1), and what this session may do there (V6). */
  readonly verified?: boolean | undefined;
  readonly role?: Identity['role'] | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly awareness: Awareness;
  report(error: SlateError): void;
  /** W3: what another client does in the room's own document. */
  saw(client: number, work: Work | undefined): void;
}

const NONE: DocumentStatus = { state: 'none', synced: false, unsaved: 0 };

/** Loads the code of documents. Rejects with {@link PartMissingError}. */
export async function loadDocuments(): Promise<DocumentsCode> {
  try {
    return await import('../documents/documents.js');
  } catch (cause) {
    throw new PartMissingError('shares documents', { cause });
  }
}

export class LateDocuments implements RoomDocuments {
  readonly #options: LateDocumentsOptions;
  readonly #events = new Emitter<RoomDocumentsEvents>();
  #documents: DocumentsInRoom | undefined;
  #status = NONE;
  #closed = false;

  constructor(options: LateDocumentsOptions) {
    this.#options = options;
  }

  get status(): DocumentStatus {
    return this.#status;
  }

  on<K extends keyof RoomDocumentsEvents>(type: K, fn: (event: RoomDocumentsEvents[K]) => void): () => void {
    return this.#events.on(type, fn);
  }

  get(name?: DocumentName): SharedDocument | undefined {
    return name === undefined ? this.#documents?.own : this.#documents?.get(name);
  }

  async open(name: DocumentName, options?: RoomDocumentOptions): Promise<SharedDocument> {
    const late = await loadDocuments();
    return this.#in(late).open(name, options);
  }

  async versions(): Promise<readonly Version[]> {
    return this.#own().versions();
  }

  async name(version: string | undefined, name: string): Promise<Version> {
    return this.#own().nameVersion(version, name);
  }

  async restore(version: string): Promise<void> {
    await this.#own().restore(version);
  }

  provider(doc?: Doc): DocumentProvider {
    const document = this.#documents?.of(doc);
    if (!document) throw new OptionError('doc', 'is not open in this room; open it with room.documents.open()');
    const { awareness } = this.#options;
    return document.provider(document.doc === awareness.doc ? awareness : undefined);
  }

  /** Begins to open the room's own document. */
  begin(late: DocumentsCode, doc: Doc, options: RoomDocumentOptions): void {
    this.#in(late).begin(this.#options.file ?? '', { ...options, doc });
  }

  /** A member died (Y9). `isOurs`: whether this session looks after its edits. */
  rescue(isOurs: () => boolean): void {
    if (this.#documents && isOurs()) this.#documents.rescue();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#documents?.close();
  }

  #in({ DocumentsInRoom }: DocumentsCode): DocumentsInRoom {
    if (this.#closed) throw new ConnectionClosedError();
    const { project = '', user, ...rest } = this.#options;
    this.#documents ??= new DocumentsInRoom({
      ...rest,
      project,
      user: user.id,
      changed: (status) => {
        this.#status = status;
        this.#events.emit('status', status);
      },
      versions: (versions) => this.#events.emit('versions', versions),
    });
    return this.#documents;
  }

  #own(): SharedDocument {
    const document = this.#documents?.own;
    if (!document)
      throw new OptionError('history', 'is not set, so the room has no document; give joinRoom { history }');
    return document;
  }
}
