/**
 * `slate-collab/react`: the message bus as React hooks, a thin layer over `slate-collab`, and the types of Slate's
 * elements in JSX.
 */
export {
  useAssetEvents,
  useBuildEvents,
  useCollaborationEvents,
  useEditorEvents,
  useFileEvents,
  useProjectEvents,
  useRuntimeEvents,
} from './hooks.js';
export { useMessaging } from './messaging.js';
export { connectQueryClient, useQueryInvalidation } from './query.js';

// The types.

export type { SlateJsx } from './jsx.js';
export type { Messaging } from './messaging.js';
export type { QueryClientLike, QueryOptions } from './query.js';
export type { HookOptions } from './use-subscription.js';
