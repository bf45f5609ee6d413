/**
 * Keys of what a page has cached, and the word that something of it is no longer true. It holds no data: a cache listens with
 * `onInvalidate` and forgets what it has.
 */
import { Emitter } from '../emitter.js';

/** From the general to the particular: `['project', 'p1']`. Invalidating a key invalidates all that begin with it. */
export type CacheKey = readonly string[];

/** The keys of what the events are about. Each without an id stands for all of its kind. */
export const CacheKeys = {
  /** Lists of projects; of one user. */
  projects: (userId?: string) => key('projects', userId),
  project: (projectId?: string) => key('project', projectId),
  /** Lists of files; of one project. */
  files: (projectId?: string) => key('files', projectId),
  file: (fileId?: string) => key('file', fileId),
  /** Lists of assets; of one project. */
  assets: (projectId?: string) => key('assets', projectId),
  asset: (assetId?: string) => key('asset', assetId),
  runtime: (sessionId?: string) => key('runtime', sessionId),
  /** The builds of one project. */
  builds: (projectId?: string) => key('builds', projectId),
  /** The people of one project. */
  members: (projectId?: string) => key('members', projectId),
};

const invalidations = /* @__PURE__ */ new Emitter<{ key: CacheKey }>();

/** Says that what is cached under the key, and under every key that begins with it, is out of date. */
export function invalidateCache(key: CacheKey): void {
  invalidations.emit('key', key);
}

/** Calls `fn` with every key that is invalidated. Returns its undo. */
export function onInvalidate(fn: (key: CacheKey) => void): () => void;
/** Calls `fn` when `key` is, by itself or by a key that it begins with. Returns its undo. */
export function onInvalidate(key: CacheKey, fn: (key: CacheKey) => void): () => void;
export function onInvalidate(first: CacheKey | ((key: CacheKey) => void), fn?: (key: CacheKey) => void): () => void {
  if (typeof first === 'function') return invalidations.on('key', first);
  return invalidations.on('key', (key) => {
    if (key.every((part, index) => first[index] === part)) fn?.(key);
  });
}

function key(kind: string, id: string | undefined): CacheKey {
  return id === undefined ? [kind] : [kind, id];
}
