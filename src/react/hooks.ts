/**
 * A hook for each kind of event. An id that is null or undefined is not known yet: the hook then subscribes to nothing.
 */
import {
  type AssetEvent,
  type BuildEvent,
  type CollaborationEvent,
  type EditorEvent,
  type EditorScope,
  type FileEvent,
  type ListenAssetOptions,
  type ListenFileOptions,
  type ListenProjectOptions,
  onAssetEvents,
  onBuildEvents,
  onCollaborationEvents,
  onEditorEvents,
  onFileEvents,
  onProjectEvents,
  onRuntimeEvents,
  type ProjectEvent,
  type RuntimeEvent,
  type VerifiedOption,
} from '../index.js';
import { type HookOptions, useLatest, useSubscription } from './use-subscription.js';

type Id = string | null | undefined;
type Callback<E> = (event: E) => void;

/** Calls `callback` with the events of `scope`. Subscribes anew when the value of the scope or of an option changes. */
function useEvents<E, S, O extends object>(
  on: (scope: S, fn: Callback<E>, options: O & { bus?: HookOptions['bus'] }) => () => void,
  scope: S | null | undefined,
  callback: Callback<E>,
  options: (O & HookOptions) | undefined,
  nothing = scope === null || scope === undefined,
): void {
  const latest = useLatest(callback);
  const { onError: _, bus, ...names } = (options ?? {}) as O & HookOptions;
  useSubscription(
    nothing ? undefined : JSON.stringify([scope, names]),
    () => on((scope ?? undefined) as S, (event) => latest.current(event), { ...(names as unknown as O), bus }),
    options,
  );
}

/**
 * Calls `callback` with each event of a user's projects: see `onProjectEvents`. With `options.projects` and no user:
 * with the changes of those projects.
 *
 * ```tsx
 * useProjectEvents(userId, (event) => {
 *   if (event.userId !== userId) toast(`Project ${event.projectId} was ${event.type}`);
 * });
 * ```
 */
export function useProjectEvents(
  userId: Id,
  callback: Callback<ProjectEvent>,
  options?: ListenProjectOptions & HookOptions,
): void {
  const nothing = (userId === null || userId === undefined) && !options?.projects?.length;
  useEvents(onProjectEvents, userId, callback, options, nothing);
}

/** Calls `callback` with each event of the files of a project: see `onFileEvents`. */
export function useFileEvents(
  projectId: Id,
  callback: Callback<FileEvent>,
  options?: ListenFileOptions & HookOptions,
): void {
  useEvents(onFileEvents, projectId, callback, options);
}

/** Calls `callback` with each event of the assets of a project: see `onAssetEvents`. */
export function useAssetEvents(
  projectId: Id,
  callback: Callback<AssetEvent>,
  options?: ListenAssetOptions & HookOptions,
): void {
  useEvents(onAssetEvents, projectId, callback, options);
}

/** Calls `callback` with each event of a runtime session: see `onRuntimeEvents`. */
export function useRuntimeEvents(sessionId: Id, callback: Callback<RuntimeEvent>, options?: HookOptions): void {
  useEvents(onRuntimeEvents, sessionId, callback, options);
}

/** Calls `callback` with each event of the builds of a project: see `onBuildEvents`. */
export function useBuildEvents(projectId: Id, callback: Callback<BuildEvent>, options?: HookOptions): void {
  useEvents(onBuildEvents, projectId, callback, options);
}

/** Calls `callback` with each event of a file (given by its id) or of a scope: see `onEditorEvents`. */
export function useEditorEvents(scope: EditorScope | Id, callback: Callback<EditorEvent>, options?: HookOptions): void {
  useEvents(onEditorEvents, scope, callback, options);
}

/** Calls `callback` with each event of the people in a project: see `onCollaborationEvents`. */
export function useCollaborationEvents(
  projectId: Id,
  callback: Callback<CollaborationEvent>,
  options?: VerifiedOption & HookOptions,
): void {
  useEvents(onCollaborationEvents, projectId, callback, options);
}
