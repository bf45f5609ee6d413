/**
 * A box that floats beside an element until one is done with it: a card, a list, a menu. Escape, and the pointer or the
 * focus elsewhere, close it. The focus then returns to that element, unless it has gone to another. It is no `auto`
 * popover: the release of a finger that opened it would close that again.
 */
import { keepBeside } from '../shared/popover.js';
import { HOLD } from '../surface/tree.js';

export interface FloatOptions {
  readonly root: ShadowRoot;
  readonly beside: Element;
  /** Its part name. */
  readonly part: string;
  readonly role?: string;
  readonly align?: 'center' | 'end';
  /** Called once, when it has closed. */
  readonly closed: () => void;
}

export class Float {
  readonly box = document.createElement('div');
  /** Draws what is in it, when that may have changed. */
  draw: () => void = () => undefined;
  readonly #options: FloatOptions;
  readonly #life = new AbortController();
  #stopPlacing: (() => void) | undefined;

  /** It is in the page at once, and shows itself with {@link open}. */
  constructor(options: FloatOptions) {
    this.#options = options;
    const { root, beside, part, role } = options;
    const { box } = this;
    const { signal } = this.#life;
    box.part.add(part);
    box.role = role ?? null;
    box.popover = 'manual';
    box.tabIndex = -1; // a click on what takes no focus leaves that in the box
    box.setAttribute(HOLD, ''); // what one says from here stays where one pointed before
    box.dataset.slatePrivate = ''; // nor is it in the view that others follow
    root.append(box);
    addEventListener(
      'pointerdown',
      (event) => {
        const path = event.composedPath();
        if (!path.includes(box) && !path.includes(beside)) this.#leave();
      },
      { capture: true, passive: true, signal },
    );
    // A press on what it stands beside takes no focus: a click there closes it.
    const hold = (event: MouseEvent) => event.composedPath().includes(beside) && event.preventDefault();
    addEventListener('mousedown', hold, { capture: true, signal });
    box.addEventListener('focusout', ({ relatedTarget }) => {
      if (relatedTarget && !box.contains(relatedTarget as Node)) this.#end();
    });
    box.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      event.preventDefault();
      event.stopPropagation();
      this.close();
    });
  }

  get beside(): Element {
    return this.#options.beside;
  }

  /** The element in whose shadow root it is. */
  get host(): Element {
    return this.#options.root.host;
  }

  /** Aborts when it closes. */
  get signal(): AbortSignal {
    return this.#life.signal;
  }

  /** The element in it that has the focus. */
  get focused(): HTMLElement | undefined {
    const { activeElement } = this.#options.root;
    return this.box.contains(activeElement) ? (activeElement as HTMLElement) : undefined;
  }

  /** Shows it, with the focus on the element that is given, or on itself. */
  open(first: HTMLElement | null | undefined): void {
    this.box.showPopover();
    this.place();
    (first ?? this.box).focus({ preventScroll: true });
  }

  /** Places it anew: its size has changed. */
  place(): void {
    const { beside, align = 'center' } = this.#options;
    this.#stopPlacing?.();
    this.#stopPlacing = keepBeside(this.box, beside, align);
  }

  /** Closes it, and removes it. Harmless where it is closed. */
  close(): void {
    if (this.signal.aborted) return;
    const held = !!this.focused;
    this.#life.abort();
    this.box.remove();
    if (held || isNowhere()) this.#return();
    this.#end();
  }

  /** The pointer is pressed elsewhere: it is known only afterwards whether that takes the focus. */
  #leave(): void {
    this.#end();
    setTimeout(() => isNowhere() && this.#return());
  }

  /** The focus is elsewhere already, or will be. */
  #end(): void {
    this.#life.abort();
    this.#stopPlacing?.();
    this.box.remove();
    this.#options.closed();
  }

  #return(): void {
    (this.#options.beside as Partial<HTMLElement>).focus?.({ preventScroll: true });
  }
}

const isNowhere = (): boolean => !document.activeElement || document.activeElement === document.body;
