/**
 * Places a floating box of the top layer beside an element: below it where there is room, and always inside the
 * window.
 */

/** The distance to the element and to the edges of the window, in CSS pixels. */
const GAP = 6;
const MOVERS = ['scroll', 'resize'];

/** Places the box now, and whenever something scrolls or the window changes. Returns a function that stops this. */
export function keepBeside(floating: HTMLElement, beside: Element, align: 'center' | 'end'): () => void {
  const place = (): void => {
    const at = beside.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = floating;
    const { clientWidth, clientHeight } = document.documentElement;
    const rtl = getComputedStyle(floating).direction === 'rtl';
    const left = align === 'center' ? at.left + (at.width - width) / 2 : rtl ? at.left : at.right - width;
    const below = at.bottom + GAP;
    const top = below + height > clientHeight && at.top > clientHeight / 2 ? at.top - GAP - height : below;
    floating.style.visibility = at.bottom < 0 || at.top > clientHeight ? 'hidden' : 'visible';
    floating.style.left = `${Math.max(GAP, Math.min(left, clientWidth - width - GAP))}px`;
    floating.style.top = `${Math.max(GAP, Math.min(top, clientHeight - height - GAP))}px`;
  };
  place();
  for (const type of MOVERS) addEventListener(type, place, { capture: true, passive: true });
  return () => {
    for (const type of MOVERS) removeEventListener(type, place, true);
  };
}
