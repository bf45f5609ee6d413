/**
 * The one hook under all that listen. It listens from when the component is mounted until it is unmounted, and anew when what is
 * listened to changes by value; a callback that is another one at each render costs nothing, the latest is called.
 */
import { useEffect, useInsertionEffect, useRef } from 'react';
import { type Bus, defaultBus, onNatsStatus } from '../index.js';

export interface HookOptions {
  /** The bus to listen on; the default connection's. */
  readonly bus?: Bus | undefined;
  /** What keeps it from listening: a bad id, a missing `configure()`. Without it the error is reported as an uncaught one. */
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

/** `listen` begins and returns the undo; `key`: what it listens to, undefined for nothing. */
export function useListening(key: string | undefined, listen: () => () => void, options: HookOptions = {}): void {
  const { bus } = options;
  const latest = useLatest({ listen, onError: options.onError });
  useEffect(() => {
    if (key === undefined) return;
    let undo: (() => void) | undefined;
    let on: Bus | undefined;
    const begin = () => {
      undo?.();
      undo = undefined;
      try {
        on = bus ?? defaultBus();
        undo = latest.current.listen();
      } catch (error) {
        const { onError = reportError } = latest.current; // looked up here: where a server renders, there is none
        onError(error as Error);
      }
    };
    begin();
    // The default connection may be closed and opened anew, with other credentials say, or on the same bus.
    const off = bus
      ? undefined
      : onNatsStatus(({ type }) => {
          if (type === 'closed') on = undefined;
          else if (defaultBus() !== on) begin();
        });
    return () => {
      off?.();
      undo?.();
    };
  }, [key, bus, latest]);
}
