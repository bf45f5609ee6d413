/**
 * The one hook under all hooks that receive. It subscribes when the component is mounted, unsubscribes when it is
 * unmounted, and subscribes anew when its key changes. A callback may be a new function at each render: the latest one
 * is called.
 */
import { useEffect, useInsertionEffect, useRef } from 'react';
import { type Bus, defaultBus, onNatsStatus } from '../index.js';

export interface HookOptions {
  /** The bus to receive on. @defaultValue the bus of the default connection */
  readonly bus?: Bus | undefined;
  /**
   * Receives the error where the hook cannot subscribe: a bad id, a missing `configure()`.
   * @defaultValue `reportError`, as for an uncaught error
   */
  readonly onError?: ((error: Error) => void) | undefined;
}

/** The value of the latest render, for use outside of rendering. */
export function useLatest<T>(value: T): { readonly current: T } {
  const latest = useRef(value);
  useInsertionEffect(() => {
    latest.current = value;
  });
  return latest;
}

/** `subscribe` returns a function that unsubscribes. `key`: what is subscribed to, `undefined` for nothing. */
export function useSubscription(key: string | undefined, subscribe: () => () => void, options: HookOptions = {}): void {
  const { bus } = options;
  const latest = useLatest({ subscribe, onError: options.onError });
  useEffect(() => {
    if (key === undefined) return;
    let unsubscribe: (() => void) | undefined;
    let current: Bus | undefined;
    const begin = () => {
      unsubscribe?.();
      unsubscribe = undefined;
      try {
        current = bus ?? defaultBus();
        unsubscribe = latest.current.subscribe();
      } catch (error) {
        const { onError = reportError } = latest.current; // looked up late: a server that renders has no reportError
        onError(error as Error);
      }
    };
    begin();
    // The page may close the default connection and open a new one, with other credentials or on the same bus.
    const unsubscribeStatus = bus
      ? undefined
      : onNatsStatus(({ type }) => {
          if (type === 'closed') current = undefined;
          else if (defaultBus() !== current) begin();
        });
    return () => {
      unsubscribeStatus?.();
      unsubscribe?.();
    };
  }, [key, bus, latest]);
}
