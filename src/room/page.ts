/**
 * The life of the page a room is on (P3, P6): shown, hidden, put away and brought back. Outside a browser nothing of it
 * happens. Feature-detected, so that src/ needs no DOM.
 */

export interface PageLife {
  /** The page is hidden now, or shown again. */
  readonly hidden: (hidden: boolean) => void;
  /** `pagehide`: perhaps for good, perhaps into the back/forward cache. The last moment in which something can be sent. */
  readonly putAway: () => void;
  /** `pageshow` out of the cache. */
  readonly broughtBack: () => void;
}

interface Page {
  addEventListener(type: string, fn: (event: { persisted?: boolean }) => void): void;
  removeEventListener(type: string, fn: (event: { persisted?: boolean }) => void): void;
  readonly document?: Pick<Page, 'addEventListener' | 'removeEventListener'> & { readonly visibilityState: string };
}

/** Tells `life` until the returned function is called; at once, where the page is hidden already. */
export function watchPage(life: PageLife): () => void {
  const page = globalThis as unknown as Page;
  const { document } = page;
  if (!document || typeof page.addEventListener !== 'function') return () => undefined;
  const onVisibility = () => life.hidden(document.visibilityState === 'hidden');
  const onHide = () => life.putAway();
  const onShow = (event: { persisted?: boolean }) => {
    if (event.persisted) life.broughtBack();
  };
  document.addEventListener('visibilitychange', onVisibility);
  page.addEventListener('pagehide', onHide);
  page.addEventListener('pageshow', onShow);
  if (document.visibilityState === 'hidden') life.hidden(true);
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    page.removeEventListener('pagehide', onHide);
    page.removeEventListener('pageshow', onShow);
  };
}
