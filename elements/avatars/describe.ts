/** A member in words, as the tooltip, the list and screen readers have it: who, and then where and how. */
import type { Member } from '../../src/index.js';
import { words } from '../shared/words.js';

export function describe({ label, self, status, location, sessions }: Member): [title: string, details: string] {
  const title = self ? `${label} (${words.self})` : label;
  const windows = sessions.length > 1 && words.sessions(sessions.length);
  return [title, [location, words.member[status], windows].filter(Boolean).join(', ')];
}
