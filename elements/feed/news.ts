/**
 * The news of a feed: at most `max` pieces, the newest first. What one user does to one thing repeatedly (every save
 * is an event) is one piece of news, which counts the times and moves to the top.
 */
import type { AssetEvent, BuildEvent, FileEvent, ProjectEvent } from '../../src/index.js';

export type FeedEvent =
  | { readonly kind: 'project'; readonly event: ProjectEvent }
  | { readonly kind: 'file'; readonly event: FileEvent }
  | { readonly kind: 'asset'; readonly event: AssetEvent }
  | { readonly kind: 'build'; readonly event: BuildEvent };

export type FeedNews = FeedEvent & {
  /** Equal for events that are the same piece of news. */
  readonly key: string;
  /** How often it happened. */
  readonly count: number;
};

/** The id of the thing that an event is about, and what happened to it. */
export function subjectOf({ kind, event }: FeedEvent): { id: string; type: string } {
  if (kind === 'project') return { id: event.projectId, type: event.type };
  if (kind === 'file') return { id: event.fileId, type: event.type === 'content_changed' ? 'updated' : event.type };
  if (kind === 'asset') return { id: event.assetId, type: event.type === 'component_added' ? 'updated' : event.type };
  return { id: event.projectId, type: event.type };
}

/** The name of that thing: `data.name` or `data.path` as the publisher gives it, else its id. */
export function nameOf(one: FeedEvent): string {
  const { data } = one.event;
  const { name, path } = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>;
  return [name, path].find((text): text is string => typeof text === 'string' && text !== '') ?? subjectOf(one).id;
}

/** The list with one more event in it. Builds are news only when they end. */
export function withNews(list: readonly FeedNews[], one: FeedEvent, max: number): readonly FeedNews[] {
  const { id, type } = subjectOf(one);
  if (one.kind === 'build' && type !== 'completed' && type !== 'failed') return list;
  const key = JSON.stringify([one.kind, type, id, one.event.userId]);
  const before = list.find((news) => news.key === key);
  const news: FeedNews = { ...one, key, count: (before?.count ?? 0) + 1 };
  return [news, ...list.filter((other) => other !== before)].slice(0, max);
}
