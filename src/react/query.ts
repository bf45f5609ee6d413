/**
 * The link to TanStack Query: what events invalidate is invalidated in the query client, too, under the same keys as
 * those of `CacheKeys`. Nothing of TanStack is imported: a query client is any object that can invalidate by a key.
 */
import { type CacheKey, type CacheOptions, type CacheRules, connectCache, onInvalidate } from '../index.js';
import { type HookOptions, useLatest, useSubscription } from './use-subscription.js';

export interface QueryClientLike {
  invalidateQueries(filters: { queryKey: readonly unknown[] }): unknown;
}

export type QueryOptions = CacheOptions;

interface Link {
  users: number;
  readonly unsubscribe: () => void;
}

/**
 * Components that connect the same client share one link, so that a key is invalidated once: twice would load its query
 * twice.
 */
const links = /* @__PURE__ */ new WeakMap<QueryClientLike, Link>();

/**
 * Invalidates queries on every `invalidateCache`, and by the rules of `connectCache`: on events of a user, projects and
 * sessions, and after a lost connection. Returns a function that unsubscribes. Throws as `connectCache` does.
 *
 * ```ts
 * const unsubscribe = connectQueryClient(queryClient, {
 *   userId: 'ada',
 *   projects: ['p1'],
 *   rules: { build: (event) => [...cacheRules.build(event), ['dashboard']] },
 * });
 * useQuery({ queryKey: CacheKeys.project('p1'), queryFn: … });
 * ```
 */
export function connectQueryClient(queryClient: QueryClientLike, options: QueryOptions): () => void {
  const unsubscribe = connectCache(options);
  const link = links.get(queryClient) ?? linkTo(queryClient);
  links.set(queryClient, link);
  link.users++;
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    unsubscribe();
    if (--link.users > 0) return;
    link.unsubscribe();
    links.delete(queryClient);
  };
}

/** {@link connectQueryClient} while the component is mounted. The rules of the latest render apply. */
export function useQueryInvalidation(queryClient: QueryClientLike, options: QueryOptions & HookOptions): void {
  const { onError: _, bus, rules, ...names } = options;
  const latest = useLatest(rules);
  const kinds = Object.keys(rules ?? {})
    .filter((kind) => rules?.[kind as keyof CacheRules])
    .sort();
  useSubscription(
    JSON.stringify([names, kinds, numberOf(queryClient)]),
    () => {
      const current = Object.fromEntries(
        kinds.map((kind) => [kind, (event: never) => latest.current?.[kind as keyof CacheRules]?.(event) ?? []]),
      );
      return connectQueryClient(queryClient, { ...names, bus, rules: current });
    },
    options,
  );
}

/** Invalidates each key at most once in a turn. */
function linkTo(queryClient: QueryClientLike): Link {
  const due = new Map<string, CacheKey>();
  const invalidate = (key: CacheKey) => {
    if (due.size === 0) {
      queueMicrotask(() => {
        const keys = [...due.values()];
        due.clear();
        for (const queryKey of keys) void queryClient.invalidateQueries({ queryKey });
      });
    }
    due.set(JSON.stringify(key), key);
  };
  return { users: 0, unsubscribe: onInvalidate(invalidate) };
}

const numbers = /* @__PURE__ */ new WeakMap<QueryClientLike, number>();
let last = 0;

/** Numbers the query clients, so that another client is another key. */
function numberOf(queryClient: QueryClientLike): number {
  const number = numbers.get(queryClient) ?? ++last;
  numbers.set(queryClient, number);
  return number;
}
