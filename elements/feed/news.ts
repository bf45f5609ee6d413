/**
 * The news of a feed: events in the order they came, newest first, no more than `max`. What one person does to one thing again
 * and again (every save is an event) is one piece of news that counts and moves to the top.
 */
import type { AssetEvent, BuildEvent, FileEvent, ProjectEvent } from '../../src/index.js';

export type FeedEvent =
  | { readonly kind: 'project'; readonly event: ProjectEvent }
  | { readonly kind: 'file'; readonly event: FileEvent }
  | { readonly kind: 'asset'; readonly event: AssetEvent }
  | { readonly kind: 'build'; readonly event: BuildEvent };

export type FeedNews = FeedEvent & {
  /** The same for what counts as the same news. */
  readonly key: string;
  /** How often it happened. */
  readonly count: number;
};

/** What happened to what, without who and when. */
export function subjectOf({ kind, event }: FeedEvent): { id: string; type: string } {
  if (kind === 'project') return { id: event.projectId, type: event.type };
  if (kind === 'file') return { id: event.fileId, type: event.type === 'content_changed' ? 'updated' : event.type };
  if (kind === 'asset') return { id: event.assetId, type: event.type === 'component_added' ? 'updated' : event.type };
  return { id: event.projectId, type: event.type };
}

/** What the publisher calls the thing: `data.name` or `data.path`, else its id. */
export function nameOf(one: FeedEvent): string {
  const { data } = one.event;
  const { name, path } = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>;
  return [name, path].find((text): text is string => typeof text === 'string' && text !== '') ?? subjectOf(one).id;
}

/** The list with one more piece of news in it. Builds are news when they end. */
export function withNews(list: readonly FeedNews[], one: FeedEvent, max: number): readonly FeedNews[] {
  const { id, type } = subjectOf(one);
  if (one.kind === 'build' && type !== 'completed' && type !== 'failed') return list;
  const key = JSON.stringify([one.kind, type, id, one.event.userId]);
  const before = list.find((news) => news.key === key);
  const news: FeedNews = { ...one, key, count: (before?.count ?? 0) + 1 };
  return [news, ...list.filter((other) => other !== before)].slice(0, max);
}
