/**
 * A made-up user for a page that names none: an id and a friendly name, made once and kept for the browser (two tabs
 * are one user) or for the tab (each tab is a user of its own). Where storage is forbidden, the guest lasts as long
 * as the page; that copy is module state because every room of the page must get the same guest. A duplicated window
 * starts with a copy of what the tab keeps, so the user of a tab is the one that its document has claimed.
 */
import { claim } from './claim.js';

export type IdentityScope = 'browser' | 'tab';

export interface Guest {
  readonly id: string;
  readonly name: string;
}

const KEY = 'slate-user';
const FIRST =
  'Amber Brave Bright Calm Clever Curious Daring Eager Gentle Happy ' +
  'Jolly Kind Lively Merry Nimble Quick Quiet Sunny Swift Witty';
const SECOND =
  'Badger Beaver Crane Dolphin Falcon Finch Fox Gecko Heron Ibex ' +
  'Koala Lynx Marten Otter Owl Panda Puffin Robin Seal Wren';

/** The guests of this page: that of the tab by `true`, that of the browser by `false`. */
const kept = new Map<boolean, Guest>();

/** The guest of this tab, or of this browser. */
export function guest(ofTab: boolean): Guest {
  let found = read(ofTab);
  if (!found) {
    found = kept.get(ofTab) ?? make();
    write(ofTab, found);
  }
  kept.set(ofTab, found);
  return found;
}

/** Called when the page came back out of the back/forward cache, and another window had taken its user. */
const watchers = new Set<() => void>();

/** Calls `fn` when the user of this tab becomes another one. Returns a function that unsubscribes. */
export function watchTab(fn: () => void): () => void {
  watchers.add(fn);
  return () => watchers.delete(fn);
}

/** Resolves once the guest of this tab is that of no other tab; it may be another one than before. */
export function claimTab(): Promise<void> {
  const tab = home() as { [CLAIM]?: Promise<void> };
  tab[CLAIM] ??= keepClaim();
  return tab[CLAIM];
}

/** The documents of one origin in one tab share a user; the outermost that can be reached keeps their claim. */
const CLAIM = Symbol.for('slate-user');

function home(): object {
  try {
    return top?.document ? top : window;
  } catch {
    return window; // in a page of another origin
  }
}

function keepClaim(): Promise<void> {
  addEventListener('pageshow', async ({ persisted }) => {
    const { id } = guest(true);
    if (persisted) await claimGuest();
    if (guest(true).id !== id) for (const fn of watchers) fn();
  });
  return claimGuest();
}

async function claimGuest(): Promise<void> {
  while (!(await claim(`${KEY}.${guest(true).id}`))) {
    const other = make();
    kept.set(true, other);
    write(true, other);
  }
}

function make(): Guest {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  const pick = (list: string, byte = 0) => list.split(' ')[byte % 20] ?? '';
  return {
    id: [...bytes].map((byte) => byte.toString(36).padStart(2, '0')).join(''),
    name: `${pick(FIRST, bytes[0])} ${pick(SECOND, bytes[1])}`,
  };
}

const storage = (ofTab: boolean) => (ofTab ? sessionStorage : localStorage);

function read(ofTab: boolean): Guest | undefined {
  try {
    const { id, name } = JSON.parse(storage(ofTab).getItem(KEY) ?? '{}');
    return typeof id === 'string' && typeof name === 'string' && id && name ? { id, name } : undefined;
  } catch {
    return undefined; // storage is forbidden, or holds something else
  }
}

function write(ofTab: boolean, value: Guest): void {
  try {
    storage(ofTab).setItem(KEY, JSON.stringify(value));
  } catch {
    // storage is forbidden or full: the page keeps its own copy
  }
}
