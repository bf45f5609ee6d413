/**
 * Registers an element, unless the module was loaded twice or another copy of the library has registered it already.
 */
export function define(tag: string, element: CustomElementConstructor): void {
  if (!customElements.get(tag)) customElements.define(tag, element);
}
