/** Names that nobody else has made: about 50 random bits that stand for this program, and a count. */
import { systemRandom } from './clock.js';

let own = '';
let count = 0;

export function uniqueId(): string {
  if (own === '') own = systemRandom().toString(36).slice(2, 12).padEnd(10, '0');
  return own + (count++).toString(36);
}
