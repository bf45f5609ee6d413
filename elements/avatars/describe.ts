/** A member in words, as the tooltip, the list and screen readers have it: who, and then where and how. */
import type { Member } from '../../src/index.js';
import { reserve } from '../shared/reserve.js';
import type { Speech } from '../shared/speech.js';

export function describe(
  { label, self, status, location, sessions }: Member,
  speech: Pick<Speech, 'say'>,
): [title: string, details: string] {
  const title = self ? speech.say('self', { name: label }) : label;
  const windows = sessions.length > 1 && speech.say('windows', { n: sessions.length });
  const paused = self && reserve().pointer && speech.say('paused');
  const details = [location, speech.say(`status.${status}`), windows, paused];
  return [title, details.filter(Boolean).join(speech.say('comma'))];
}
