/**
 * Which life of the document this session has (docs/PROTOCOL.md, Y16 and Y17): the first head, with which it begins,
 * its lineage, and whether it has ended for this session: the document was deleted, replaced by another one of its
 * name, or written by a newer page.
 */
import * as Y from 'yjs';
import { PermissionError } from '../../errors.js';
import type { Head } from '../../protocol/document-head.js';
import { DocumentDeletedError, DocumentOutdatedError, HistoryUnavailableError } from '../errors.js';
import type { HistoryOptions } from './options.js';
import { beginHead, changeHead, type KeptHead, type Place } from './place.js';
import { Replica } from './replica.js';

export interface LifeOptions extends Pick<HistoryOptions, 'by' | 'schema' | 'readOnly' | 'authors' | 'moved'> {
  readonly place: Place;
  /** What was read of the history. */
  readonly replica: Replica;
  /** The lineage is known now. */
  changed(): void;
  /** The server lets a service alone write heads. */
  forbidden(): void;
  /** This life has ended; called once. */
  ended(): void;
}

type End = 'deleted' | 'replaced' | 'outdated';

export class Life {
  readonly #options: LifeOptions;
  #lineage: string | undefined;
  #end: End | undefined;
  #outdated: DocumentOutdatedError | undefined;
  #theirs: Uint8Array | undefined;

  constructor(options: LifeOptions) {
    this.#options = options;
  }

  get lineage(): string | undefined {
    return this.#lineage;
  }

  get end(): End | undefined {
    return this.#end;
  }

  /** Why this session may not write, where a newer page has written. */
  get outdated(): DocumentOutdatedError | undefined {
    return this.#outdated;
  }

  /** When it was replaced: what is kept now under the name, as a V1 update. */
  get theirs(): Uint8Array | undefined {
    return this.#theirs;
  }

  /** This session goes on with the lineage of this head, or has none yet. */
  begin(found: KeptHead | undefined): void {
    this.#lineage = found?.head.lineage;
  }

  /** With a head the lineage is that of the head; otherwise the one that a local store remembers. */
  settle(expect: string | undefined): void {
    this.#lineage = this.#options.replica.head?.head.lineage ?? expect;
  }

  /**
   * Before any head is read further: is it of this life, and can it be read with this cipher? Rejects with {@link
   * DocumentDeletedError}, {@link DocumentOutdatedError} and {@link HistoryUnavailableError} where it is not.
   */
  async accept(found: KeptHead | undefined): Promise<void> {
    const { schema: own = 0, readOnly, place, changed } = this.#options;
    const { document, cipher } = place;
    if (!found) return;
    const { lineage, deleted, sealed = false, schema = 0 } = found.head;
    if (deleted) {
      this.finish('deleted');
      throw new DocumentDeletedError(document);
    }
    if (this.#lineage === undefined) {
      this.#lineage = lineage;
      changed();
    }
    if (lineage !== this.#lineage) {
      this.#theirs = await this.readTheirs();
      this.finish('replaced');
      throw new HistoryUnavailableError(document, 'another document has its name now');
    }
    if (schema > own && !readOnly) {
      this.#outdated = new DocumentOutdatedError(document, own, schema);
      this.finish('outdated');
      throw this.#outdated;
    }
    if (sealed !== (cipher !== undefined)) {
      const reason = sealed ? 'it is sealed, and this session has no cipher' : 'it is not sealed with a cipher';
      throw new HistoryUnavailableError(document, reason);
    }
  }

  /** What is kept, as a V1 update. Rejects as `Replica.read` does. */
  async readTheirs(): Promise<Uint8Array> {
    const doc = new Y.Doc();
    await new Replica(this.#options.place, doc, { origin: {} }).read();
    return Y.encodeStateAsUpdate(doc);
  }

  /**
   * Writes the first head where there is none. Resolves with true where this session made it, of a document that
   * nobody has written to. `expect`: the lineage with which the document goes on. Rejects as `moveHead` does.
   */
  async writeFirstHead(expect: string | undefined): Promise<boolean> {
    const { place, replica, by, schema, readOnly, authors, forbidden } = this.#options;
    if (replica.head || readOnly || authors.isVerified) return false; // V6: there a service does
    const nothing = replica.tail.messages === 0 && expect === undefined;
    try {
      const moved = await beginHead(place, { lineage: expect, by, schema: schema || undefined });
      if (moved) replica.moved(moved);
      else await replica.read();
      return moved !== undefined && nothing;
    } catch (error) {
      if (!(error instanceof PermissionError)) throw error;
      forbidden();
      return false;
    }
  }

  /**
   * Says in the head that a newer schema writes the document from now on, and tells the others to look. Where a service
   * alone writes heads, it stays as it is. Rejects as `changeHead` does.
   */
  async raiseSchema(): Promise<void> {
    const { place, replica, schema = 0, readOnly, authors, forbidden, moved: tell } = this.#options;
    if (readOnly || authors.isVerified || !replica.head || schema <= (replica.head.head.schema ?? 0)) return;
    try {
      const raise = (head: Head) => (schema > (head.schema ?? 0) ? { ...head, schema } : undefined);
      const moved = await changeHead(place, raise);
      if (!moved) return;
      replica.moved(moved);
      tell?.();
    } catch (error) {
      if (!(error instanceof PermissionError)) throw error;
      forbidden();
    }
  }

  /** This life has ended. Idempotent; the first reason stays. */
  finish(how: End): void {
    if (this.#end) return;
    this.#end = how;
    this.#options.ended();
  }
}
