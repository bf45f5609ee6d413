/** What the history of a document is given. Types only. */
import type { Doc } from 'yjs';
import type { Bus } from '../../bus/bus.js';
import type { Clock, Random } from '../../clock.js';
import type { SlateError } from '../../errors.js';
import type { DocumentSubjects } from '../../protocol/document-subjects.js';
import type { Authors } from '../authors.js';
import type { Version } from '../types.js';

/** Seals bytes and opens them (Y21), already bound to one document and one kind of bytes. Throws on wrong bytes. */
export interface Sealer {
  seal(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
  open(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

export interface HistoryCipher {
  readonly log: Sealer;
  readonly snapshot: Sealer;
}

export interface HistoryOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly random: Random;
  readonly doc: Doc;
  readonly subjects: DocumentSubjects;
  /** The name of the document, for errors. */
  readonly document: string;
  /** Y20: who has which client id. */
  readonly authors: Authors;
  /** The origin of every transaction that the history makes in the document. */
  readonly origin: object;
  readonly readOnly: boolean;
  /** The id of the user, for heads. */
  readonly by?: string | undefined;
  /** The version of the page's schema (Y16); the head names the highest one that wrote the document, above 0. */
  readonly schema?: number | undefined;
  /** How many versions are kept, from 1 to 1000. */
  readonly keep: number;
  /** Receives everything that is not a caller's mistake. */
  report(error: SlateError): void;
  /** Called when the history holds everything of this client below `clock`. */
  kept?(client: number, clock: number): void;
  /** Y20: somebody else has the document's client id: gives it another one. */
  renew?(): void;
  /** Y20: the history says now that the document's client id is the own user's. */
  claimed?(): void;
  /** Called when `state`, `unsaved`, `error` or `lineage` has changed. */
  changed(): void;
  /** Called when this session has moved the head so that others have to look at it. */
  moved?: (() => void) | undefined;
  /** Called when other versions are kept than before, or under other names; not at the first reading. */
  versions?(versions: readonly Version[]): void;
  /** Called while a snapshot is read: how many bytes of it have arrived. */
  progress?: ((received: number, total: number) => void) | undefined;
  readonly cipher?: HistoryCipher | undefined;
}

/** Where the saving of a document stands. */
export type HistoryState = 'saved' | 'saving' | 'unsaved' | 'full' | 'readonly' | 'deleted' | 'replaced' | 'outdated';

/** What the opening of a history found. */
export interface Opened {
  readonly lineage: string;
  /** This session wrote the first head: it is the one that may seed (Y16). */
  readonly created: boolean;
  /** Another lineage is kept than the one that was expected; nothing was applied. */
  readonly replaced?: boolean | undefined;
  /** What is kept then, as a V1 update. */
  readonly theirs?: Uint8Array | undefined;
}
