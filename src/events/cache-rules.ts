/**
 * The rules by which events invalidate cache keys, and `connectCache`, which applies them. After a lost connection
 * every key is invalidated, because the events of that time were missed.
 */
import type { Bus, BusStatus } from '../bus/bus.js';
import { natsStatus, onNatsStatus } from '../messaging/default.js';
import { type AssetEvent, onAssetEvents } from './asset.js';
import { type BuildEvent, onBuildEvents } from './build.js';
import { type CacheKey, CacheKeys, invalidateCache } from './cache.js';
import { type CollaborationEvent, onCollaborationEvents } from './collaboration.js';
import type { ListenOptions } from './feed.js';
import { type FileEvent, onFileEvents } from './file.js';
import { onProjectEvents, type ProjectEvent } from './project.js';
import { onRuntimeEvents, type RuntimeEvent } from './runtime.js';

/** For each kind of event, the keys that an event invalidates. */
export interface CacheRules {
  project(event: ProjectEvent): readonly CacheKey[];
  file(event: FileEvent): readonly CacheKey[];
  asset(event: AssetEvent): readonly CacheKey[];
  runtime(event: RuntimeEvent): readonly CacheKey[];
  build(event: BuildEvent): readonly CacheKey[];
  collaboration(event: CollaborationEvent): readonly CacheKey[];
}

/**
 * The default rules. Frequent events that change little of what is cached (`content_changed`, `log`, …) invalidate few
 * keys.
 */
export const cacheRules: CacheRules = {
  project: ({ projectId }) => [CacheKeys.projects(), CacheKeys.project(projectId)],
  file: ({ projectId, fileId, type }) => [
    ...(type === 'content_changed' ? [] : [CacheKeys.files(projectId)]),
    CacheKeys.file(fileId),
  ],
  asset: ({ projectId, assetId }) => [CacheKeys.assets(projectId), CacheKeys.asset(assetId)],
  runtime: ({ sessionId, type }) => (type === 'log' ? [] : [CacheKeys.runtime(sessionId)]),
  build: ({ projectId, type }) => (type === 'progress' ? [] : [CacheKeys.builds(projectId)]),
  collaboration: ({ projectId, type }) => (type === 'presence' ? [] : [CacheKeys.members(projectId)]),
};

export interface CacheOptions extends ListenOptions {
  /** Receives the events of this user's projects. */
  readonly userId?: string | undefined;
  /** Receives the events of each of these projects: its changes, files, assets, builds and people. */
  readonly projects?: readonly string[] | undefined;
  /** Receives the events of each of these runtime sessions. */
  readonly sessions?: readonly string[] | undefined;
  /** Rules in place of those in {@link cacheRules}; a kind that is left out keeps its default rule. */
  readonly rules?: Partial<CacheRules> | undefined;
  /** Further keys to invalidate after a lost connection, beside those of {@link CacheKeys}. */
  readonly afterLoss?: readonly CacheKey[] | undefined;
}

/**
 * Invalidates keys by the events of a user, projects and sessions, and every kind of key after a lost connection.
 * Returns a function that unsubscribes. Throws as `onProjectEvents` and its like do.
 *
 * ```ts
 * const unsubscribe = connectCache({
 *   userId: 'ada',
 *   projects: ['p1'],
 *   rules: { build: (event) => [...cacheRules.build(event), ['dashboard']] },
 *   afterLoss: [['dashboard']],
 * });
 * onInvalidate((key) => myCache.forget(key));
 * ```
 */
export function connectCache(options: CacheOptions): () => void {
  const { userId, projects = [], sessions = [], bus } = options ?? {};
  const subscriptions: (() => void)[] = [];
  const unsubscribe = () => {
    for (const each of subscriptions.splice(0)) each();
  };
  const by =
    <K extends keyof CacheRules>(kind: K) =>
    (event: Parameters<CacheRules[K]>[0]) => {
      const rule = (options.rules?.[kind] ?? cacheRules[kind]) as (event: unknown) => readonly CacheKey[];
      for (const key of rule(event)) invalidateCache(key);
    };
  try {
    subscriptions.push(onProjectEvents(userId, by('project'), options));
    for (const project of projects) {
      subscriptions.push(
        onFileEvents(project, by('file'), options),
        onAssetEvents(project, by('asset'), options),
        onBuildEvents(project, by('build'), options),
        onCollaborationEvents(project, by('collaboration'), options),
      );
    }
    for (const session of sessions) subscriptions.push(onRuntimeEvents(session, by('runtime'), options));
  } catch (error) {
    unsubscribe();
    throw error;
  }
  subscriptions.push(
    afterLoss(bus, () => {
      const every = Object.values(CacheKeys).map((kind) => kind());
      for (const key of [...every, ...(options.afterLoss ?? [])]) invalidateCache(key);
    }),
  );
  return unsubscribe;
}

/** Calls `fn` on each reconnection, and on the first connection where an attempt had failed before it. */
function afterLoss(bus: Bus | undefined, fn: () => void): () => void {
  const isAway = (status: BusStatus | undefined) =>
    status?.type === 'reconnecting' || (status?.type === 'connecting' && status.error !== undefined);
  let away = isAway(bus ? bus.status : natsStatus());
  const follow = (status: BusStatus) => {
    if (status.type === 'connected' && away) fn();
    away = isAway(status);
  };
  return bus ? bus.on('status', follow) : onNatsStatus(follow);
}
