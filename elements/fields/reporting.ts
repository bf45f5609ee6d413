/**
 * Tells a room in which control of a page its user is, and that they type there (W4); never what. What was private once
 * is private for as long as the page lives: a password that is made visible is still one.
 */
import type { Room } from '../../src/index.js';
import { reserve, watchReserve } from '../shared/reserve.js';
import { isInPrivate, PRIVATE } from '../surface/private.js';
import { focusedElement } from '../surface/tree.js';
import { controlOf } from './control.js';
import type { FieldAddresses } from './field-addresses.js';

/** Each of these may make a control a private one. */
const WATCHED = ['type', 'autocomplete', PRIVATE];

export class Reporting {
  readonly #addresses: Pick<FieldAddresses, 'of'>;
  readonly #scope: () => Element | null;
  readonly #private = new WeakSet<Element>();
  readonly #observer = new MutationObserver(() => this.#look());
  #room: Room | undefined;
  #listeners: AbortController | undefined;
  /** The control that the room was told of. */
  #told: Element | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `scope` finds the element whose controls are told; null while it is not there. */
  constructor(addresses: Pick<FieldAddresses, 'of'>, scope: () => Element | null) {
    this.#addresses = addresses;
    this.#scope = scope;
  }

  /** The control that the user is in, private or not. */
  get control(): Element | undefined {
    const scope = this.#scope();
    return scope && document.hasFocus() ? controlOf(focusedElement(), scope) : undefined;
  }

  /** Tells this room from now on, until the function that it returns is called. */
  start(room: Room): () => void {
    this.#room = room;
    this.#listeners = new AbortController();
    const { signal } = this.#listeners;
    const options = { capture: true, passive: true, signal };
    addEventListener('focusin', this.#look, options);
    addEventListener('focusout', this.#leave, options);
    addEventListener('input', this.#type, options);
    signal.addEventListener('abort', watchReserve(this.#look));
    this.#observer.observe(document, { subtree: true, attributeFilter: WATCHED });
    this.#look();
    return () => {
      this.#listeners?.abort();
      this.#observer.disconnect();
      clearTimeout(this.#timer);
      this.#tell(undefined);
      this.#room = undefined;
    };
  }

  readonly #look = (): void => {
    clearTimeout(this.#timer);
    const { control } = this;
    if (control && isInPrivate(control)) this.#private.add(control);
    // Who pauses their pointer does not tell where they are.
    this.#tell(control && !this.#private.has(control) && !reserve().pointer ? control : undefined);
  };

  /** Not at once: the focus may be on its way to another control. */
  readonly #leave = (): void => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#look);
  };

  /** Only what somebody does themselves: what a shared text changes makes an event, too. */
  readonly #type = ({ isTrusted }: Event): void => {
    this.#look();
    if (isTrusted && this.#told) this.#room?.setWork({ typing: true });
  };

  #tell(control: Element | undefined): void {
    if (control === this.#told) return;
    this.#told = control;
    this.#room?.setWork({ field: control && this.#addresses.of(control), typing: false });
  }
}
