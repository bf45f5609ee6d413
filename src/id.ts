/** Names that nobody else has made: about 50 random bits that stand for this program, and a count. */
import { systemRandom } from './clock.js';

let own = '';
let count = 0;

/** Ten characters of `0-9a-z`, other ones each time. */
export function programName(): string {
  return systemRandom().toString(36).slice(2, 12).padEnd(10, '0');
}

export function uniqueId(): string {
  if (own === '') own = programName();
  return own + (count++).toString(36);
}
