/**
 * A made-up user for a page that names none: an id and a friendly name, made once and kept for the browser (two tabs
 * are one user) or for the tab (each tab is a user of its own). Where storage is forbidden, the guest lasts as long
 * as the page; that copy is module state because every room of the page must get the same guest.
 */
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

const ofThisPage = new Map<IdentityScope, Guest>();

/** The guest of this browser or tab. */
export function guest(scope: IdentityScope): Guest {
  let found = read(scope);
  if (!found) {
    found = ofThisPage.get(scope) ?? make();
    write(scope, found);
  }
  ofThisPage.set(scope, found);
  return found;
}

function make(): Guest {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  const pick = (list: string, byte = 0) => list.split(' ')[byte % 20] ?? '';
  return {
    id: [...bytes].map((byte) => byte.toString(36).padStart(2, '0')).join(''),
    name: `${pick(FIRST, bytes[0])} ${pick(SECOND, bytes[1])}`,
  };
}

const storage = (scope: IdentityScope) => (scope === 'tab' ? sessionStorage : localStorage);

function read(scope: IdentityScope): Guest | undefined {
  try {
    const { id, name } = JSON.parse(storage(scope).getItem(KEY) ?? '{}');
    return typeof id === 'string' && typeof name === 'string' && id && name ? { id, name } : undefined;
  } catch {
    return undefined; // storage is forbidden, or holds something else
  }
}

function write(scope: IdentityScope, value: Guest): void {
  try {
    storage(scope).setItem(KEY, JSON.stringify(value));
  } catch {
    // storage is forbidden or full: the page keeps its own copy
  }
}
