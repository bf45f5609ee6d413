/** Registers an element; a second registration (the module loaded twice, two copies of the library) is harmless. */
export function define(tag: string, element: CustomElementConstructor): void {
  if (!customElements.get(tag)) customElements.define(tag, element);
}
