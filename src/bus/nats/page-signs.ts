/**
 * The signs that a page gives of a line that may have died without a word, or of a network that is back: it is online
 * again, shown again, or goes on after it was frozen or put away. A machine that wakes up elsewhere gives one of them.
 */

/** Calls `fn` at each sign. Returns a function that unsubscribes. */
export type Signs = (fn: () => void) => () => void;

type Target = Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>>;

/** The events of the page. In Node, which has none, `fn` is never called. */
export const pageSigns: Signs = (fn) => {
  const page = globalThis as Target & { readonly document?: Target & { readonly visibilityState: string } };
  const { document } = page;
  const shown = () => {
    if (document?.visibilityState === 'visible') fn();
  };
  const listeners: [Target | undefined, string, () => void][] = [
    [page, 'online', fn],
    [page, 'pageshow', fn],
    [document, 'visibilitychange', shown],
    [document, 'resume', fn],
  ];
  for (const [target, type, listener] of listeners) target?.addEventListener?.(type, listener);
  return () => {
    for (const [target, type, listener] of listeners) target?.removeEventListener?.(type, listener);
  };
};
