/** Code of an element that is loaded late. */
import { PartMissingError } from '../../src/index.js';
import { SlateErrorEvent } from './room-events.js';

/**
 * The code, once loaded; undefined where it cannot be, which one `slate-error` of the host reports. `does`: what the
 * element then does not do.
 */
export async function loadPart<T>(host: Element, code: Promise<T>, does: string): Promise<T | undefined> {
  try {
    return await code;
  } catch (cause) {
    host.dispatchEvent(new SlateErrorEvent(new PartMissingError(does, { cause })));
    return undefined;
  }
}
