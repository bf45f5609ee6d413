import type { Speech } from './speech.js';

/** How many names a sentence holds before it counts the others. */
const MAX_NAMES = 3;

/** Names as a list for a sentence: all of them, or two and how many others there are. */
export function someNames(names: readonly string[], speech: Pick<Speech, 'say' | 'list'>): string {
  const shown = names.length > MAX_NAMES ? names.slice(0, MAX_NAMES - 1) : names;
  const n = names.length - shown.length;
  return speech.list(n > 0 ? [...shown, speech.say('others', { n })] : shown);
}
