/** Names that nobody else has made: about 100 random bits, in digits and small letters. */
import { systemRandom } from './clock.js';

export function uniqueId(): string {
  const half = () => systemRandom().toString(36).slice(2, 12).padEnd(10, '0');
  return half() + half();
}
