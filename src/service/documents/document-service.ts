/**
 * The service for documents: looks every few seconds which of them are due, and compacts them one after another (Y13).
 * Any number of instances may run: each waits a random time before it begins with a document and looks again, and the
 * compare-and-set of the head decides between those that began at the same time.
 */
import type { Bus } from '../../bus/bus.js';
import { beginHead, compact, type DocumentPlace, placeOf } from '../../documents/history/operations.js';
import { ConnectionClosedError, SlateError } from '../../errors.js';
import { Repeats } from '../../repeats.js';
import { FollowedLog } from './followed-log.js';
import type { Settings } from './settings.js';
import { type Tail, Tails } from './tails.js';
import { tellMembers } from './tell-members.js';
import type { DocumentService, DocumentServiceStats } from './types.js';

/** The longest wait before a document that was found due. Milliseconds, as those below. */
const SPREAD_MS = 5_000;
/** The wait after a compaction that failed; it doubles, up to the longest. */
const RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 600_000;
/** What was read of the stream so long ago is read again before a document is begun. */
const FRESH_MS = 1_000;

/** When a document that is due is begun, and how long the next wait is, should that fail. */
interface Turn {
  at: number;
  retryMs: number;
}

export class CompactingService implements DocumentService {
  readonly #settings: Settings;
  readonly #tails = new Tails();
  readonly #log: FollowedLog;
  readonly #errors: Repeats;
  /** By {@link key}. */
  readonly #turns = new Map<string, Turn>();
  readonly closed: Promise<SlateError | undefined>;
  #end: (error: SlateError | undefined) => void = () => undefined;
  #readAt = -Infinity;
  #stopped = false;
  #wake: () => void = () => undefined;
  #counts = { compacted: 0, lost: 0, failed: 0 };

  constructor(settings: Settings) {
    this.#settings = settings;
    const { bus, clock, random, onError } = settings;
    this.closed = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#errors = new Repeats(clock, onError);
    const report = (error: SlateError) => this.#errors.report(error);
    this.#log = new FollowedLog({ bus, clock, random, tails: this.#tails, report });
  }

  get stats(): DocumentServiceStats {
    return { documents: this.#tails.size, due: this.#tails.due().length, ...this.#counts };
  }

  stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    return this.closed.then(() => undefined);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** Works until it is stopped, or the connection is closed. Never rejects. */
  async run(): Promise<void> {
    let end: SlateError | undefined;
    const unsubscribe = this.#settings.bus.on('status', ({ type }) => type === 'closed' && this.#wake());
    while (!this.#stopped) {
      try {
        await this.#round();
      } catch (error) {
        this.#failed(error);
        end = closedWith(this.#settings.bus);
        if (end) break;
      }
      if (!this.#stopped) await this.#pause(this.#settings.everyMs);
    }
    unsubscribe();
    this.#errors.stop();
    this.#end(end);
  }

  /** Compacts what has its turn. Rejects where the stream cannot be read. */
  async #round(): Promise<void> {
    await this.#read();
    for (const { sealed, ...document } of this.#tails.headless()) {
      if (this.#stopped) return;
      await this.#begin(document, sealed);
    }
    for (const tail of this.#ready()) {
      if (this.#stopped) return;
      if (this.#settings.clock.now() - this.#readAt > FRESH_MS) await this.#read();
      if (this.#tails.isDue(tail.project, tail.name)) await this.#compact(tail);
    }
  }

  async #read(): Promise<void> {
    await this.#log.read();
    this.#readAt = this.#settings.clock.now();
  }

  /** The documents that have waited long enough, the first to be due first. The others that are due begin to wait. */
  #ready(): Tail[] {
    const { clock, random } = this.#settings;
    const due = new Map(this.#tails.due().map((tail) => [key(tail), tail]));
    for (const old of [...this.#turns.keys()].filter((each) => !due.has(each))) this.#turns.delete(old);
    for (const each of due.keys()) {
      if (!this.#turns.has(each)) this.#turns.set(each, { at: clock.now() + random() * SPREAD_MS, retryMs: RETRY_MS });
    }
    const at = (tail: Tail) => this.#turns.get(key(tail))?.at ?? 0;
    return [...due.values()].filter((tail) => at(tail) <= clock.now()).sort((a, b) => at(a) - at(b));
  }

  /** Y24: makes the first head of a document, and tells those who have it open, unless they expect sealed bytes. */
  async #begin(document: DocumentPlace, sealed: boolean): Promise<void> {
    const { bus, random, by } = this.#settings;
    const place = placeOf(bus, document, { random, report: (error) => this.#errors.report(error) });
    try {
      if ((await beginHead(place, { by, sealed })) && !sealed) await tellMembers(place);
    } catch (error) {
      this.#failed(error);
    }
  }

  async #compact(tail: Tail): Promise<void> {
    const { bus, clock, random, keep, by, onCompacted } = this.#settings;
    const { project, name, entries } = tail;
    const report = (error: SlateError) => this.#errors.report(error);
    const began = clock.now();
    this.#wait(tail);
    try {
      const place = placeOf(bus, tail, { random, report });
      const moved = await compact(place, { keep, by });
      if (!moved) return void this.#counts.lost++;
      this.#counts.compacted++;
      this.#tails.folded(project, name, moved.head);
      this.#turns.delete(key(tail));
      onCompacted({ project, name, entries, bytes: moved.head.bytes, ms: clock.now() - began });
      await tellMembers(place); // there is a version more
    } catch (error) {
      this.#failed(error);
    }
  }

  /** The next turn of a document that is due still after this one: its entries hold each other up, or it failed. */
  #wait(tail: Tail): void {
    const turn = this.#turns.get(key(tail));
    if (!turn) return;
    turn.at = this.#settings.clock.now() + turn.retryMs * (0.5 + this.#settings.random());
    turn.retryMs = Math.min(2 * turn.retryMs, LONGEST_RETRY_MS);
  }

  #failed(error: unknown): void {
    this.#counts.failed++;
    this.#errors.report(error instanceof SlateError ? error : new SlateError(String(error), { cause: error }));
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#settings.clock.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}

function key({ project, name }: Pick<Tail, 'project' | 'name'>): string {
  return JSON.stringify([project, name]);
}

/** Why a bus that is closed for good is closed. */
function closedWith({ status }: Bus): SlateError | undefined {
  if (status.type !== 'closed') return undefined;
  return status.error ?? new ConnectionClosedError();
}
