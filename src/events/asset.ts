/**
 * Asset events. `created` goes to the project, the others to the asset; a listener is a project. So ours go to the project's
 * subject of the same action too. Of an asset that another program speaks of, the asset's own subjects are heard as well.
 */
import * as v from 'valibot';
import { type ListenOptions, listen } from './feed.js';
import { base, data, id } from './fields.js';
import type { EventKind } from './kind.js';
import { type PublishEventOptions, publishEvent } from './publish.js';
import { NatsSubjects } from './subjects.js';

export const AssetEventSchema = v.looseObject({
  ...base,
  type: v.picklist(['created', 'updated', 'deleted', 'component_added']),
  assetId: id,
  projectId: id,
  userId: id,
  data,
});

export type AssetEvent = v.InferOutput<typeof AssetEventSchema>;

export interface ListenAssetOptions extends ListenOptions {
  /** Assets that exist already and may be changed by programs that publish on the asset's subject alone. */
  readonly assets?: readonly string[] | undefined;
}

const { created, updated, deleted, component } = NatsSubjects.asset;
const changes = { updated, deleted, component_added: component.added };
const ofAsset = (assetOrProject: string) => Object.values(changes).map((subject) => subject(assetOrProject));

const kind: EventKind<AssetEvent, string> = {
  name: 'asset',
  schema: AssetEventSchema,
  subjects: ({ type, assetId, projectId }) =>
    type === 'created' ? [created(projectId)] : [changes[type](assetId), changes[type](projectId)],
  heard: (projectId) => [created(projectId), ...ofAsset(projectId)],
  accepts: ({ projectId }, scope) => projectId === scope, // an asset of another project may have the same id
  items: { of: ({ assetId }) => assetId, heard: ofAsset, foreignOnly: true },
};

/** Publishes an asset event. Rejects with {@link EventError} and as `publish` does. */
export function publishAssetEvent(event: AssetEvent, options?: PublishEventOptions): Promise<void> {
  return publishEvent(kind, event, options);
}

/** Calls `fn` once for each event of a project's assets. Returns its undo. */
export function onAssetEvents(
  projectId: string,
  fn: (event: AssetEvent) => void,
  options: ListenAssetOptions = {},
): () => void {
  return listen(kind, projectId, fn, options, options.assets);
}
