/** The documents of one room, once their code is loaded: the room's own, and others of its project. */
import type { Awareness } from 'y-protocols/awareness';
import { Doc } from 'yjs';
import type { Bus, Identity } from '../bus/bus.js';
import type { Clock, Random } from '../clock.js';
import { OptionError, type SlateError } from '../errors.js';
import type { Work } from '../protocol/work.js';
import type { LiveDocument } from './document.js';
import { beginDocument } from './open.js';
import { titleOf } from './options.js';
import type { DocumentName, DocumentStatus, RoomDocumentOptions, SharedDocument, Version } from './types.js';
import { Works } from './works.js';

export interface DocumentsRoom {
  readonly bus: Bus;
  /** Empty in the lobby. */
  readonly project: string;
  /** The id of the user. */
  readonly user: string;
  /** As in {@link DocumentOptions}. */
  readonly verified?: boolean | undefined;
  /** V6: only writers write. */
  readonly role?: Identity['role'] | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly awareness: Awareness;
  report(error: SlateError): void;
  /** The status of the room's own document changed. */
  changed(status: DocumentStatus): void;
  /** Other versions of it are kept. */
  versions(versions: readonly Version[]): void;
  /** W3: what another client does in it. */
  saw(client: number, work: Work | undefined): void;
}

/** A document for a room whose page gave none. */
export function newDoc(): Doc {
  return new Doc();
}

export class DocumentsInRoom {
  readonly #room: DocumentsRoom;
  readonly #open = new Map<string, LiveDocument>();
  #own: LiveDocument | undefined;
  #works: Works | undefined;

  constructor(room: DocumentsRoom) {
    this.#room = room;
  }

  /** The room's own document, if it has one. */
  get own(): LiveDocument | undefined {
    return this.#own;
  }

  get(name: DocumentName): SharedDocument | undefined {
    return this.#open.get(keyOf(name));
  }

  /** Begins to open the room's own document. */
  begin(name: string, options: RoomDocumentOptions): void {
    this.#own = this.#begin(name, options);
    this.#own.on('status', (status) => this.#room.changed(status));
    this.#own.on('versions', (versions) => this.#room.versions(versions));
    this.#room.changed(this.#own.status);
    const { doc } = this.#own;
    const { awareness, clock, saw } = this.#room;
    this.#works = new Works({ doc, awareness, clock, isSynced: () => this.#own?.status.synced === true, show: saw });
  }

  /** Rejects as `openDocument` does, and for another `Doc` than the one that is open under this name. */
  async open(name: DocumentName, options: RoomDocumentOptions = {}): Promise<SharedDocument> {
    const document = this.#open.get(keyOf(name)) ?? this.#begin(name, options);
    if (options.doc && options.doc !== document.doc) {
      throw new OptionError('doc', `is not the one that is open as "${titleOf(name)}" in this room`);
    }
    await document.whenSynced();
    return document;
  }

  /** The document that is open with this `Doc`, or the room's own. */
  of(doc: Doc | undefined): LiveDocument | undefined {
    return doc ? [...this.#open.values()].find((each) => each.doc === doc) : this.#own;
  }

  /** A member died; its last edits may not be in the history (Y9). */
  rescue(): void {
    for (const document of this.#open.values()) void document.rescue();
  }

  async close(): Promise<void> {
    this.#works?.stop();
    await Promise.all([...this.#open.values()].map((document) => document.close()));
  }

  #begin(name: DocumentName, options: RoomDocumentOptions): LiveDocument {
    const { bus, project, user, verified, role = 'writer', clock, random, report } = this.#room;
    const readOnly = options.readOnly === true || role !== 'writer';
    const document = beginDocument(bus, { ...options, readOnly, project, name, user, verified, clock, random }, true);
    const key = keyOf(name);
    this.#open.set(key, document);
    document.on('error', report);
    document.on('status', ({ state }) => {
      if (state === 'closed' && this.#open.get(key) === document) this.#open.delete(key);
    });
    return document;
  }
}

const keyOf = (name: DocumentName) => JSON.stringify(name);
