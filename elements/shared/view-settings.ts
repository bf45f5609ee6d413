/**
 * What the user of this browser wants to see and hear of the others, on every page of this origin and in all its
 * windows. It is kept in the browser's storage; where that is forbidden or holds something else, it lasts for the
 * page. It is never sent. The state is the module's because the storage, too, is one for the page; the listener lives
 * while anyone watches.
 */
export interface ViewSettings {
  /** Shows no pointers at all. */
  readonly hideAll: boolean;
  /** Shows pointers without names. */
  readonly hideNames: boolean;
  /** Shows only the pointers of the users in `followed`. */
  readonly onlyFollowed: boolean;
  /** Fades the pointers near the user's own. */
  readonly fadeNear: boolean;
  /** The ids of the users who are followed or were, at most 100; the latest ones are kept. */
  readonly followed: readonly string[];
  /** The ids of the users who are muted, at most 100, the latest ones: neither pointers nor talk of them are shown. */
  readonly muted: readonly string[];
  /** What screen readers say of others by themselves; undefined: what the page has chosen. */
  readonly announcing?: Announcing | undefined;
  /** The character that opens the chat, '' for none; undefined: what the page has chosen. */
  readonly chatKey?: string | undefined;
  /** The key that goes to the bar, as in `aria-keyshortcuts`, '' for none; undefined: what the page has chosen. */
  readonly barKey?: string | undefined;
}

/** Everything; numbers in place of names and of what was said; or nothing. */
export type Announcing = 'all' | 'counts' | 'none';

const KEY = 'slate-view';
/** The most ids in one list. */
const MAX_IDS = 100;
const DEFAULTS: ViewSettings = {
  hideAll: false,
  hideNames: false,
  onlyFollowed: false,
  fadeNear: false,
  followed: [],
  muted: [],
};

const watchers = new Set<() => void>();
let settings: ViewSettings | undefined;

/** The settings now. It gives the same object until they change. */
export function viewSettings(): ViewSettings {
  settings ??= read();
  return settings;
}

/** Changes some settings and stores them. It ignores what is no setting or has the wrong type. */
export function setView(change: Partial<ViewSettings>): void {
  settings = merge(viewSettings(), change);
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // storage is forbidden or full: the settings last for this page
  }
  for (const fn of [...watchers]) fn();
}

/** Calls `fn` after every change, also one made in another window. Returns a function that unsubscribes. */
export function watchView(fn: () => void): () => void {
  if (watchers.size === 0) addEventListener('storage', handleStorage);
  watchers.add(fn);
  return () => {
    watchers.delete(fn);
    if (watchers.size === 0) removeEventListener('storage', handleStorage);
  };
}

function handleStorage({ key }: StorageEvent): void {
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
    if (Array.isArray(after[name]) && Array.isArray(value))
      after[name] = [...new Set(value.filter((id) => typeof id === 'string'))].slice(-MAX_IDS);
    if (name === 'announcing' && [undefined, 'all', 'counts', 'none'].includes(value)) after[name] = value;
    if (name === 'chatKey' && (value === undefined || isKey(value))) after[name] = value;
    if (name === 'barKey' && (value === undefined || isShortcut(value))) after[name] = value;
  }
  return after as unknown as ViewSettings;
}

/** '' or one character that a key types, and that is not a space: that presses buttons. */
const isKey = (value: unknown): boolean => typeof value === 'string' && /^\S?$/u.test(value);

/** A key with its modifiers; none of the keys by which one leaves or presses a button. */
const isShortcut = (value: unknown): boolean =>
  typeof value === 'string' && /^(?!(Tab|Enter|Escape)$)\S{0,40}$/u.test(value);
