/** Undo and redo of what one person wrote in one field or restored there, and of nothing that others wrote. */
import { type Text, type Transaction, UndoManager } from 'yjs';
import { type Delta, moved } from './delta.js';
import type { Edit } from './difference.js';

export type Step = 'undo' | 'redo';

/** The most units that count as one character that was typed. */
const CHARACTER = 2;
/** Stands in the `meta` of a transaction by which this session restores a version of the document. */
const RESTORES = 'slate-restores';
const IS_APPLE = /^(?:Mac|iP)/;

export class Steps {
  readonly #manager: UndoManager;
  /** Of the last edit: whether it wrote or deleted, where it ended, and whether it was white space. */
  #last: { readonly writes: boolean; at: number; readonly space: boolean } | undefined;

  /** Transactions with this origin are the person's. */
  constructor(text: Text, origin: unknown) {
    this.#manager = new UndoManager(text, {
      trackedOrigins: new Set([origin, null]),
      captureTransaction: (transaction) => transaction.origin !== null || this.#isRestored(transaction),
    });
    this.#manager.on('stack-item-added', ({ origin }: { origin: unknown }) => origin === null && this.end());
  }

  /** A version that is restored is a step of its own; other programs than this one have no origin either. */
  #isRestored({ meta }: Transaction): boolean {
    const isRestored = meta.has(RESTORES);
    if (isRestored) this.end();
    return isRestored;
  }

  /**
   * Called before an edit. It joins the step before it where an editor would have it so: within half a second, at the
   * place where that ended, and in the same word.
   */
  before({ from, to, insert }: Edit): void {
    const writes = from === to;
    const single = Math.max(to - from, insert.length) <= CHARACTER && (writes || insert === '');
    const space = /\s/.test(insert);
    const last = this.#last;
    const adjoins = last?.writes === writes && (writes ? from === last.at : to === last.at || from === last.at);
    if (!single || !adjoins || (last?.space && !space)) this.end();
    this.#last = single ? { writes, at: from + insert.length, space } : undefined;
  }

  /** The next edit is a step of its own. */
  end(): void {
    this.#last = undefined;
    this.#manager.stopCapturing();
  }

  /** Others have changed the text. */
  move(delta: Delta): void {
    if (this.#last) this.#last.at = moved(this.#last.at, delta, 'after');
  }

  /** Returns whether there was anything to do. */
  take(step: Step): boolean {
    this.end();
    return this.#manager[step]() !== null;
  }

  stop(): void {
    // What was deleted is kept for as long as it is in a step.
    this.#manager.clear();
    this.#manager.destroy();
  }
}

/** The step that this key asks for, where one would press it: the letter counts, or its place on other keyboards. */
export function stepOf({ key, code, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): Step | undefined {
  const isApple = IS_APPLE.test(navigator.platform);
  if (altKey || !(isApple ? metaKey && !ctrlKey : ctrlKey && !metaKey)) return undefined;
  const letter = /^[a-z]$/i.test(key) ? key.toLowerCase() : code.replace('Key', '').toLowerCase();
  if (letter === 'z') return shiftKey ? 'redo' : 'undo';
  return letter === 'y' && !shiftKey && !isApple ? 'redo' : undefined;
}
