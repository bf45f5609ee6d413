/**
 * The link to TanStack Query: what events put out of date is invalidated in the query client, under keys of the same words as
 * `CacheKeys`. Nothing of TanStack is imported: a client is whatever can invalidate by a key.
 */
import { type CacheKey, type CacheOptions, type CacheRules, connectCache, onInvalidate } from '../index.js';
import { type HookOptions, useLatest, useListening } from './use-listening.js';

export interface QueryClientLike {
  invalidateQueries(filters: { queryKey: readonly unknown[] }): unknown;
}

export type QueryOptions = CacheOptions;

interface Link {
  users: number;
  readonly stop: () => void;
}

/** However many components connect the same client, each key is invalidated in it once: twice would load its query twice. */
const links = /* @__PURE__ */ new WeakMap<QueryClientLike, Link>();

/**
 * Invalidates queries by `invalidateCache` and by what `connectCache` is told of here: the events of a user, projects and
 * sessions, and a lost connection. Returns its undo. Throws as the listeners do.
 *
 * ```ts
 * const stop = connectQueryClient(queryClient, {
 *   userId: 'ada',
 *   projects: ['p1'],
 *   rules: { build: (event) => [...cacheRules.build(event), ['dashboard']] },
 * });
 * useQuery({ queryKey: CacheKeys.project('p1'), queryFn: … });
 * ```
 */
export function connectQueryClient(queryClient: QueryClientLike, options: QueryOptions): () => void {
  const stop = connectCache(options);
  const link = links.get(queryClient) ?? linkTo(queryClient);
  links.set(queryClient, link);
  link.users++;
  let over = false;
  return () => {
    if (over) return;
    over = true;
    stop();
    if (--link.users > 0) return;
    link.stop();
    links.delete(queryClient);
  };
}

/** {@link connectQueryClient} for as long as the component is mounted. The rules are those of the latest render. */
export function useQueryInvalidation(queryClient: QueryClientLike, options: QueryOptions & HookOptions): void {
  const { onError: _, bus, rules, ...names } = options;
  const latest = useLatest(rules);
  const kinds = Object.keys(rules ?? {})
    .filter((kind) => rules?.[kind as keyof CacheRules])
    .sort();
  useListening(
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

/** Each key once a turn, whoever asked for it. */
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
  return { users: 0, stop: onInvalidate(invalidate) };
}

const numbers = /* @__PURE__ */ new WeakMap<QueryClientLike, number>();
let last = 0;

/** Another client is another thing to listen for. */
function numberOf(queryClient: QueryClientLike): number {
  const number = numbers.get(queryClient) ?? ++last;
  numbers.set(queryClient, number);
  return number;
}
