/** How long ago something happened, in words: "5 minutes ago". */
import type { FeedWord } from '../shared/english.js';
import type { Speech } from '../shared/speech.js';

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** `ms` in milliseconds; less than a minute is "just now". */
export function ago(ms: number, speech: Pick<Speech<FeedWord>, 'say' | 'lang'>): string {
  const [unit, length] = UNITS.find(([, each]) => ms >= each) ?? [];
  if (!unit || !length) return speech.say('feed.now');
  return new Intl.RelativeTimeFormat(speech.lang, { numeric: 'auto' }).format(-Math.floor(ms / length), unit);
}
