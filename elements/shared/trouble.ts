/**
 * What an error means to the people before the page. Its message is for the developers and is never shown: an error of
 * a class without a word of its own has the general one.
 */
import type { SlateError, TokenError } from '../../src/index.js';
import { type RoomWord, roomWords } from './english.js';
import type { Speech } from './speech.js';

export function troubleOf(error: SlateError, speech: Pick<Speech, 'say'>): string {
  const { problem } = error as Partial<TokenError>;
  const names = [`token.${problem}`, `trouble.${error.name}`];
  const known = names.find((name): name is RoomWord => Object.hasOwn(roomWords, name));
  return speech.say(known ?? 'trouble');
}
