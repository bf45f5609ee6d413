/**
 * `useMessaging`: the verbs of the default connection and its status. Subscriptions end when the component is
 * unmounted.
 */
import { useEffect, useInsertionEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import {
  type BusStatus,
  type BusSubscription,
  natsStatus,
  onNatsStatus,
  publish,
  request,
  subscribe,
} from '../index.js';

export interface Messaging {
  readonly publish: typeof publish;
  readonly request: typeof request;
  /**
   * For effects and event handlers. The subscription ends when the component is unmounted; at once if it is already.
   */
  readonly subscribe: typeof subscribe;
  /** The component renders again when it changes. `undefined` before the first verb, and where a server renders. */
  readonly status: BusStatus | undefined;
  /** True while `status.type` is `'connected'`. */
  readonly connected: boolean;
}

/**
 * ```tsx
 * const { publish, connected } = useMessaging();
 * await publish('slate.custom.subject', { data: 'value' });
 * ```
 *
 * The three functions are the same at each render, and do the same as those of `slate-collab`.
 */
export function useMessaging(): Messaging {
  const status = useSyncExternalStore(onNatsStatus, natsStatus, () => undefined);
  const own = useRef<Own>({ open: new Set(), isGone: false });
  useEffect(
    () => () => {
      for (const unsubscribe of own.current.open) unsubscribe();
      own.current.open.clear();
    },
    [],
  );
  // An insertion effect, because StrictMode runs other effects twice, and those of the children before this one.
  useInsertionEffect(() => {
    const it = own.current;
    it.isGone = false;
    return () => {
      it.isGone = true;
    };
  }, []);
  const verbs = useMemo(() => ({ publish, request, subscribe: subscribeAmong(own.current) as typeof subscribe }), []);
  return { ...verbs, status, connected: status?.type === 'connected' };
}

interface Own {
  /** Functions that unsubscribe, one for each subscription. */
  readonly open: Set<() => void>;
  /** The component is unmounted for good. */
  isGone: boolean;
}

/** A `subscribe` that registers its subscriptions in `own`, also those that the server has not confirmed yet. */
function subscribeAmong(own: Own) {
  return async (...[subject, callback, options]: Parameters<typeof subscribe>): Promise<BusSubscription> => {
    let isOver = own.isGone;
    let subscription: BusSubscription | undefined;
    const unsubscribe = () => {
      isOver = true;
      subscription?.unsubscribe();
    };
    own.open.add(unsubscribe);
    try {
      const handler = callback as (data: unknown, message: unknown) => unknown;
      const given = await subscribe<unknown>(
        subject,
        (data, message) => (isOver ? undefined : handler(data, message)),
        options,
      );
      subscription = given;
      if (isOver) given.unsubscribe();
      void given.closed.then(() => own.open.delete(unsubscribe));
      return given;
    } catch (error) {
      own.open.delete(unsubscribe);
      throw error;
    }
  };
}
