/**
 * The life of the page that a room is on (P3, P6): hidden or shown, put away or brought back. Outside a browser none of
 * this happens. The page's features are detected, so that src/ needs no DOM.
 */

export interface PageLife {
  /** The page is hidden now, or shown again. */
  hidden(hidden: boolean): void;
  /**
   * `pagehide`: the page goes away for good, or into the back/forward cache. This is the last moment in which something
   * can be sent.
   */
  putAway(): void;
  /** `pageshow`: the page came back out of the cache. */
  broughtBack(): void;
}

interface Page {
  addEventListener(type: string, fn: (event: { persisted?: boolean }) => void): void;
  removeEventListener(type: string, fn: (event: { persisted?: boolean }) => void): void;
  readonly document?: Pick<Page, 'addEventListener' | 'removeEventListener'> & { readonly visibilityState: string };
}

/** Tells `life` what happens to the page; at once when it is hidden already. Returns a function that unsubscribes. */
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
