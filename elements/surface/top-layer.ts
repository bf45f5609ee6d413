/**
 * The top layer of the page, in which what entered last lies above all else: modal dialogs, popovers, what is shown in
 * full screen. What is kept on top here enters it again after each of them, and stays above. Who watches is told, to do
 * without what nobody can operate while a modal dialog is open.
 *
 * It hears of dialogs and popovers in the document, and in every open shadow root once the pointer or the focus was in
 * it. Closed shadow roots tell nothing.
 */
import { isOnTop, outward, TOP } from './tree.js';

/** Events by which a shadow root is found; they cross its border. */
const SIGNS = ['pointerover', 'pointerdown', 'focusin'];

class TopLayer {
  /** What is kept on top, the uppermost last. */
  readonly #kept = new Set<HTMLElement>();
  /** What the page put into the top layer, the uppermost last; some may have left it. */
  readonly #entered = new Set<Element>();
  readonly #watchers = new Set<() => void>();
  readonly #observer = new MutationObserver((records) => {
    for (const target of new Set(records.map(({ target }) => target as Element)))
      if (target.localName === 'dialog') this.#note(target);
  });
  #heard = new WeakSet<Node>();
  #listeners: AbortController | undefined;

  /** Shows a popover above all that is in the top layer, now and later. */
  keep(popover: HTMLElement): void {
    if (!popover.showPopover || !popover.isConnected) return; // a browser without popovers draws it in the page
    this.#start();
    if (!popover.matches(':popover-open')) {
      this.#kept.delete(popover);
      popover.showPopover();
    }
    this.#kept.add(popover);
  }

  /** Hides it. Harmless where it is not shown. */
  release(popover: HTMLElement): void {
    this.#kept.delete(popover);
    if (popover.popover && popover.matches(':popover-open')) popover.hidePopover();
    this.#stop();
  }

  /** Calls `watcher` when something has entered the top layer or left it. Returns a function that unsubscribes. */
  watch(watcher: () => void): () => void {
    this.#start();
    this.#watchers.add(watcher);
    return () => {
      this.#watchers.delete(watcher);
      this.#stop();
    };
  }

  /** Whether an element cannot be operated, because a modal dialog is open that it is not in. */
  isBlocked(element: Element): boolean {
    const modal = this.#present.findLast((one) => one.localName === 'dialog' && one.matches(':modal'));
    return !!modal && !isIn(element, modal);
  }

  /** Whether something in this element is in the top layer. */
  holdsTop(element: Element): boolean {
    return this.#present.some((one) => one !== element && isIn(one, element));
  }

  get #present(): Element[] {
    return [...this.#entered].filter((one) => one.isConnected && isOnTop(one));
  }

  #start(): void {
    if (this.#listeners) return;
    this.#listeners = new AbortController();
    const { signal } = this.#listeners;
    const options = { capture: true, passive: true, signal };
    for (const type of SIGNS) addEventListener(type, this.#look, options);
    document.addEventListener('fullscreenchange', ({ target }) => this.#note(target), options);
    this.#hear(document);
  }

  #stop(): void {
    if (this.#kept.size + this.#watchers.size > 0) return;
    this.#listeners?.abort();
    this.#listeners = undefined;
    this.#observer.disconnect();
    this.#entered.clear();
    this.#heard = new WeakSet();
  }

  readonly #look = (event: Event): void => {
    for (const node of event.composedPath()) if (node instanceof ShadowRoot && this.#hear(node)) this.#changed(true);
    // What is removed from the page leaves the top layer without an event.
    for (const one of this.#entered) {
      if (one.isConnected) continue;
      this.#entered.delete(one);
      this.#changed(false);
    }
  };

  /** Hears of what enters the top layer in this tree from now on. True where something has already. */
  #hear(root: Document | ShadowRoot): boolean {
    if (this.#heard.has(root) || (root instanceof ShadowRoot && isOwn(root))) return false;
    this.#heard.add(root);
    const options = { capture: true, passive: true, signal: this.#listeners?.signal as AbortSignal };
    // The observer tells of dialogs sooner, and in browsers where they have no such event.
    root.addEventListener(
      'toggle',
      ({ target }) => !(target as Element).matches(':modal') && this.#note(target),
      options,
    );
    this.#observer.observe(root, { subtree: true, attributeFilter: ['open'] });
    const present = [...root.querySelectorAll(TOP)].filter((one) => !this.#entered.has(one));
    for (const one of present) this.#entered.add(one);
    return present.length > 0;
  }

  /** Something has entered the top layer, or left it, or neither: every `<details>` has this event, too. */
  #note(target: EventTarget | null): void {
    const element = target instanceof Document ? target.fullscreenElement : (target as Element | null);
    const known = element ? this.#entered.delete(element) : true;
    const enters = !!element && isOnTop(element);
    if (enters) this.#entered.add(element);
    if (enters || known) this.#changed(enters);
  }

  /** `entered`: what is kept on top is no longer, and enters again. It keeps its focus, and its animations go on. */
  #changed(entered: boolean): void {
    for (const watcher of [...this.#watchers]) watcher();
    if (!entered) return;
    for (const popover of this.#kept) {
      if (!popover.isConnected || !popover.matches(':popover-open')) continue;
      popover.hidePopover();
      popover.showPopover();
    }
  }
}

/** Slate's own menus and lists need no pointer above them, and what is kept on top would raise itself for ever. */
const isOwn = ({ host }: ShadowRoot): boolean => host.localName.startsWith('slate-');

/** Whether an element is this one, or lies in it, as the page is drawn. */
function isIn(element: Element, around: Element): boolean {
  for (let at: Element | undefined = element; at; at = outward(at)) if (at === around) return true;
  return false;
}

/** That of this page. */
export const topLayer = new TopLayer();
