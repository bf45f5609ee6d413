/**
 * Cache keys, and the notice that what is cached under a key is out of date. Nothing is stored here: a cache registers
 * with `onInvalidate` and drops its own entries.
 */
import { checkFunction, Emitter } from '../emitter.js';
import { OptionError } from '../errors.js';

/**
 * From the general to the particular: `['project', 'p1']`. Invalidating a key invalidates all keys that begin with it.
 */
export type CacheKey = readonly string[];

/** The keys of the things that events are about. Without an id a key stands for all things of its kind. */
export const CacheKeys = {
  /** The lists of projects; with an id, those of one user. */
  projects: (userId?: string) => key('projects', userId),
  project: (projectId?: string) => key('project', projectId),
  /** The lists of files; with an id, those of one project. */
  files: (projectId?: string) => key('files', projectId),
  file: (fileId?: string) => key('file', fileId),
  /** The lists of assets; with an id, those of one project. */
  assets: (projectId?: string) => key('assets', projectId),
  asset: (assetId?: string) => key('asset', assetId),
  runtime: (sessionId?: string) => key('runtime', sessionId),
  /** The lists of builds; with an id, those of one project. */
  builds: (projectId?: string) => key('builds', projectId),
  /** The lists of people; with an id, those of one project. */
  members: (projectId?: string) => key('members', projectId),
};

const invalidations = /* @__PURE__ */ new Emitter<{ key: CacheKey }>();

/** Tells all caches that what they have under `key`, and under every key that begins with it, is out of date. */
export function invalidateCache(key: CacheKey): void {
  checkKey(key);
  invalidations.emit('key', key);
}

/** Calls `fn` with every key that is invalidated. Returns a function that unsubscribes. */
export function onInvalidate(fn: (key: CacheKey) => void): () => void;
/**
 * Calls `fn` when `key` is invalidated, by itself or by a key that it begins with. Returns a function that
 * unsubscribes.
 */
export function onInvalidate(key: CacheKey, fn: (key: CacheKey) => void): () => void;
export function onInvalidate(first: CacheKey | ((key: CacheKey) => void), fn?: (key: CacheKey) => void): () => void {
  if (typeof first === 'function') return invalidations.on('key', first);
  checkKey(first);
  checkFunction('fn', fn);
  return invalidations.on('key', (key) => {
    if (key.every((part, index) => first[index] === part)) fn?.(key);
  });
}

function checkKey(key: unknown): void {
  if (!Array.isArray(key)) throw new OptionError('key', 'must be an array, such as CacheKeys.projects()');
}

function key(kind: string, id: string | undefined): CacheKey {
  return id === undefined ? [kind] : [kind, id];
}
