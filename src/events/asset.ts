/**
 * Asset events. In the bus document `created` is published by project and the other types by asset, while listeners
 * name a project. So Slate publishes the others by project, too, and subscribes to the subjects of assets that other
 * programs name.
 */
import * as v from 'valibot';
import { everyOf, NatsSubjects } from '../protocol/subjects.js';
import { type ListenOptions, listen } from './feed.js';
import { base, data, id } from './fields.js';
import { type EventKind, single } from './kind.js';
import { type PublishEventOptions, publishEvent } from './publish.js';
import { joinWide } from './wide.js';

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
  /** Ids of existing assets that other programs may change, where those publish by asset only. */
  readonly assets?: readonly string[] | undefined;
}

const { created, updated, deleted, component } = NatsSubjects.asset;
const changes = { updated, deleted, component_added: component.added };
const ofAsset = (assetOrProject: string) => Object.values(changes).map((subject) => subject(assetOrProject));

const kind: EventKind<AssetEvent, string> = {
  name: 'asset',
  schema: AssetEventSchema,
  publishTo: ({ type, assetId, projectId }) =>
    type === 'created' ? [created(projectId)] : [changes[type](assetId), changes[type](projectId)],
  subscribeTo: (projectId) => [created(projectId), ...ofAsset(projectId)],
  accepts: ({ projectId }, scope) => projectId === scope, // an asset of another project may have the same id
  items: { of: ({ assetId }) => assetId, subscribeTo: ofAsset, foreignOnly: true },
  wide: {
    join: joinWide,
    patterns: () => Object.values(changes).map(everyOf),
    select: (data, scope, from) =>
      single(
        data,
        from,
        (event) => event.projectId === scope,
        (event) => [event.assetId, scope],
      ),
  },
};

/** Publishes an asset event. Rejects with {@link EventError} and as `publish` does. */
export function publishAssetEvent(event: AssetEvent, options?: PublishEventOptions): Promise<void> {
  return publishEvent(kind, event, options);
}

/** Calls `fn` once for each event of the assets of a project. Returns a function that unsubscribes. */
export function onAssetEvents(
  projectId: string,
  fn: (event: AssetEvent) => void,
  options: ListenAssetOptions = {},
): () => void {
  return listen(kind, projectId, fn, options, options.assets);
}
