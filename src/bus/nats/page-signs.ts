/**
 * The signs that a page gives of a line that may have died without a word, or of a network that is back: it is online
 * again, shown again, or goes on after it was frozen or put away. A machine that wakes up elsewhere gives one of them.
 * And the sign that the page itself is put away.
 */

/** Calls `fn` at each sign. Returns a function that unsubscribes. */
export type Signs = (fn: () => void) => () => void;

type Target = Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>>;
type Page = Target & { readonly document?: Target & { readonly visibilityState: string } };

/**
 * Calls `fn` when the page is put away, after everybody who listens for `pagehide`: what they still say shall leave
 * first. Of the two events that follow it, a hidden page has the second alone, and some browsers have the first alone.
 */
export const pagePutAway: Signs = (fn) => {
  let isGoing = false;
  const then = () => {
    if (isGoing) fn();
    isGoing = false;
  };
  const going = (goes: boolean) => () => {
    isGoing = goes;
  };
  return listen([
    ['window', 'pagehide', going(true)],
    ['document', 'visibilitychange', then],
    ['document', 'freeze', then],
    ['window', 'pageshow', going(false)],
  ]);
};

/** The events of the page. In Node, which has none, `fn` is never called. */
export const pageSigns: Signs = (fn) => {
  const { document } = globalThis as Page;
  const shown = () => {
    if (document?.visibilityState === 'visible') fn();
  };
  return listen([
    ['window', 'online', fn],
    ['window', 'pageshow', fn],
    ['document', 'visibilitychange', shown],
    ['document', 'resume', fn],
  ]);
};

function listen(listeners: [on: 'window' | 'document', type: string, fn: () => void][]): () => void {
  const page = globalThis as Page;
  const { document } = page;
  const targetOf = (on: 'window' | 'document') => (on === 'window' ? page : document);
  for (const [on, type, fn] of listeners) targetOf(on)?.addEventListener?.(type, fn);
  return () => {
    for (const [on, type, fn] of listeners) targetOf(on)?.removeEventListener?.(type, fn);
  };
}
