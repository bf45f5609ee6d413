/**
 * What editor bindings call a provider: an object with a document, an Awareness and events, in the shape of
 * y-websocket. The document is connected by its room, or by `openDocument`, so `connect` and `disconnect` connect
 * nothing.
 */
import type { Awareness } from 'y-protocols/awareness';
import type { Doc } from 'yjs';
import { guarded } from '../emitter.js';
import { retell } from './retell.js';
import type { DocumentProvider, DocumentStatus } from './types.js';

type Listener = (...args: never[]) => void;

export interface ProvidedDocument {
  readonly doc: Doc;
  readonly status: DocumentStatus;
  on(type: 'status', fn: () => void): () => void;
}

/** The states in which a document is out of reach for good. */
const ENDED: ReadonlySet<string> = new Set(['closed', 'deleted', 'replaced', 'offline']);

export class Provider implements DocumentProvider {
  readonly awareness: Awareness;
  readonly #document: ProvidedDocument;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #unsubscribe: () => void;
  #told: { status: string; synced: boolean } = { status: '', synced: false };

  constructor(document: ProvidedDocument, awareness: Awareness) {
    this.#document = document;
    this.awareness = awareness;
    this.#told = { status: this.status, synced: this.synced };
    this.#unsubscribe = document.on('status', () => this.#tell(false));
  }

  get doc(): Doc {
    return this.#document.doc;
  }

  get document(): Doc {
    return this.#document.doc;
  }

  get synced(): boolean {
    return this.#document.status.synced;
  }

  get status(): DocumentProvider['status'] {
    const { state } = this.#document.status;
    if (state === 'opening') return 'connecting';
    return ENDED.has(state) ? 'disconnected' : 'connected';
  }

  on(type: string, fn: Listener): void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(fn));
  }

  off(type: string, fn: Listener): void {
    this.#listeners.get(type)?.delete(fn);
  }

  once(type: string, fn: Listener): void {
    const once = (...args: never[]) => {
      this.off(type, once);
      fn(...args);
    };
    this.on(type, once);
  }

  /** Tells everyone again how things stand: a binding calls this when it has subscribed. */
  connect(): void {
    void Promise.resolve().then(() => {
      retell(this.doc);
      this.#tell(true);
    });
  }

  disconnect(): void {
    // The room, or who opened the document, decides that.
  }

  destroy(): void {
    this.#unsubscribe();
    this.#listeners.clear();
  }

  #tell(again: boolean): void {
    const { status, synced } = this;
    const before = this.#told;
    this.#told = { status, synced };
    if (again || status !== before.status) this.#emit('status', { status });
    if (!again && synced === before.synced) return;
    this.#emit('sync', synced);
    this.#emit('synced', synced);
  }

  #emit(type: string, value: unknown): void {
    for (const fn of [...(this.#listeners.get(type) ?? [])]) guarded(fn as (value: unknown) => void, value, undefined);
  }
}
