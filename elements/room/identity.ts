/**
 * Who someone is when the page does not say: an id and a friendly name, made once and kept for the browser (two tabs
 * are one person) or for the tab (each window is its own person). Where storage is forbidden they last for the page.
 */
export type IdentityScope = 'browser' | 'tab';
export interface Identity {
  readonly id: string;
  readonly name: string;
}

const KEY = 'slate-user';
const FIRST =
  'Amber Brave Bright Calm Clever Curious Daring Eager Gentle Happy Jolly Kind Lively Merry Nimble Quick Quiet Sunny Swift Witty';
const SECOND =
  'Badger Beaver Crane Dolphin Falcon Finch Fox Gecko Heron Ibex Koala Lynx Marten Otter Owl Panda Puffin Robin Seal Wren';

const made = new Map<IdentityScope, Identity>();

export function identity(scope: IdentityScope): Identity {
  let found = read(scope);
  if (!found) {
    found = made.get(scope) ?? make();
    write(scope, found);
  }
  made.set(scope, found);
  return found;
}

function make(): Identity {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  const pick = (list: string, byte = 0) => list.split(' ')[byte % 20] ?? '';
  return {
    id: [...bytes].map((byte) => byte.toString(36).padStart(2, '0')).join(''),
    name: `${pick(FIRST, bytes[0])} ${pick(SECOND, bytes[1])}`,
  };
}

const storage = (scope: IdentityScope) => (scope === 'tab' ? sessionStorage : localStorage);

function read(scope: IdentityScope): Identity | undefined {
  try {
    const { id, name } = JSON.parse(storage(scope).getItem(KEY) ?? '{}');
    return typeof id === 'string' && typeof name === 'string' && id && name ? { id, name } : undefined;
  } catch {
    return undefined; // storage is forbidden, or holds something else: the page's own identity serves
  }
}

function write(scope: IdentityScope, value: Identity): void {
  try {
    storage(scope).setItem(KEY, JSON.stringify(value));
  } catch {
    // storage is forbidden or full: `made` keeps it for this page
  }
}
