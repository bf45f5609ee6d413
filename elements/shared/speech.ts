/**
 * The words of an element: it speaks the language of the nearest `lang` around it, and is drawn anew when that changes,
 * or the words do.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { type RoomWord, roomWords } from './english.js';
import { Speech, type Word, type WordName, wordWatchers } from './words.js';

/** Sees every change of a `lang` in the roots that somebody watches. */
let observer: MutationObserver | undefined;

/** The words of rooms, as `host` has them. */
export function roomSpeech(host: Element): Speech<RoomWord> {
  return new Speech(() => langAround(host), roomWords);
}

/** Calls `watcher` when words have changed, or a `lang` around the host. Returns a function that ends this. */
export function watchWords(host: Element, watcher: () => void): () => void {
  observer ??= new MutationObserver(() => {
    for (const each of [...wordWatchers]) each();
  });
  for (let root = host.getRootNode(); ; root = root.host.getRootNode()) {
    observer.observe(root, { attributeFilter: ['lang'], subtree: true });
    if (!(root instanceof ShadowRoot)) break;
  }
  wordWatchers.add(watcher);
  return () => {
    wordWatchers.delete(watcher);
    if (wordWatchers.size > 0) return;
    observer?.disconnect();
    observer = undefined;
  };
}

/** The words of an element that is drawn anew when they change. */
export class OwnSpeech<Name extends WordName> extends Speech<Name> implements ReactiveController {
  readonly #host: Element & ReactiveControllerHost;
  #unwatch: (() => void) | undefined;

  constructor(host: Element & ReactiveControllerHost, english: Readonly<Record<Name, Word>>) {
    super(() => langAround(host), english);
    this.#host = host;
    host.addController(this);
  }

  /** What the element has drawn may be in the language of another place in the page. */
  hostConnected(): void {
    this.#unwatch = watchWords(this.#host, () => this.#host.requestUpdate());
    this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#unwatch?.();
  }
}

/** The nearest `lang` around an element, across shadow roots; '' outside of any. */
function langAround(host: Element): string {
  for (let at: Element | undefined = host; at; ) {
    const found: Element | null = at.closest('[lang]');
    if (found) return found.getAttribute('lang') ?? '';
    const root: Node = at.getRootNode();
    at = root instanceof ShadowRoot ? root.host : undefined;
  }
  return '';
}
