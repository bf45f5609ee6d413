/**
 * Y1: a subdocument is a document of its own. It is opened when the page loads it (`subdocument.load()`), with the
 * options of its parent, and closed when the parent loses it.
 */
import type { Doc } from 'yjs';
import type { LiveDocument } from './document.js';

interface Loads {
  readonly loaded: ReadonlySet<Doc>;
  readonly removed: ReadonlySet<Doc>;
}

export class Subdocuments {
  readonly #parent: LiveDocument;
  readonly #open: (guid: string, doc: Doc) => LiveDocument;
  readonly #opened = new Map<string, LiveDocument>();

  constructor(parent: LiveDocument, open: (guid: string, doc: Doc) => LiveDocument) {
    this.#parent = parent;
    this.#open = open;
    parent.doc.on('subdocs', this.#onSubdocuments);
    for (const doc of parent.doc.getSubdocs()) if (doc.shouldLoad) this.#load(doc);
  }

  stop(): void {
    this.#parent.doc.off('subdocs', this.#onSubdocuments);
    for (const document of this.#opened.values()) void document.close();
    this.#opened.clear();
  }

  readonly #onSubdocuments = ({ loaded, removed }: Loads): void => {
    for (const doc of removed) {
      void this.#opened.get(doc.guid)?.close();
      this.#opened.delete(doc.guid);
    }
    for (const doc of loaded) this.#load(doc);
  };

  #load(doc: Doc): void {
    if (this.#opened.has(doc.guid)) return;
    this.#opened.set(doc.guid, this.#open(doc.guid, doc));
  }
}
