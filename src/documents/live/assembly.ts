/** Y5: puts parts together. What is kept of strangers is bounded, and nothing is handed on but what is whole. */
import type { Clock } from '../../clock.js';
import { ProtocolError } from '../../errors.js';
import { type Part, shortHash } from '../../protocol/document-parts.js';
import { MAX_STATE_BYTES, STALLED_MS, UNFINISHED, UNFINISHED_MS, UNFINISHED_OF_ALL } from './limits.js';

interface Unfinished {
  readonly from: string;
  readonly first: Part;
  readonly parts: Map<number, Uint8Array>;
  received: number;
  heardAt: number;
}

export interface AssemblyOptions {
  readonly clock: Clock;
  /** A message has been unfinished for some time, or was given up: something is missing here. */
  stalled(): void;
}

export class Assembly {
  readonly #options: AssemblyOptions;
  /** By sender and id, the one that was heard of longest ago first. */
  readonly #sets = new Map<string, Unfinished>();
  #bytes = 0;
  #cancel: (() => void) | undefined;

  constructor(options: AssemblyOptions) {
    this.#options = options;
  }

  /**
   * Takes a part in; returns the whole once it is there. `from`: the subject of the part; `shared`: all senders use it.
   * Throws {@link ProtocolError} for parts that do not belong together, and forgets all of them.
   */
  add(from: string, part: Part, shared: boolean): Uint8Array | undefined {
    const key = `${from} ${part.id}`;
    const set = this.#sets.get(key) ?? this.#begin(key, from, part, shared);
    const { first, parts } = set;
    const fits = part.count === first.count && part.total === first.total && part.hash === first.hash;
    if (fits && !parts.has(part.index)) {
      parts.set(part.index, part.bytes.slice());
      set.received += part.bytes.length;
      this.#bytes += part.bytes.length;
    }
    if (!fits || set.received > first.total) {
      this.#drop(key, set);
      throw new ProtocolError('bytes', 'parts of different messages have one id');
    }
    set.heardAt = this.#options.clock.now();
    this.#sets.delete(key);
    this.#sets.set(key, set);
    if (parts.size < first.count) {
      this.#makeRoom();
      this.#watch();
      return undefined;
    }
    this.#drop(key, set);
    return joined(set);
  }

  /** How much has arrived of the message to which a part belongs, in bytes. */
  received(from: string, part: Part): number {
    return this.#sets.get(`${from} ${part.id}`)?.received ?? part.total;
  }

  clear(): void {
    this.#sets.clear();
    this.#bytes = 0;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #begin(key: string, from: string, first: Part, shared: boolean): Unfinished {
    const own = [...this.#sets].filter(([, set]) => set.from === from);
    const [oldest] = own;
    if (oldest && own.length >= (shared ? UNFINISHED_OF_ALL : UNFINISHED)) this.#giveUp(...oldest);
    const set = { from, first, parts: new Map(), received: 0, heardAt: 0 };
    this.#sets.set(key, set);
    return set;
  }

  /** Of all messages together no more is kept than a document may have; the oldest goes first. */
  #makeRoom(): void {
    for (const [key, set] of this.#sets) {
      if (this.#bytes <= MAX_STATE_BYTES || this.#sets.size === 1) return;
      this.#giveUp(key, set);
    }
  }

  #giveUp(key: string, set: Unfinished): void {
    this.#drop(key, set);
    this.#options.stalled();
  }

  #drop(key: string, set: Unfinished): void {
    this.#bytes -= set.received;
    this.#sets.delete(key);
  }

  /** Looks from time to time whether parts still come. */
  #watch(): void {
    this.#cancel ??= this.#options.clock.after(STALLED_MS, () => {
      this.#cancel = undefined;
      const now = this.#options.clock.now();
      let stalled = false;
      for (const [key, set] of this.#sets) {
        const silent = now - set.heardAt;
        if (silent >= UNFINISHED_MS) this.#drop(key, set);
        else if (silent >= STALLED_MS && silent < 2 * STALLED_MS) stalled = true;
      }
      if (stalled) this.#options.stalled();
      if (this.#sets.size > 0) this.#watch();
    });
  }
}

function joined({ first, parts }: Unfinished): Uint8Array {
  const whole = new Uint8Array(first.total);
  let at = 0;
  for (let index = 0; index < first.count; index++) {
    const bytes = parts.get(index) ?? new Uint8Array(0);
    if (at + bytes.length > whole.length) throw new ProtocolError('bytes', 'the parts are longer than the whole');
    whole.set(bytes, at);
    at += bytes.length;
  }
  if (at !== whole.length || shortHash(whole) !== first.hash) {
    throw new ProtocolError('bytes', 'the parts do not make the whole that they name');
  }
  return whole;
}
