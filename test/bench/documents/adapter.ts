/**
 * What the benchmark of documents needs from a system: a `Doc` that is shared with whoever opens the same name. Each
 * system has one adapter, which uses it as its manual says, with the global `WebSocket`, in Node and in a page alike.
 */
import type { Doc } from 'yjs';
import type { SystemId } from './options.js';

export type ServerKind = 'nats' | 'y-websocket' | 'hocuspocus';

/** Bytes of payloads, without what carries them. */
export interface Payload {
  up: number;
  down: number;
}

export interface OpenDocument {
  /** Resolves when the system says that the edits are saved; at once, where it never says so. */
  save(): Promise<void>;
  /** Folds the history into one snapshot, where there is such a thing. */
  snapshot?(): Promise<void>;
  /** Payloads of messages, where they are not simply those of the socket. */
  payload?(): Payload;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly url: string;
  readonly name: string;
  readonly doc: Doc;
  /** Payloads are counted, which takes time; not given where time is measured. */
  readonly count?: boolean | undefined;
}

export interface DocumentSystem {
  readonly id: SystemId;
  readonly title: string;
  readonly server: ServerKind;
  /** What was written is there for who comes when nobody has the document open. */
  readonly history: boolean;
  /** Resolves when the system calls the document synced. */
  readonly open: (options: OpenOptions) => Promise<OpenDocument>;
}
