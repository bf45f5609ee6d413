/** A hook for each kind of event. Each takes null or undefined for an id that is not known yet, and then listens to nothing. */
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
} from '../index.js';
import { type HookOptions, useLatest, useListening } from './use-listening.js';

type Id = string | null | undefined;
type Callback<E> = (event: E) => void;

/** Calls `callback` with the events of what `scope` names; anew where that, or another option, changes by value. */
function useEvents<E, S, O extends object>(
  on: (scope: S, fn: Callback<E>, options: O & { bus?: HookOptions['bus'] }) => () => void,
  scope: S | null | undefined,
  callback: Callback<E>,
  options: (O & HookOptions) | undefined,
  nothing = scope === null || scope === undefined,
): void {
  const latest = useLatest(callback);
  const { onError: _, bus, ...names } = (options ?? {}) as O & HookOptions;
  useListening(
    nothing ? undefined : JSON.stringify([scope, names]),
    () => on((scope ?? undefined) as S, (event) => latest.current(event), { ...(names as unknown as O), bus }),
    options,
  );
}

/**
 * The events of a user's projects, once each: see `onProjectEvents`. With `projects` and no user, those of these projects.
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

/** The events of a project's files. */
export function useFileEvents(
  projectId: Id,
  callback: Callback<FileEvent>,
  options?: ListenFileOptions & HookOptions,
): void {
  useEvents(onFileEvents, projectId, callback, options);
}

/** The events of a project's assets. */
export function useAssetEvents(
  projectId: Id,
  callback: Callback<AssetEvent>,
  options?: ListenAssetOptions & HookOptions,
): void {
  useEvents(onAssetEvents, projectId, callback, options);
}

/** What a runtime session says. */
export function useRuntimeEvents(sessionId: Id, callback: Callback<RuntimeEvent>, options?: HookOptions): void {
  useEvents(onRuntimeEvents, sessionId, callback, options);
}

/** How the builds of a project go. */
export function useBuildEvents(projectId: Id, callback: Callback<BuildEvent>, options?: HookOptions): void {
  useEvents(onBuildEvents, projectId, callback, options);
}

/** What users do in a file (its id), or in the files, by the users, of a scope. */
export function useEditorEvents(scope: EditorScope | Id, callback: Callback<EditorEvent>, options?: HookOptions): void {
  useEvents(onEditorEvents, scope, callback, options);
}

/** Who joins, leaves and is present in a project. */
export function useCollaborationEvents(
  projectId: Id,
  callback: Callback<CollaborationEvent>,
  options?: HookOptions,
): void {
  useEvents(onCollaborationEvents, projectId, callback, options);
}
