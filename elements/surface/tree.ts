/** The tree of the page as it is drawn: slotted content lies in its slot, and a shadow root in its host. */

/**
 * Over an element with this attribute, others see one's pointer where it was before: others do not have that element.
 */
export const HOLD = 'data-slate-hold';

/** The element around this one, as the page is drawn. */
export function outward(element: Element): Element | undefined {
  const { assignedSlot, parentElement, parentNode } = element;
  return assignedSlot ?? parentElement ?? (parentNode instanceof ShadowRoot ? parentNode.host : undefined);
}

/** The element that has the focus, in whichever open shadow root; null where none has. */
export function focusedElement(): Element | null {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at;
}

/** What the top layer may hold: what is in it is drawn above the page, and not by the transforms around it. */
export const TOP = ':is(:popover-open,:modal,:fullscreen)';

export const isOnTop = (element: Element): boolean => element.matches(TOP);

/**
 * What lies at a point of the window, innermost first, as the path of an event there would be. `within`: a node of the
 * tree that is asked; one in a closed shadow root sees more than the document does.
 */
export function pathAt(x: number, y: number, within?: Node | null): Element[] {
  const path: Element[] = [];
  const root = (within?.getRootNode() ?? document) as Document | ShadowRoot;
  let at = root.elementFromPoint?.(x, y) ?? undefined;
  for (let inner = at; inner; ) {
    at = inner;
    inner = inner.shadowRoot?.elementFromPoint(x, y) ?? undefined;
    if (inner === at) break;
  }
  for (; at; at = outward(at)) path.push(at);
  return path;
}
