/**
 * Y18: the one place where updates of others enter the document. An update is checked before, and applied as a whole;
 * where Yjs fails half-way all the same, the document is suspect, and its digest has to be compared at once.
 */
import { applyUpdate, type Doc, Skip, transact } from 'yjs';
import type { Random } from '../../clock.js';
import { guarded } from '../../emitter.js';
import { ProtocolError } from '../../errors.js';
import type { Authors } from '../authors.js';
import { claimsOwnId, type Inspected, inspect } from './inspect.js';
import { MAX_STATE_BYTES, MAX_UPDATE_BYTES, MAX_WAITING_BYTES } from './limits.js';
import { drawClient, dropPending } from './state.js';

export interface DoorOptions {
  readonly doc: Doc;
  readonly random: Random;
  readonly authors: Authors;
  /** The origin of the transactions. */
  readonly origin: object;
  /** Something is wrong that the sender need not be blamed for. */
  report(error: ProtocolError): void;
  /** An update was applied in part, or others were dropped: the document may lack something. */
  suspect(): void;
  /** What waited for its predecessors was dropped. */
  dropped(): void;
  /** The document has another client id. */
  renamed(): void;
}

export class DocumentDoor {
  readonly #options: DoorOptions;

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /**
   * Applies an update; `isAnswer`: it may be as large as a document; `speaker`: whose subject it came on, `undefined`
   * where it may hold structs of anybody. Throws {@link ProtocolError} for one that is refused, and then the document
   * is as it was, unless `suspect` was called.
   */
  apply(update: Uint8Array, isAnswer: boolean, speaker?: string): void {
    const max = isAnswer ? MAX_STATE_BYTES : MAX_UPDATE_BYTES;
    if (update.length > max) throw new ProtocolError('size', `an update has ${update.length} bytes, over ${max}`);
    const inspected = inspect(update);
    if (inspected.isEmpty) return;
    const { doc, authors } = this.#options;
    const isSafe = speaker !== authors.user && authors.keptBy(doc.clientID) === authors.user;
    if (claimsOwnId(inspected, doc) && !isSafe) this.#yieldId();
    if (speaker !== undefined && authors.isVerified) this.#admit(inspected, speaker);
    const cause = this.#applied(update);
    if (cause !== undefined) {
      this.#options.suspect();
      throw new ProtocolError('bytes', 'an update decodes, and cannot be applied', { cause });
    }
    this.#boundPending();
  }

  /** Y20: structs count under the subject of their user alone. */
  #admit({ structs }: Inspected, speaker: string): void {
    const clients = structs.flatMap((struct) => (struct instanceof Skip ? [] : struct.id.client));
    this.#options.authors.admit(clients, speaker, 'heard');
  }

  /** Runs `fn` as one transaction, so that observers see the changes of many messages once. */
  together(fn: () => void): void {
    guarded(() => transact(this.#options.doc, fn, this.#options.origin, false), undefined, undefined);
  }

  /** What Yjs threw while it took the update in. What observers throw is the page's, and is reported as such. */
  #applied(update: Uint8Array): unknown {
    const { doc, origin } = this.#options;
    let thrown: unknown;
    let failed = false;
    const apply = () => {
      try {
        applyUpdate(doc, update, origin);
      } catch (error) {
        thrown = error ?? new Error('nothing');
        failed = true;
      }
    };
    guarded(
      () => {
        try {
          transact(doc, apply, origin, false);
        } catch (error) {
          if (!failed) throw error; // an observer's
        }
      },
      undefined,
      undefined,
    );
    return thrown;
  }

  /**
   * Another session writes under this one's client id. Edits of both with the same clock would be taken for the same
   * one, and the documents would differ for ever, so this session goes on under another id.
   */
  #yieldId(): void {
    const { doc, random, report, renamed } = this.#options;
    const before = doc.clientID;
    drawClient(doc, random);
    renamed();
    report(new ProtocolError('identity', `another session makes edits under this session's client id, ${before}`));
  }

  /** Edits that wait for their predecessors are bounded; Y4 brings them again, with these. */
  #boundPending(): void {
    const { store } = this.#options.doc;
    const bytes = (store.pendingStructs?.update.length ?? 0) + (store.pendingDs?.length ?? 0);
    if (bytes <= MAX_WAITING_BYTES) return;
    dropPending(this.#options.doc);
    this.#options.dropped();
    this.#options.suspect();
    throw new ProtocolError('limit', `edits of ${bytes} bytes wait for their predecessors, over ${MAX_WAITING_BYTES}`);
  }
}
