/**
 * The address of a form control (W4), by which another page finds the same one: its own name or id, else its `name` in
 * its form, else its place in the page.
 */
import { Addresses } from '../surface/address.js';
import { isInPrivate } from '../surface/private.js';
import { CONTROL } from './control.js';

/** The longest address, in characters. */
const MAX_ADDRESS = 256;
/** What was found is looked for again after this time, in milliseconds; at once when it is removed. */
const KEPT_MS = 500;
const MAX_KEPT = 500;
/** For how long is searched between two calls of `begin`, in milliseconds: addresses come from peers. */
const SEARCH_MS = 4;

export class FieldAddresses {
  readonly #addresses = new Addresses(null);
  readonly #kept = new Map<string, { readonly control: Element | undefined; readonly until: number }>();
  #now = 0;
  #spentMs = 0;

  /** Undefined where it has none that fits. */
  of(control: Element): string | undefined {
    const own = this.#addresses.of(control);
    const name = control.getAttribute('name');
    const form = formOf(control);
    const address = (!(own && /[=#][^=#/>]*$/.test(own)) && name && this.#named(control, name, form)) || own;
    return address && address.length <= MAX_ADDRESS ? address : undefined;
  }

  /** To be called once before the controls of a frame are looked for. `now` in milliseconds. */
  begin(now: number): void {
    this.#now = now;
    this.#spentMs = 0;
  }

  /** The control at an address; undefined where this page has none there, or a private one. */
  find(address: string): Element | undefined {
    const known = this.#kept.get(address);
    if (known && this.#now < known.until && known.control?.isConnected !== false) return known.control;
    if (this.#spentMs > SEARCH_MS) return known?.control;
    const begun = performance.now();
    let control: Element | undefined;
    try {
      control = this.#search(address);
    } catch {
      control = undefined; // it is no address: nothing is shown
    }
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
    this.#kept.set(address, { control, until: this.#now + KEPT_MS });
    this.#spentMs += performance.now() - begun;
    return control;
  }

  #named(control: Element, name: string, form: HTMLFormElement | undefined): string | undefined {
    if (control.getRootNode() !== document) return undefined;
    const base = this.#addresses.of(form ?? this.#addresses.home);
    const index = sameName(form ?? document, name).indexOf(control);
    return base === undefined || index < 0
      ? undefined
      : `${base}&${encodeURIComponent(name)}${index ? `&${index}` : ''}`;
  }

  #search(address: string): Element | undefined {
    const [base = '', name, index] = address.split('&');
    const found = this.#addresses.find(base);
    // Where elements came or went, another one may be in its place.
    if (!found?.whole || found.sure) return undefined;
    const { element } = found;
    const around = element instanceof HTMLFormElement ? element : document;
    const control = name ? sameName(around, decodeURIComponent(name))[Number(index ?? 0)] : element;
    const isOne = control?.matches(CONTROL) || control?.localName.includes('-');
    return control && isOne && !isInPrivate(control) ? control : undefined;
  }
}

/** The controls of this name in a form, or those of no form. The name comes from a peer, and is no selector. */
function sameName(around: HTMLFormElement | Document, name: string): Element[] {
  const all = around instanceof Document ? around.getElementsByName(name) : around.elements;
  return [...all].filter((one) => one.getAttribute('name') === name && (around !== document || !formOf(one)));
}

function formOf(control: Element): HTMLFormElement | undefined {
  const { form } = control as Partial<HTMLInputElement>;
  return form instanceof HTMLFormElement ? form : (control.closest('form') ?? undefined);
}
