/** A member in words, as the tooltip, the list and screen readers have it: who, and then where, how, and at what. */
import type { Member } from '../../src/index.js';
import { reserve } from '../shared/reserve.js';
import type { Speech } from '../shared/speech.js';

export function describe(member: Member, speech: Pick<Speech, 'say'>): [title: string, details: string] {
  const { label, self, status, location, sessions } = member;
  const title = self ? speech.say('self', { name: label }) : label;
  const windows = sessions.length > 1 && speech.say('windows', { n: sessions.length });
  const paused = self && reserve().pointer && speech.say('paused');
  const details = [location, speech.say(`status.${status}`), doing(member, speech), windows, paused];
  return [title, details.filter(Boolean).join(speech.say('comma'))];
}

/** What someone else is doing, in words; '' where that is not known. */
export function doing({ self, work }: Member, speech: Pick<Speech, 'say'>): string {
  const { typing, line, selected } = (!self && work) || {};
  const words = [
    typing && speech.say('typing'),
    line && speech.say('line', { n: line }),
    selected && speech.say('selected', { n: selected }),
  ];
  return words.filter(Boolean).join(speech.say('comma'));
}
