/** The verbs of the default connection, and its status, for a component. What the component subscribes to ends with it. */
import { useEffect, useInsertionEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import {
  type BusStatus,
  type BusSubscription,
  natsStatus,
  onNatsStatus,
  publish,
  request,
  type SlateError,
  subscribe,
} from '../index.js';

export interface Messaging {
  readonly publish: typeof publish;
  readonly request: typeof request;
  /** For effects and event handlers. Ends by itself when the component is unmounted; at once where it is so already. */
  readonly subscribe: typeof subscribe;
  /** Renders anew when it changes; undefined before the first verb, and on a server. */
  readonly status: BusStatus | undefined;
  readonly connected: boolean;
}

/**
 * ```tsx
 * const { publish, connected } = useMessaging();
 * await publish('slate.custom.subject', { data: 'value' });
 * ```
 *
 * The three functions are the same at each render. They do what those of the same name in `slate-collab` do.
 */
export function useMessaging(): Messaging {
  const status = useSyncExternalStore(onNatsStatus, natsStatus, () => undefined);
  const own = useRef<Own>({ ends: new Set(), gone: false });
  useEffect(
    () => () => {
      for (const end of own.current.ends) end();
      own.current.ends.clear();
    },
    [],
  );
  // Not an effect: StrictMode ends those once for nothing, and runs those of the children again before ours.
  useInsertionEffect(() => {
    const it = own.current;
    it.gone = false;
    return () => {
      it.gone = true;
    };
  }, []);
  const verbs = useMemo(() => ({ publish, request, subscribe: subscribeAmong(own.current) as typeof subscribe }), []);
  return { ...verbs, status, connected: status?.type === 'connected' };
}

interface Own {
  readonly ends: Set<() => void>;
  /** The component is unmounted for good. */
  gone: boolean;
}

/** A `subscribe` whose subscriptions can all be ended, also those that the server does not carry yet. */
function subscribeAmong(own: Own) {
  return async (...[subject, callback, options]: Parameters<typeof subscribe>): Promise<BusSubscription> => {
    let over = own.gone;
    let subscription: BusSubscription | undefined;
    const end = () => {
      over = true;
      subscription?.unsubscribe();
    };
    own.ends.add(end);
    try {
      const heard = callback as (data: unknown, message: unknown) => unknown;
      const given = await subscribe<unknown>(
        subject,
        (data, message) => (over ? undefined : heard(data, message)),
        options,
      );
      subscription = given;
      if (over) given.unsubscribe();
      void given.closed.then((_error: SlateError | undefined) => own.ends.delete(end));
      return given;
    } catch (error) {
      own.ends.delete(end);
      throw error;
    }
  };
}
