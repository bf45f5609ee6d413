/**
 * Finds elements by name (`data-slate-anchor`) and by id. Only reading the whole page tells that nothing has a name,
 * and peers may send one such name after another: so what was read is kept for a moment.
 */
import { isInPrivate } from './private.js';

export const NAME = 'data-slate-anchor';

/** How long the names of a page are kept, in milliseconds. */
const KEPT_MS = 250;

type Named = ReadonlyMap<string, readonly Element[]>;

export class Names {
  readonly #kept = new WeakMap<Node, { readonly named: Named; readonly until: number }>();

  /**
   * The first public element in `scope` whose name (`=`) or id (`#`) this is. `itself`: `scope` may be that element.
   * `present`: an element that has the name.
   */
  find(
    scope: Element | ShadowRoot | Document,
    sign: string,
    name: string,
    itself: boolean,
    present?: Element,
  ): Element | undefined {
    const root = scope.getRootNode() as Document | ShadowRoot;
    const all = sign === '#' ? root.querySelectorAll(`#${CSS.escape(name)}`) : this.#named(root, name, present);
    for (const one of all) {
      const has = one.getAttribute(sign === '#' ? 'id' : NAME) === name;
      if (has && scope.contains(one) && (itself || one !== scope) && !isInPrivate(one)) return one;
    }
    return undefined;
  }

  #named(root: Document | ShadowRoot, name: string, present: Element | undefined): readonly Element[] {
    const now = performance.now();
    const kept = this.#kept.get(root);
    const known = kept && now < kept.until ? (kept.named.get(name) ?? []) : undefined;
    if (known && (!present || known.includes(present))) return known;
    const named = new Map<string, Element[]>();
    for (const element of root.querySelectorAll(`[${NAME}]`)) {
      const key = element.getAttribute(NAME) ?? '';
      const same = named.get(key);
      if (same) same.push(element);
      else named.set(key, [element]);
    }
    this.#kept.set(root, { named, until: now + KEPT_MS });
    return named.get(name) ?? [];
  }
}
