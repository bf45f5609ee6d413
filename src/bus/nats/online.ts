/** Tells when the browser says that the network is back. */

/** Calls `fn` whenever the network comes back. Returns a function that unsubscribes. */
export type OnlineSignal = (fn: () => void) => () => void;

/** The `online` event of the page. In Node, which has none, `fn` is never called. */
export const browserOnline: OnlineSignal = (fn) => {
  const target = globalThis as Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>>;
  target.addEventListener?.('online', fn);
  return () => target.removeEventListener?.('online', fn);
};
