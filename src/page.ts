/**
 * The life of the page that a room or a document is on (P3, P6, Y9): hidden or shown, put away or brought back. Outside
 * a browser none of this happens. The page's features are detected, so that src/ needs no DOM.
 */

export interface PageLife {
  /** The page is hidden now, or shown again. */
  hidden(hidden: boolean): void;
  /**
   * `pagehide`: the page goes away for good, or into the back/forward cache. This is the last moment in which something
   * can be sent.
   */
  putAway(): void;
  /** The page has lost the focus: the user has turned to something else. */
  blurred?(): void;
  /** `pageshow`: the page came back out of the cache. */
  broughtBack?(): void;
}

type Listener = (event: { readonly persisted?: boolean }) => void;

interface Target {
  addEventListener(type: string, fn: Listener): void;
  removeEventListener(type: string, fn: Listener): void;
}

interface Page extends Target {
  /** What is being dispatched now. */
  readonly event?: { readonly type: string } | undefined;
  readonly document?: Target & { readonly visibilityState: string };
}

/** Whether the page is being told at this moment that it is left. It may stay all the same, or come back. */
export function isBeingLeft(): boolean {
  const type = (globalThis as unknown as Page).event?.type;
  return type === 'beforeunload' || type === 'pagehide';
}

/** Tells `life` what happens to the page; at once when it is hidden already. Returns a function that unsubscribes. */
export function watchPage(life: PageLife): () => void {
  const page = globalThis as unknown as Page;
  const { document } = page;
  if (!document || typeof page.addEventListener !== 'function') return () => undefined;
  const onVisibility = () => life.hidden(document.visibilityState === 'hidden');
  const listeners: [Target, string, Listener][] = [
    [document, 'visibilitychange', onVisibility],
    [page, 'blur', () => life.blurred?.()],
    [page, 'pagehide', () => life.putAway()],
    [page, 'pageshow', ({ persisted }) => persisted && life.broughtBack?.()],
  ];
  for (const [target, type, fn] of listeners) target.addEventListener(type, fn);
  if (document.visibilityState === 'hidden') life.hidden(true);
  return () => {
    for (const [target, type, fn] of listeners) target.removeEventListener(type, fn);
  };
}
