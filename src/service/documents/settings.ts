/** The options of the service for documents, checked, with their defaults. */
import type { Bus } from '../../bus/bus.js';
import { type Clock, type Random, systemClock, systemRandom } from '../../clock.js';
import type { StreamOptions } from '../../documents/history/operations.js';
import { OptionError, type SlateError } from '../../errors.js';
import type { Compacted, DocumentServiceOptions } from './types.js';

export interface Settings {
  readonly bus: Bus;
  readonly everyMs: number;
  readonly stream: StreamOptions;
  readonly keep: number;
  readonly by: string;
  readonly clock: Clock;
  readonly random: Random;
  onCompacted(done: Compacted): void;
  onError(error: SlateError): void;
}

const MAX_AUTHOR = 256;

/** Throws {@link OptionError}. */
export function checkSettings(bus: Bus, options: DocumentServiceOptions): Settings {
  const { keep = 20, everyMs = 5_000, replicas = 1, maxBytes, by = 'slate docs' } = options;
  whole('keep', keep, 1, 1000);
  whole('everyMs', everyMs, 100, 3_600_000);
  whole('replicas', replicas, 1, 5);
  if (maxBytes !== undefined) whole('maxBytes', maxBytes, 1, Number.MAX_SAFE_INTEGER);
  if (typeof by !== 'string' || by === '' || by.length > MAX_AUTHOR) {
    throw new OptionError('by', `must be text of 1 to ${MAX_AUTHOR} characters`);
  }
  return {
    bus,
    keep,
    by,
    everyMs,
    stream: { replicas, maxBytes },
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
    onCompacted: options.onCompacted ?? (() => undefined),
    onError: options.onError ?? (() => undefined),
  };
}

function whole(option: string, value: number, min: number, max: number): void {
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new OptionError(option, `must be a whole number from ${min} to ${max}`);
  }
}
