/**
 * The address of an element: a short string that another window resolves to the same element. Steps, outermost first:
 *
 * `=name` the element with that data-slate-anchor · `#id` the one with that id · `/2p` the third `p` among the
 * children, `/p` the first, `/2` the third `div`, each with none of the kind behind it; `/2+4p` has four · `>` into the
 * open shadow root. Names are percent-encoded: it is all ASCII. Where another page has not as many, one of them is not
 * there, and another may have taken the place.
 *
 * An address begins at the nearest element that has a name or an id. The next such element around it is put before it,
 * where there is one, to fall back to when the near one is gone. The empty address is the whole surface.
 */
import { NAME, Names } from './names.js';
import { isPrivate } from './private.js';

/** The longest address in bytes, of the 256 that an anchor has on the wire: the marks of a word are added to it. */
const MAX_ADDRESS = 200;
/** Ids that libraries make up while they run, which differ between windows, and ids that cannot be encoded. */
const UNFIT = /[:«]r|^_r_|^(radix|headlessui|ember|mui-)|\p{Surrogate}/u;
const ADDRESS = /^([=#][^=#/>]+|\/[^=#/>]*|>)*$/;
/** An address has at most this many names and ids: an element and one around it, in shadow roots in each other. */
const MAX_NAMES = 8;

type Scope = Element | ShadowRoot;

/** What an address leads to. */
export interface Found {
  readonly element: Element;
  /** True where every step was found; else `element` is that of the last step that was. */
  readonly whole: boolean;
  /** The last element on the way that has a name or an id, else the surface. */
  readonly stable: Element;
  /** Where an element on the way may be another one that took its place: the nearest around it that surely is not. */
  readonly sure: Element | undefined;
}

export class Addresses {
  readonly #names = new Names();
  readonly #element: Element | null;

  /** `element`: the element of the surface; null for the whole page. */
  constructor(element: Element | null) {
    this.#element = element;
  }

  /** The element that the empty address means. */
  get home(): Element {
    return this.#element ?? document.body;
  }

  get #root(): Document | ShadowRoot {
    return this.home.getRootNode() as Document | ShadowRoot;
  }

  /** The address of an element of the surface; undefined where it has none that fits. */
  of(element: Element): string | undefined {
    const address = this.#of(element);
    return address !== undefined && fits(address) ? address : undefined;
  }

  /**
   * What an address leads to; undefined where no step is found, or it is no address. Throws URIError for a malformed
   * name.
   */
  find(address: string): Found | undefined {
    let scope: Scope = this.home;
    let base: Scope = this.home;
    const start: Found = { element: this.home, whole: true, stable: this.home, sure: undefined };
    let found = /^[=#]/.test(address) ? undefined : start;
    if (!ADDRESS.test(address) || !fits(address)) return undefined;
    for (const step of address.match(/[=#/>][^=#/>]*/g) ?? []) {
      const named = step[0] === '=' || step[0] === '#';
      let next: Element | undefined;
      let sure = named ? undefined : found?.sure;
      if (named) {
        next = this.#named(scope, step) ?? this.#named(base, step);
        // It is on the page but outside of this surface: it belongs to another surface.
        if (!next && base === this.home && this.#named(this.#root, step)) return undefined;
      } else if (!found?.whole) break;
      else if (step === '>') {
        const { shadowRoot } = found.element;
        if (shadowRoot) {
          scope = base = shadowRoot;
          continue;
        }
      } else {
        const { at, asMany } = child(scope, step);
        next = at;
        if (!asMany) sure ??= found.element;
      }
      if (next) {
        scope = next;
        found = { element: next, whole: true, stable: named ? next : (found ?? start).stable, sure };
      } else found &&= { ...found, whole: false };
    }
    return found;
  }

  #of(element: Element): string | undefined {
    const name = this.#nameOf(element);
    if (element === this.home) return name ?? '';
    const root = element.getRootNode();
    if (name !== undefined && root === this.#root) return name;
    let up: Element | null = element.parentElement;
    let step = name ?? stepTo(element);
    if (root instanceof ShadowRoot && (!up || name !== undefined)) {
      up = root.host;
      step = `>${step}`;
    }
    const around = up && this.#of(up);
    return around == null ? undefined : around + step;
  }

  /**
   * The name or id of an element as a step, after that of the element around it; undefined where it leads elsewhere.
   */
  #nameOf(element: Element, alone = false): string | undefined {
    const root = element.getRootNode() as Document | ShadowRoot;
    const base = root === this.#root ? this.home : (root as ShadowRoot);
    for (const sign of ['=', '#'] as const) {
      const name = element.getAttribute(sign === '=' ? NAME : 'id');
      if (!name || name.length > 80 || UNFIT.test(name)) continue;
      const step = sign + encodeURIComponent(name);
      const [outer, before] = (!alone && base === this.home && this.#outer(element)) || [base, ''];
      if ((this.#named(outer, step, element) ?? this.#named(base, step, element)) === element) return before + step;
    }
    return undefined;
  }

  /** The nearest element around this one that has a name and a box. */
  #outer(element: Element): [Element, string] | undefined {
    for (let up = element.parentElement; up && this.home.contains(up); up = up.parentElement) {
      const name = this.#nameOf(up, true);
      if (name && up.getClientRects().length > 0) return [up, name];
    }
    return undefined;
  }

  #named(scope: Scope | Document, step: string, present?: Element): Element | undefined {
    const name = decodeURIComponent(step.slice(1));
    return this.#names.find(scope, step.charAt(0), name, scope === this.home, present);
  }
}

const fits = (address: string): boolean =>
  address.length <= MAX_ADDRESS && (address.match(/[=#]/g)?.length ?? 0) <= MAX_NAMES;

/** The step from a parent to this child: among the public children of its kind its index, and how many follow it. */
function stepTo(element: Element): string {
  const kind = element.localName;
  const count = (next: 'previousElementSibling' | 'nextElementSibling'): number => {
    let passed = 0;
    for (let at = element[next]; at; at = at[next]) if (at.localName === kind && !isPrivate(at)) passed++;
    return passed;
  };
  const behind = count('nextElementSibling');
  const place = `${count('previousElementSibling') || ''}${behind ? `+${behind}` : ''}`;
  return `/${place}${kind === 'div' ? '' : encodeURIComponent(kind)}`;
}

/** The child at a step. `asMany`: there are as many of its kind as where the step was written. */
function child(scope: Scope, step: string): { at: Element | undefined; asMany: boolean } {
  const [, index, behind, rest] = /^.(\d*)(?:\+(\d+))?(.*)/.exec(step) ?? [];
  const kind = decodeURIComponent(rest || 'div');
  const place = Number(index ?? 0);
  let found: Element | undefined;
  let count = 0;
  for (let at = scope.firstElementChild; at; at = at.nextElementSibling)
    if (at.localName === kind && !isPrivate(at) && count++ === place) found = at;
  return { at: found, asMany: count === place + 1 + Number(behind ?? 0) };
}
