/** The page as it is seen: slotted content lies in its slot, a shadow root in its host. */

/** Never reported: neither this element nor anything in it. */
export const PRIVATE = 'data-slate-private';

/** Over it one's own pointer stays where it was, for the others: something of one's own lies there. */
export const HOLD = 'data-slate-hold';

/** The element around this one, as it is seen. */
export function outward(element: Element): Element | undefined {
  const { assignedSlot, parentElement, parentNode } = element;
  return assignedSlot ?? parentElement ?? (parentNode instanceof ShadowRoot ? parentNode.host : undefined);
}

/** What lies at a point of the window, innermost first, as the path of an event there would be. */
export function pathAt(x: number, y: number): Element[] {
  const path: Element[] = [];
  let at = document.elementFromPoint(x, y) ?? undefined;
  for (let inner = at; inner; ) {
    at = inner;
    inner = inner.shadowRoot?.elementFromPoint(x, y) ?? undefined;
    if (inner === at) break;
  }
  for (; at; at = outward(at)) path.push(at);
  return path;
}

/** A box of its own, not a stretch of a line: a fraction of it means something. Pictures and the like have no text. */
export function isBlock(element: Element): boolean {
  const { display } = getComputedStyle(element);
  return display === 'inline' ? !element.textContent : !/contents|none/.test(display);
}
