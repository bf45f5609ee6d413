/**
 * What this viewer wants to see of the others' pointers, for every page of this origin and in all its windows. Kept in
 * the browser's storage; where that is forbidden or holds something else, for the page. Nobody else learns of it.
 */
export interface ViewSettings {
  /** No pointers at all. */
  readonly hideAll: boolean;
  /** Pointers without names. */
  readonly hideNames: boolean;
  /** Only the pointers of the people in `followed`. */
  readonly onlyFollowed: boolean;
  /** Pointers near one's own give way to it. */
  readonly fadeNear: boolean;
  /** User ids of the people one follows, or has followed. At most 100; the latest win. */
  readonly followed: readonly string[];
}

const KEY = 'slate-view';
const MOST = 100;
const DEFAULTS: ViewSettings = { hideAll: false, hideNames: false, onlyFollowed: false, fadeNear: false, followed: [] };

const watchers = new Set<() => void>();
let settings: ViewSettings | undefined;

/** The settings now; the same object until they change. */
export function viewSettings(): ViewSettings {
  settings ??= read();
  return settings;
}

/** Changes some of them, and keeps them. What is not a setting, or of the wrong kind, is passed over. */
export function setView(change: Partial<ViewSettings>): void {
  settings = merge(viewSettings(), change);
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // storage is forbidden or full: they last for this page
  }
  for (const fn of [...watchers]) fn();
}

/** Calls `fn` after every change, also one made in another window, until the returned function is called. */
export function watchView(fn: () => void): () => void {
  if (watchers.size === 0) addEventListener('storage', fromElsewhere);
  watchers.add(fn);
  return () => {
    watchers.delete(fn);
    if (watchers.size === 0) removeEventListener('storage', fromElsewhere);
  };
}

function fromElsewhere({ key }: StorageEvent): void {
  if (key !== KEY && key !== null) return;
  settings = undefined;
  for (const fn of [...watchers]) fn();
}

function read(): ViewSettings {
  try {
    return merge(DEFAULTS, JSON.parse(localStorage.getItem(KEY) ?? 'null'));
  } catch {
    return DEFAULTS; // storage is forbidden, or holds something else
  }
}

function merge(before: ViewSettings, change: unknown): ViewSettings {
  const after: Record<string, unknown> = { ...before };
  for (const [name, value] of Object.entries(change ?? {})) {
    if (typeof after[name] === 'boolean' && typeof value === 'boolean') after[name] = value;
    if (name === 'followed' && Array.isArray(value))
      after[name] = [...new Set(value.filter((id) => typeof id === 'string'))].slice(-MOST);
  }
  return after as unknown as ViewSettings;
}
