/** One valid event of each type, as the bus document writes them. */
import {
  onAssetEvents,
  onBuildEvents,
  onCollaborationEvents,
  onEditorEvents,
  onFileEvents,
  onProjectEvents,
  onRuntimeEvents,
  publishAssetEvent,
  publishBuildEvent,
  publishCollaborationEvent,
  publishEditorEvent,
  publishFileEvent,
  publishProjectEvent,
  publishRuntimeEvent,
} from '../../src/index.js';

export interface Sample {
  readonly type: string;
  readonly timestamp: number;
  readonly [field: string]: unknown;
}

type Publish = (event: never, options?: object) => Promise<void>;
type Listen = (scope: string, fn: (event: never) => void, options?: object) => () => void;

export interface Resource {
  readonly name: string;
  readonly publish: (event: Sample, options?: object) => Promise<void>;
  /** What `listen` is given to receive the samples. */
  readonly scope: string;
  readonly listen: (scope: string, fn: (event: Sample) => void, options?: object) => () => void;
  readonly samples: readonly Sample[];
  /** The subjects that each sample is published to. */
  readonly subjects: readonly (readonly string[])[];
  readonly ids: readonly string[];
  /** True for an event that this kind accepts when it is published or received, and that other kinds would refuse. */
  readonly accepts: (event: Partial<Sample>, when: 'published' | 'received') => boolean;
}

const timestamp = 1_700_000_000_000;

function resource(
  name: string,
  publish: Publish,
  listen: Listen,
  scope: string,
  ids: Record<string, string>,
  types: Record<string, { data?: unknown; to: string[] }>,
  accepts: Resource['accepts'] = () => false,
): Resource {
  return {
    name,
    publish: publish as Resource['publish'],
    listen: listen as Resource['listen'],
    scope,
    accepts,
    ids: Object.keys(ids),
    samples: Object.entries(types).map(([type, { data }]) => ({
      type,
      ...ids,
      timestamp,
      ...(data !== undefined && { data }),
    })),
    subjects: Object.values(types).map(({ to }) => to),
  };
}

export const RESOURCES: readonly Resource[] = [
  resource(
    'project',
    publishProjectEvent as Publish,
    onProjectEvents as Listen,
    'u1',
    { projectId: 'p1', userId: 'u1' },
    {
      created: { data: { name: 'First' }, to: ['slate.project.created.u1'] },
      updated: { to: ['slate.project.updated.p1', 'slate.project.updated.u1'] },
      deleted: { to: ['slate.project.deleted.p1', 'slate.project.deleted.u1'] },
    },
  ),
  resource(
    'file',
    publishFileEvent as Publish,
    onFileEvents as Listen,
    'p1',
    { fileId: 'src/main.ts', projectId: 'p1', userId: 'u1' },
    {
      created: { to: ['slate.file.created.p1'] },
      updated: { to: ['slate.file.updated.src/main%2Ets', 'slate.file.updated.p1'] },
      content_changed: { data: { size: 5 }, to: ['slate.file.updated.src/main%2Ets', 'slate.file.updated.p1'] },
      deleted: { to: ['slate.file.deleted.src/main%2Ets', 'slate.file.deleted.p1'] },
    },
  ),
  resource(
    'asset',
    publishAssetEvent as Publish,
    onAssetEvents as Listen,
    'p1',
    { assetId: 'a1', projectId: 'p1', userId: 'u1' },
    {
      created: { to: ['slate.asset.created.p1'] },
      updated: { to: ['slate.asset.updated.a1', 'slate.asset.updated.p1'] },
      component_added: { to: ['slate.asset.component.added.a1', 'slate.asset.component.added.p1'] },
      deleted: { to: ['slate.asset.deleted.a1', 'slate.asset.deleted.p1'] },
    },
  ),
  resource(
    'runtime',
    publishRuntimeEvent as Publish,
    onRuntimeEvents as Listen,
    's1',
    { sessionId: 's1', projectId: 'p1' },
    {
      started: { to: ['slate.runtime.started.s1'] },
      stopped: { to: ['slate.runtime.stopped.s1'] },
      status: { data: { state: 'idle' }, to: ['slate.runtime.status.s1'] },
      log: { data: { message: 'hello', level: 'info' }, to: ['slate.runtime.log.s1'] },
      error: { data: { error: 'no' }, to: ['slate.runtime.error.s1'] },
    },
  ),
  resource(
    'build',
    publishBuildEvent as Publish,
    onBuildEvents as Listen,
    'p1',
    { projectId: 'p1' },
    {
      started: { to: ['slate.build.started.p1'] },
      progress: { data: { percent: 50 }, to: ['slate.build.progress.p1'] },
      completed: { to: ['slate.build.completed.p1'] },
      failed: { data: { error: 'no' }, to: ['slate.build.failed.p1'] },
    },
  ),
  resource(
    'editor',
    publishEditorEvent as Publish,
    onEditorEvents as Listen,
    'f1',
    { userId: 'u1', fileId: 'f1' },
    {
      opened: { to: ['slate.editor.opened.u1.f1'] },
      cursor: { data: { position: { line: 1, column: 2 } }, to: ['slate.editor.cursor.u1.f1'] },
      selection: { data: { from: 1, to: 2 }, to: ['slate.editor.selection.u1.f1'] },
      closed: { to: ['slate.editor.closed.u1.f1'] },
    },
  ),
  resource(
    'collab',
    publishCollaborationEvent as Publish,
    onCollaborationEvents as Listen,
    'p1',
    { projectId: 'p1', userId: 'u1' },
    {
      joined: { to: ['slate.collab.joined.p1', 'slate.collab.presence.p1'] },
      presence: { data: { location: 'src/main.ts' }, to: ['slate.collab.presence.p1'] },
      left: { to: ['slate.collab.left.p1', 'slate.collab.presence.p1'] },
    },
    // As a room does: see collaboration.test.ts.
    ({ id, userId }, when) => userId === '\ud800' || (id === '' && when === 'received'),
  ),
];
