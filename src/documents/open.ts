/** Opening a document: the lanes, its subdocuments, and the choices where another document has its name. */
import { applyUpdate, Doc } from 'yjs';
import type { Bus } from '../bus/bus.js';
import { OptionError } from '../errors.js';
import { copyContent } from './content.js';
import { type DocumentHost, LiveDocument } from './document.js';
import { DocumentReplacedError } from './errors.js';
import { readDocumentOptions, titleOf } from './options.js';
import { Subdocuments } from './subdocuments.js';
import type { DocumentOptions, SharedDocument } from './types.js';

/**
 * Opens a document, and resolves when it is synced (Y4): the document then has what is kept and what others have.
 * Rejects with {@link OptionError} and {@link InvalidIdError}, {@link DocumentDeletedError}, {@link
 * DocumentReplacedError}, {@link SeedNotDeterministicError}, with {@link ConnectionClosedError} when the bus closes,
 * and with the signal's reason. A history that is not available is no reason: the status says so.
 *
 * ```ts
 * const document = await openDocument(bus, { project: 'p1', name: 'notes.md' });
 * document.doc.getText('content').insert(0, 'Hello');
 * await document.save();
 * ```
 */
export async function openDocument(bus: Bus, options: DocumentOptions): Promise<SharedDocument> {
  const document = beginDocument(bus, options, false);
  await document.whenSynced();
  return document;
}

/** Begins to open a document. `watched`: a room says when a member has died. Throws as {@link openDocument} rejects. */
export function beginDocument(bus: Bus, options: DocumentOptions, watched: boolean): LiveDocument {
  if (typeof bus?.subscribe !== 'function') throw new OptionError('bus', 'must be a bus, such as connect() returns');
  const read = readDocumentOptions(bus, options);
  const host: DocumentHost = { watched, replaced: (mine, theirs) => replacedError(bus, read, mine, theirs) };
  const document = new LiveDocument(bus, read, host);
  const subdocuments = new Subdocuments(document, (guid, doc) => {
    const { seed: _, store: __, authors: ___, ...rest } = read;
    return beginDocument(bus, { ...rest, name: { guid }, doc }, watched);
  });
  document.doc.on('destroy', () => subdocuments.stop());
  void document.open();
  return document;
}

/** Y16: a document whose lineage is another one. Each choice opens a new `Doc`. */
function replacedError(
  bus: Bus,
  options: DocumentOptions,
  mine: Uint8Array,
  theirs: Uint8Array,
): DocumentReplacedError {
  const { store } = options;
  const anew = async (more: Partial<DocumentOptions>) => {
    await store?.clearData();
    return openDocument(bus, { ...options, doc: new Doc(), store: undefined, seed: undefined, ...more });
  };
  const own = () => {
    const doc = new Doc();
    applyUpdate(doc, mine);
    return doc;
  };
  return new DocumentReplacedError(
    titleOf(options.name),
    mine,
    theirs,
    () => anew({}),
    async () => {
      const document = await anew({});
      copyContent(own(), document.doc);
      return document;
    },
    (name) => anew({ name, doc: own() }),
  );
}
