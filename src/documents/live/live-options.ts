/** What the live lane of a document is made with. Types only. */
import type { Doc } from 'yjs';
import type { Bus } from '../../bus/bus.js';
import type { Clock, Random } from '../../clock.js';
import type { SlateError } from '../../errors.js';
import type { DocumentSubjects } from '../../protocol/document-subjects.js';
import type { Authors } from '../authors.js';

/** Seals and opens the payloads of one document's live lane (Y21). */
export interface LiveCipher {
  seal(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
  open(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

export interface LiveOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly random: Random;
  readonly doc: Doc;
  /** The name of the document, for errors. */
  readonly document: string;
  readonly subjects: DocumentSubjects;
  /** Y20: who has which client id. */
  readonly authors: Authors;
  /** The origin of transactions that apply what was received, here or from the history. */
  readonly origin: object;
  /** Y19: publishes nothing but questions. */
  readonly readOnly: boolean;
  /** Y16; `undefined` while it is not known, and without a history. */
  lineage(): string | undefined;
  /** Everything in the document is in the history. */
  inHistory(): boolean;
  report(error: SlateError): void;
  /** How many bytes of a large answer have arrived, of how many. */
  progress?(received: number, total: number): void;
  /** Somebody says that the head has moved, or has a document of another lineage. Called once in 5 s at most. */
  look(): void;
  /** Y20: true where what others have edited can be read in the history; an answer tells it on hearsay. */
  hasHistory?(): boolean;
  /** Y20: something is missing that has to be read in the history; `dropped`: what was held back, of it too. */
  missing?(dropped: boolean): void;
  /** Y20: the document has another client id. */
  renamed?(): void;
  /** Somebody says how much of a client is in the history (Y9). */
  kept?(client: number, clock: number): void;
  /** `synced` has changed while the lane was open. */
  changed?(): void;
  readonly cipher?: LiveCipher | undefined;
}
