/**
 * Finds the `<slate-room>` that an element belongs to, and receives its state: the one with a given id, anywhere in the
 * document, or else the nearest one around the element. Also finds a `<slate-room>` that appears later.
 */
import { ContextEvent } from '@lit/context';
import { type RoomState, roomContext } from '../shared/context.js';
import { outward } from '../surface/tree.js';

/** A `<slate-room>`, as far as other elements use it. */
export interface RoomElement extends Element {
  file?: string | null | undefined;
}

export class RoomFinder {
  readonly #host: Element;
  readonly #receive: (state: RoomState | undefined) => void;
  #id: string | undefined;
  #unsubscribe: (() => void) | undefined;

  /** `receive` is called with the state of the room now and after every change; undefined while no room is found. */
  constructor(host: Element, receive: (state: RoomState | undefined) => void) {
    this.#host = host;
    this.#receive = receive;
  }

  /** Begins to look for the room with this id, or for the nearest one; the search before ends. */
  start(id?: string): void {
    this.#id = id;
    // Capture: a provider stops this event on its way up, and this must also see a provider that appears later.
    document.addEventListener('context-provider', this.#onProvider, true);
    this.#ask();
  }

  stop(): void {
    document.removeEventListener('context-provider', this.#onProvider, true);
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  readonly #onProvider = (): void => {
    if (!this.#unsubscribe || this.#id) this.#ask();
  };

  #ask(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    // Where an id is given, the request must not move to a provider around the host: it names no host.
    const asking = this.#id ? document.createElement('i') : this.#host;
    const target = this.#id ? roomElement(this.#host, this.#id) : this.#host;
    const answer = (state: RoomState, unsubscribe?: () => void): void => {
      if (this.#unsubscribe !== unsubscribe) this.#unsubscribe?.();
      this.#unsubscribe = unsubscribe;
      this.#receive(state);
    };
    target?.dispatchEvent(new ContextEvent(roomContext, asking, answer, true));
    if (!this.#unsubscribe) this.#receive(undefined);
  }
}

/** The `<slate-room>` with this id, else the nearest one around the host; undefined where there is none. */
export function roomElement(host: Element, id?: string): RoomElement | undefined {
  if (id) {
    const root = host.getRootNode();
    const near = root instanceof ShadowRoot ? root.getElementById(id) : null;
    return near ?? document.getElementById(id) ?? undefined;
  }
  for (let at: Element | undefined = host; at; at = outward(at)) if (at.localName === 'slate-room') return at;
  return undefined;
}
